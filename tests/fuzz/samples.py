"""What honest senders send: the fuzz bends it."""

from random import Random
from typing import Any

COMMANDS = (
    "", "help", "status", "oncall", "incident list", "incident show INC-1", "ack INC-1",
    "resolve INC-2", "incident reopen INC-2", "incident mitigate INC-1", "timeline INC-1",
    'note INC-1 "CANARY"', "escalate INC-1", "silence INC-1 1h", "incident severity INC-1 sev1",
    'incident declare "CANARY" --severity sev3', "incident merge INC-1 INC-2",
    "incident split INC-1 CANARY", "incident role INC-1 lead CANARY",
    "incident show INC-999999999999", "incident list --limit -1", "note", "ack 'unclosed",
    "CANARY", "incident note INC-1 \x00CANARY",
    "--json --json", "incident declare " + "CANARY " * 500, "@slack:U1 <@U1> <!channel>", "\ud83d",
)  # fmt: skip


def command(rng: Random, canary: str) -> str:
    return rng.choice(COMMANDS).replace("CANARY", canary)


def webhook(rng: Random, canary: str) -> Any:
    service = f"s{rng.randrange(40)}"
    alert = {
        "status": rng.choice(["firing", "resolved"]),
        "labels": {"alertname": "Down", "service": service, "severity": "critical", "x": canary},
        "annotations": {"summary": canary, "description": canary},
        "startsAt": f"2026-01-01T00:{rng.randrange(60):02}:00Z",
        "endsAt": "0001-01-01T00:00:00Z",
        "generatorURL": f"https://prometheus.example.org/{canary}",
        "fingerprint": f"f{rng.randrange(200)}",
    }
    return {
        "version": "4",
        "groupKey": f'{{}}:{{service="{service}", x="{canary}"}}',
        "truncatedAlerts": 0,
        "status": "firing",
        "receiver": canary,
        "groupLabels": {"service": service},
        "commonLabels": {},
        "commonAnnotations": {},
        "externalURL": "https://alertmanager.example.org",
        "alerts": [alert] * rng.choice([1, 1, 2, 5]),
    }


def event(rng: Random, canary: str) -> Any:
    happened = rng.choice(["triggered", "acknowledged", "resolved", "reopened", "annotated"])
    return {
        "event": {
            "id": f"01{rng.randrange(500)}",
            "event_type": f"incident.{happened}",
            "resource_type": "incident",
            "occurred_at": "2026-11-20T10:00:00.000Z",
            "agent": {"id": "PUSER", "type": "user_reference", "summary": canary},
            "client": None,
            "data": {
                "id": f"P{rng.randrange(50)}",
                "type": "incident",
                "html_url": f"https://acme.pagerduty.com/{canary}",
                "number": 7,
                "status": "triggered",
                "incident_key": canary,
                "created_at": "2026-11-20T09:59:00Z",
                "title": canary,
                "service": {"id": "PSERVICE", "type": "service_reference", "summary": canary},
                "urgency": "high",
            },
        }
    }


def slash(rng: Random, canary: str, answers: str) -> dict[str, Any]:
    return {
        "token": canary,
        "team_id": "T1",
        "team_domain": canary,
        "channel_id": rng.choice(["C1", "C2", "D1"]),
        "channel_name": canary,
        "user_id": rng.choice(["U1", "U2", "U9999", "USLACKBOT"]),
        "user_name": canary,
        "command": rng.choice(["/candlefish", "/candlefish", f"/{canary}"]),
        "text": command(rng, canary),
        "response_url": answers,
        "trigger_id": f"{rng.randrange(10**9)}.{canary}",
    }


def interaction(rng: Random, canary: str, answers: str) -> Any:
    action = {
        "action_id": rng.choice(
            ["ack", "escalate", "more", "reopen", "open", "say:1", "form:1", canary]
        ),
        "block_id": canary,
        "type": "button",
        "value": rng.choice(["INC-1", "INC-2", "INC-999999999999", "status", "declare", canary]),
        "selected_option": {"value": rng.choice(["note INC-1", "timeline INC-1", canary])},
        "action_ts": f"{rng.randrange(10**6)}.0",
    }
    view = {
        "id": "V1",
        "type": "modal",
        "callback_id": rng.choice(["declare", "note", "silence", "severity", canary]),
        "private_metadata": rng.choice(["INC-1", "", canary]),
        "state": {"values": {"title": {"title": {"type": "plain_text_input", "value": canary}}}},
        "hash": canary,
    }
    common = {
        "type": rng.choice(["block_actions", "view_submission", "shortcut", "view_closed", canary]),
        "team": {"id": "T1", "domain": canary},
        "user": {"id": rng.choice(["U1", "U2", "U9"]), "username": canary, "team_id": "T1"},
        "api_app_id": "A1",
        "trigger_id": f"{rng.randrange(10**9)}.{canary}",
        "response_url": answers,
        "channel": {"id": "C1", "name": canary},
        "container": {"type": "message", "message_ts": "1.0", "is_ephemeral": False},
    }
    return {**common, "actions": [action], "view": view} if rng.random() < 0.5 else {
        **common, "actions": [action]
    }  # fmt: skip


def happening(rng: Random, canary: str) -> Any:
    kind = rng.choice(["event_callback", "event_callback", "url_verification", "app_rate_limited"])
    return {
        "type": kind,
        "token": canary,
        "challenge": canary,
        "team_id": "T1",
        "event_id": f"Ev{rng.randrange(300)}",
        "event": {
            "type": rng.choice(["app_home_opened", "app_mention", "message", canary]),
            "user": "U1",
            "tab": "home",
            "text": canary,
            "channel": "D1",
        },
    }
