"""Slack is off: alerts come in, and everything is done from a terminal and the pages."""

import json
from collections.abc import Iterator
from dataclasses import replace

import httpx
import pytest

from sandbox.servers.loopback import HOST
from tests.crash.patience import until
from tests.scenarios.dead import Death, dead
from tests.scenarios.shift import Shift, shift_in


@pytest.fixture(scope="module")
def shift(monitored: None, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shift]:
    with shift_in(tmp_path_factory.mktemp("shift")) as found:
        yield found


def test_an_incident_is_worked_from_its_alert_to_its_end(shift: Shift) -> None:
    ada = shift.at("ada")
    name = shift.fire("GraphqlDown", "graphql-api")
    assert f"{name} sev2 open: GraphqlDown" in ada.run("incident", "list").out
    shown = ada.run("incident", "show", name).out
    assert "Nobody has acknowledged it. Level 1." in shown
    assert f"Take it: `candlefish incident ack {name}`" in shown

    assert f"You have {name}" in ada.run("ack", name).out
    second = shift.at("grace").run("ack", name, status=1)
    assert f"{name} was already acknowledged by @ada" in second.err
    assert second.out == ""

    called = ada.run("escalate", name, "--level", "3", "need a database person").out
    assert called == f"{name} is at level 3 now. Called: @ada and @grace.\n"
    ada.run("incident", "role", "ic", "@grace", name)
    ada.run("incident", "severity", "sev1", name, "checkout is down too")
    ada.run("note", name, "failover done, watching")
    ada.run("incident", "mitigate", name, "rolled back by hand")
    incident = ada.data("incident", "show", name)
    assert (incident["state"], incident["severity"], incident["level"]) == ("mitigated", "sev1", 3)
    assert incident["roles"] == {"ic": "slack:U2"}

    shift.mend("GraphqlDown", "graphql-api")
    until(lambda: shift.state(name) == "resolved", "it resolves by itself")
    grace = shift.at("grace")
    grace.run("incident", "reopen", name, "it is back")
    assert shift.state(name) == "open"
    assert grace.run("resolve", name, "the disk was full").out == f"{name} is resolved.\n"
    assert shift.kinds(name) == [
        "opened", "acknowledged", "escalated", "role", "severity", "note", "mitigated",
        "alert_resolved", "resolved", "reopened", "resolved",
    ]  # fmt: skip


def test_two_problems_become_one_and_one_becomes_two(shift: Shift) -> None:
    grace = shift.at("grace")
    first = grace.data("incident", "declare", "Checkout shows an empty page", "--severity", "sev2")
    second = grace.data("incident", "declare", "Carts are empty", "--component", "cart")
    assert (first["severity"], second["severity"]) == ("sev2", "sev3")
    kept = grace.data("incident", "merge", second["id"], first["id"])
    assert kept["id"] == first["id"]
    gone = grace.run("ack", second["id"], status=1).err
    assert f"{second['id']} was merged into {first['id']}." in gone

    both = shift.fire("BasketSlow", "basket")
    shift.fire("BasketEmpty", "basket")
    until(lambda: len(shift.api.get(f"/incidents/{both}/alerts")["items"]) == 2, "both alerts")
    refused = grace.run("incident", "split", both, status=2).err
    assert f"candlefish incident split {both} BasketEmpty" in refused
    other = grace.data("incident", "split", both, "BasketEmpty")
    assert (other["title"], other["alerts_total"]) == ("BasketEmpty: basket does not answer", 1)
    assert shift.api.get(f"/incidents/{both}")["alerts_total"] == 1


def test_a_silence_is_made_in_alertmanager_and_told(shift: Shift) -> None:
    name = shift.fire("PrinterOnFire", "printer")
    linus = shift.at("linus")
    told = linus.run("silence", "PrinterOnFire", "2h", "the fire brigade is here", name).out
    assert "Asked Alertmanager to keep PrinterOnFire" in told
    until(lambda: shift.kinds(name).count("silence") == 2, "Alertmanager has made it")
    (silence,) = shift.silences()
    assert silence["status"]["state"] == "active"
    assert silence["createdBy"] == "cli:linus"
    assert {one["name"]: one["value"] for one in silence["matchers"]} == {
        "alertname": "PrinterOnFire", "service": "printer", "environment": "production",
    }  # fmt: skip
    too_long = linus.run("silence", "PrinterOnFire", "30d", "a month off", name, status=2)
    better = f'candlefish silence PrinterOnFire 2h "a month off" {name}'
    assert f"A silence lasts from 1m to 7d. Did you mean `{better}`?" in too_long.err


def test_the_story_can_be_taken_along(shift: Shift) -> None:
    radia = shift.at("radia")
    name = radia.data("incident", "declare", "Somebody reads our mail")["id"]
    radia.run("note", name, "it is <me> & *only* me")
    told = radia.run("timeline", name).out
    assert told.splitlines()[-1].endswith("it is <me> & *only* me — @radia")
    document = radia.run("timeline", name, "--export", "markdown").out
    assert document.startswith(f"# {name}: Somebody reads our mail\n")
    assert r"it is \<me\> & \*only\* me (@radia)" in document
    exported = json.loads(radia.run("timeline", name, "--export", "json").out)
    assert [one["kind"] for one in exported] == ["opened", "note"]
    assert radia.data("timeline", name)["items"] == exported


