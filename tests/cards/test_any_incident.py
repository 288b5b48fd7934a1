"""Nothing that an alert says can break a card."""

import json
import re
from dataclasses import replace
from pathlib import Path
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st
from slack_sdk.models.blocks import Block

from bot.cards.incident import HEADER_LENGTH, CardView, card
from bot.domain.fact import Fact, Missing
from bot.domain.incidents.incident import State
from bot.domain.releases.ledger import LedgerRelease
from bot.domain.severity import Severity
from sandbox.slack.blocks_check import message_complaints, volume
from tests.cards.cases import BASE_URL, NOW, alert, incident, texts
from tests.cards.incident_view import view

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


def hostile_releases() -> st.SearchStrategy[LedgerRelease]:
    return st.builds(
        LedgerRelease, environment=_HOSTILE, component=_HOSTILE, workload=_HOSTILE,
        version=_HOSTILE, identity=_HOSTILE, occurrence=_HOSTILE, deployed_by=_HOSTILE,
        change_url=_HOSTILE.map("https://grafana.candlefish.ai/{}".format) | _HOSTILE,
        deployed_at=st.just(NOW), live_at=st.just(NOW),
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
        changes=draw(st.lists(hostile_releases(), max_size=6)),
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
