"""What the card says in each state, and that nothing an alert says can break it."""

import json
import re
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from slack_sdk.models.blocks import Block

from bot.cards.actions import Choice, chosen
from bot.cards.incident import HEADER_LENGTH, CardView, card
from bot.domain.fact import Fact, Missing
from bot.domain.incidents.alert import Status
from bot.domain.incidents.incident import Incident, State
from bot.domain.ops_data.people import Person
from bot.domain.severity import Severity
from sandbox.slack.blocks_check import message_complaints, volume
from tests.cards.cases import BASE_URL, NOW, alert, all_texts, incident, texts

PEOPLE = {"ada": Person(name="ada", slack="U1", login="ada", pagerduty="P1")}


def view(one: Incident, **fields: Any) -> CardView:
    given: dict[str, Any] = {"base_url": BASE_URL, "people": PEOPLE, "environment": "production"}
    return CardView(incident=one, **(given | fields))


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
        ({"resolve_due_at": NOW}, "flapping: resolves at <!date^1772334720^{time}|"),
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


# -- whatever an alert says ------------------------------------------------------------------

_TRAPS = st.sampled_from([
    "<!channel>", "<!here|x>", "<@U1>", "<!subteam^S012>", "<https://evil.example|Grafana>",
    "https://evil.example", "&lt;!channel&gt;", "`", "```", "*_~", "\u202e", "\u200b",
    "\x00\x1b[2J", "@slack:U1", "#slack:C1", "<", ">", "&", "|", "\n", "😀", "\ud800", "INC-1",
])  # fmt: skip
_HOSTILE = st.lists(st.one_of(_TRAPS, st.text(max_size=300)), max_size=12).map("".join)
_LABELS = st.dictionaries(_HOSTILE, _HOSTILE, max_size=8)


def hostile_facts() -> st.SearchStrategy[Fact]:
    number = st.none() | st.floats(allow_nan=False, allow_infinity=False)
    return st.builds(
        Fact, name=_HOSTILE, title=_HOSTILE, value=number, before=number,
        unit=st.sampled_from(["percent", "ms"]) | _HOSTILE, target=number,
        missing=st.sampled_from(Missing), at=st.just(NOW),
    )  # fmt: skip


@st.composite
def hostile_views(draw: st.DrawFn) -> CardView:
    alerts = draw(st.lists(st.tuples(_HOSTILE, _LABELS, _HOSTILE), max_size=6))
    one = incident(
        title=draw(_HOSTILE), summary=draw(_HOSTILE), component=draw(st.none() | _HOSTILE),
        environment=draw(_HOSTILE), labels=draw(_LABELS), runbook=draw(st.none() | _HOSTILE),
        severity=draw(st.sampled_from(Severity)), state=draw(st.sampled_from(State)),
        acknowledged_by=draw(st.none() | _HOSTILE), mitigated_by=draw(st.none() | _HOSTILE),
        mitigated_at=draw(st.sampled_from([None, NOW])), resolved_by=draw(st.none() | _HOSTILE),
        acknowledged_at=draw(st.sampled_from([None, NOW])),
        alerts_total=draw(st.integers(0, 10**6)),
        roles=draw(st.dictionaries(_HOSTILE, _HOSTILE, max_size=8)),
        previous=draw(st.sampled_from([None, 3])), merged_into=draw(st.sampled_from([None, 4])),
        level=draw(st.integers(1, 4)), resolve_due_at=draw(st.sampled_from([None, NOW])),
    )  # fmt: skip
    return view(
        one,
        alerts=[
            replace(
                alert(number),
                labels={**labels, "alertname": name},
                generator_url=f"https://grafana.candlefish.ai/{url}",
            )
            for number, (name, labels, url) in enumerate(alerts)
        ],
        evidence=draw(st.lists(hostile_facts(), max_size=12)),
        runbook_title=draw(_HOSTILE),
        links={draw(_HOSTILE): f"https://grafana.candlefish.ai/{draw(_HOSTILE)}" for _ in range(8)},
        hosts={"grafana.candlefish.ai"},
    )


# What our own markup may look like; anything else between <> came from outside.
_OURS = re.compile(
    r"<@[UW][A-Z0-9]*>|<!date\^\d+\^[^|<>]*\|[^|<>]*>"
    rf"|<(?:{re.escape(BASE_URL)}|https://grafana\.candlefish\.ai)/[^|<>\s]*\|[^|<>]*>"
)
_INVISIBLE = re.compile(
    "[\x00-\x09\x0b-\x1f\x7f-\x9f\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufeff]"
)


@settings(max_examples=150)
@given(hostile_views())
def test_no_alert_can_break_a_card(hostile: CardView) -> None:
    message = card(hostile)
    blocks = [dict(block) for block in message.blocks]
    assert message_complaints(blocks) == []
    Block.parse_all(blocks)
    for block in blocks:
        parsed = Block.parse(block)
        assert parsed is not None
        parsed.to_dict()
    assert volume(blocks) + len(message.text) < 10_000
    for text in (message.text, *texts(blocks, "mrkdwn")):
        assert not re.search(r"[<>]", _OURS.sub("", text)), text
        assert not _INVISIBLE.search(text)
        assert re.sub(r"&(amp|lt|gt);", "", _OURS.sub("", text)).count("&") == 0
    for text in texts(blocks, "plain_text"):
        assert not _INVISIBLE.search(text)
    assert len(blocks[0]["text"]["text"]) <= HEADER_LENGTH
    json.dumps(blocks).encode()
    assert all(block["verbatim"] for block in _mrkdwn(blocks))


def _mrkdwn(part: Any) -> list[dict[str, Any]]:
    if isinstance(part, list):
        return [found for value in part for found in _mrkdwn(value)]
    if not isinstance(part, dict):
        return []
    own = [part] if part.get("type") == "mrkdwn" else []
    return own + [found for value in part.values() for found in _mrkdwn(value)]


def test_every_limit_of_the_vendor_holds(contracts: Path) -> None:
    limits = json.loads((contracts / "slack/block_kit_limits.json").read_text())
    heavy = incident(
        title="<" * 500, summary="&" * 5000, labels={f"l{n}": "<" * 500 for n in range(9)},
        roles={f"r{n}": "slack:U1" for n in range(99)}, runbook="r" * 500, alerts_total=1000,
    )  # fmt: skip
    alerts = [alert(number, **{f"l{number}": "&" * 900}) for number in range(1000)]
    links = {"<" * 400 + str(n): f"https://h.example/{'a' * 900}" for n in range(40)}
    message = card(view(heavy, alerts=alerts, links=links, hosts={"h.example"}))
    assert len(message.blocks) <= limits["message_blocks_max"]
    for text in texts(list(message.blocks), "mrkdwn"):
        assert len(text) <= limits["section_text_max"]
    assert volume(list(message.blocks)) < 10_000
    assert len(message.text) <= limits["message_text_recommended_max"]