def test_who_is_called_what_stands_and_what_there_is_to_say(shift: Shift) -> None:
    margaret = shift.at("margaret")
    assert "Level 4: @margaret" in margaret.run("oncall").out
    ladders = {one["name"] for one in margaret.data("oncall")["ladders"]}
    assert ladders == {"default", "platform", "security"}
    assert "Slack is off: set CANDLEFISH_SLACK_BOT_TOKEN." in margaret.run("status").out
    component = margaret.run("status", "postgres").out
    assert component.startswith("postgresql (postgresql): ")
    verbs = {one["verb"] for one in margaret.data("help")["items"]}
    assert {"incident ack", "escalate", "silence", "timeline"} <= verbs
    for verb in ("escalate", "incident merge"):
        assert f"`candlefish {verb} " in margaret.run("help", verb).out


@pytest.mark.parametrize(
    ("words", "status", "answer"),
    [
        ("ack INC-999", 1, "There is no INC-999. `candlefish incident list` shows the open ones."),
        ("incidnt lst", 2, "There is no verb “incidnt lst”. Did you mean `candlefish incident l"),
        ("status graphq", 2, "Did you mean `candlefish status graphql-api`?"),
        ("kpi 30d", 2, "There is no verb “kpi 30d”."),
    ],
)
def test_a_wrong_word_is_answered_with_the_next_move(
    shift: Shift, words: str, status: int, answer: str
) -> None:
    said = shift.at("alan").run(*words.split(), status=status)
    assert answer in said.err
    assert said.out == ""
    as_json = shift.at("alan").run(*words.split(), "--json", status=status)
    told = json.loads(as_json.err)
    assert told["status"] == status
    assert answer in told["text"]


def test_a_token_narrows_what_its_bearer_may(shift: Shift) -> None:
    ada = shift.at("ada")
    name = shift.at("barbara").data("incident", "declare", "A lamp is out")["id"]
    token = ada.run("token", "--role", "viewer", "--ttl", "5m").out.strip()
    looking = replace(ada, environ={**ada.environ, "CANDLEFISH_TOKEN": token})
    assert name in looking.run("incident", "show", name).out
    refused = looking.run("ack", name, status=1).err
    assert refused == (
        "`incident ack` needs the role responder; yours is viewer. Ask one to say "
        f"`candlefish incident ack {name}`; `candlefish oncall` shows whom to ask.\n"
    )
    assert shift.state(name) == "open"
    responder = ada.run("token", "--role", "responder", "--sub", "edsger", "--ttl", "5m").out
    ada.run("ack", name, CANDLEFISH_TOKEN=responder.strip())
    assert shift.api.get(f"/incidents/{name}")["acknowledged_by"] == "cli:edsger"
    forged = f"{token[:-8]}AAAAAAAA"
    unknown = ada.run("status", status=1, CANDLEFISH_TOKEN=forged).err
    assert "The bot does not know this token." in unknown


def test_the_page_opens_to_a_token_and_hears_of_every_change(shift: Shift) -> None:
    frances = shift.at("frances")
    name = frances.data("incident", "declare", "The page stands still")["id"]
    page = f"{shift.bot.url}/incidents/{name}"
    assert httpx.get(page, timeout=10, trust_env=False).status_code == 401
    headers = shift.api.headers()
    before = httpx.get(page, headers=headers, trust_env=False).text
    assert "Nobody has it yet." in before
    assert f"candlefish ack {name}" in before  # what to say in a terminal
    assert "/candlefish" not in before

    events = f"{page}/events"
    with httpx.stream("GET", events, headers=headers, timeout=30, trust_env=False) as live:
        lines = live.iter_lines()
        assert next(lines).startswith("retry:")
        frances.run("ack", name)
        assert "event: changed" in lines
    shown = httpx.get(page, headers=headers, trust_env=False).text
    assert "frances" in shown
    assert "Nobody has it yet." not in shown
    listed = httpx.get(f"{shift.bot.url}/incidents", headers=headers, trust_env=False).text
    assert "The page stands still" in listed


@pytest.mark.parametrize("how", [Death.REFUSES, pytest.param(Death.HANGS, marks=pytest.mark.long)])
def test_nobody_answers_and_the_terminal_says_what_to_do(shift: Shift, how: Death) -> None:
    with dead(how) as port:
        url = f"http://{HOST}:{port}"
        said = shift.at("ada").run("incident", "list", status=3, CANDLEFISH_BASE_URL=url)
    assert said.out == ""
    assert said.err == (
        f"No bot answers at {url}. Start it with `candlefish serve`, or set CANDLEFISH_BASE_URL.\n"
    )
