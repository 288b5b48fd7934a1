"""What the card says in each state."""

import re
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from bot.cards.actions import Choice, chosen
from bot.cards.incident import HEADER_LENGTH, card
from bot.domain.incidents.alert import Status
from bot.domain.incidents.incident import Incident, State
from tests.cards.cases import BASE_URL, NOW, alert, all_texts, incident
from tests.cards.incident_view import view


def words(one: Incident, **fields: Any) -> str:
    return all_texts(card(view(one, **fields)))


def pressed(one: Incident) -> list[str]:
    """The labels at the foot of the card, those of the menu last."""
    *_, foot = card(view(one)).blocks
    buttons = [each for each in foot["elements"] if each["type"] == "button"]
    menus = [each for each in foot["elements"] if each["type"] == "static_select"]
    options = [option for menu in menus for option in menu["options"]]
    return [each["text"]["text"] for each in (*buttons, *options)]


def test_an_open_incident_offers_both_buttons_and_the_whole_menu() -> None:
    assert pressed(incident()) == [
        "Acknowledge", "Escalate",
        "Silence…", "Note…", "Severity…", "Resolve", "Mitigated", "Timeline",
        "Roll back…",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("fields", "absent"),
    [
        ({"state": State.ACKNOWLEDGED, "acknowledged_at": NOW}, "Acknowledge"),
        ({"state": State.MITIGATED, "mitigated_at": NOW}, "Mitigated"),
        ({"level": 4}, "Escalate"),
    ],
)
def test_what_makes_no_sense_is_not_offered(fields: dict[str, Any], absent: str) -> None:
    assert absent not in pressed(incident(**fields))


def test_a_resolved_incident_can_be_reopened_a_merged_one_not() -> None:
    over = incident(state=State.RESOLVED, resolved_at=NOW, resolved_by="slack:U2")
    assert pressed(over) == ["Reopen", "Note…", "Timeline"]
    assert pressed(replace(over, merged_into=3)) == ["Note…", "Timeline"]


def test_every_press_names_the_incident() -> None:
    *_, foot = card(view(incident())).blocks
    menu = foot["elements"][-1]
    assert {each["value"] for each in foot["elements"][:-1]} == {"INC-7"}
    assert [chosen(option["value"]) for option in menu["options"]] == [
        (choice, "INC-7") for choice in Choice
    ]
    assert chosen("rubbish INC-7") is None
    assert chosen("note") is None


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({}, "*Open*, nobody has it yet"),
        ({"acknowledged_at": NOW, "acknowledged_by": "slack:U9", "state": State.ACKNOWLEDGED},
         "*Acknowledged* by <@U9> <!date^1772334720^"),
        ({"acknowledged_at": NOW, "acknowledged_by": "cli:ada", "state": State.ACKNOWLEDGED},
         "*Acknowledged* by <@U1> "),
        ({"acknowledged_at": NOW, "acknowledged_by": "pagerduty:PX", "state": State.ACKNOWLEDGED},
         "*Acknowledged* by PX "),
        ({"mitigated_at": NOW, "mitigated_by": "slack:U9", "state": State.MITIGATED},
         "*Mitigated* by <@U9> "),
        ({"resolved_at": NOW, "resolved_by": "slack:U9", "state": State.RESOLVED},
         "*Resolved* by <@U9> "),
        ({"resolved_at": NOW, "resolved_by": "bot", "state": State.RESOLVED},
         "*Resolved by itself* "),
        ({"started_at": NOW - timedelta(minutes=25), "resolved_at": NOW, "resolved_by": "bot",
          "state": State.RESOLVED}, ", after 25 min"),
        ({"title": "T" * 79}, f"{'T' * 79}\n`graphql-api`"),
        ({"resolved_at": NOW, "resolved_by": "slack:U9", "state": State.RESOLVED,
          "merged_into": 3}, f"*Merged into <{BASE_URL}/incidents/INC-3|INC-3>* by <@U9>"),
        ({"level": 3}, "level 3"),
        ({"next_escalation_at": NOW + timedelta(minutes=5)},
         "level 2 at <!date^1772335020^{time}|2026-03-01 03:17 UTC>"),
        ({"resolve_due_at": NOW, "changes": (NOW, NOW, NOW)},
         "flapping: resolves at <!date^1772334720^{time}|"),
        ({"resolve_due_at": NOW}, "quiet: resolves when its operations are over"),
        ({"roles": {"ic": "slack:U4"}}, "ic: <@U4>"),
        ({"previous": 5}, f"after <{BASE_URL}/incidents/INC-5|INC-5>"),
        ({"environment": "staging"}, "`graphql-api` in staging"),
        ({"component": None}, "no component named"),
        ({"alerts_firing": 2, "alerts_total": 5}, "2 of 5 alerts firing"),
        ({"labels": {"color": "blue"}}, "`color=blue`"),
        ({"summary": "Half of all requests fail."}, "Half of all requests fail."),
    ],
)  # fmt: skip
def test_the_card_says_it(fields: dict[str, Any], said: str) -> None:
    assert said in words(incident(**fields))


def test_the_runbook_is_the_first_link() -> None:
    found = words(
        incident(runbook="GraphqlDown"),
        runbook_title="GraphQL API does not answer",
        links={"Grafana": "https://grafana.candlefish.ai/d/1"},
        hosts={"grafana.candlefish.ai"},
    )
    links = re.findall(r"<(http[^|>]*)\|([^>]*)>", found)
    assert links == [
        (f"{BASE_URL}/runbooks/GraphqlDown", "GraphQL API does not answer"),
        (f"{BASE_URL}/incidents/INC-7", "INC-7"),
        ("https://grafana.candlefish.ai/d/1", "Grafana"),
    ]


def test_the_header_keeps_the_component_and_80_characters() -> None:
    header = card(view(incident(title="x" * 80))).blocks[0]["text"]["text"]
    assert len(header) == HEADER_LENGTH
    assert header.startswith("🟠 SEV2 · xxx")
    assert header.endswith("… · graphql-api")


def test_a_thousand_alerts_are_named_or_one_click_away() -> None:
    alerts = [alert(number, pod=f"api-{number}", zone="a") for number in range(1, 1001)]
    found = words(incident(alerts_firing=1000, alerts_total=1000), alerts=alerts[:5])
    assert "• GraphqlDown `pod=api-1` firing since" in found
    assert "zone=a" not in found
    assert f"and <{BASE_URL}/incidents/INC-7#alerts|995 more>" in found


def test_an_ended_alert_says_so() -> None:
    found = words(incident(alerts_total=1), alerts=[alert(status=Status.RESOLVED)])
    assert "• GraphqlDown resolved <!date^" in found


def test_the_notification_is_one_line_with_everything_a_phone_needs() -> None:
    assert card(view(incident())).text == "SEV2: GraphqlDown · graphql-api · INC-7"
    over = incident(state=State.RESOLVED, resolved_at=NOW, resolved_by="bot")
    assert card(view(over)).text.startswith("SEV2 resolved: ")
