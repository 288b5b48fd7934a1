"""Whatever the world says of an operation, its card is one that Slack takes."""

import re

from hypothesis import given, settings
from hypothesis import strategies as st
from slack_sdk.models.blocks import Block

from bot.cards.incident import CardView, card
from bot.cards.operation import OperationView
from bot.domain.operations.check import Check, Code, Result
from bot.domain.operations.operation import Progress, Request, State, StepState
from bot.domain.operations.plan import Leg, Mechanism, Origin, Plan, Release
from bot.domain.verification.verification import Verdict
from sandbox.slack.blocks_check import message_complaints, volume
from tests.cards.cases import BASE_URL, PEOPLE, incident, texts
from tests.domain.operations.made import NOW, operation, plan, step

_HOSTILE = st.lists(
    st.one_of(
        st.sampled_from(["<!channel>", "<@U1>", "@group:S012", "@slack:U1", "`", "*", "&", "\n"]),
        st.text(max_size=400),
    ),
    max_size=8,
).map("".join)  # fmt: skip
_TIME = st.sampled_from([None, NOW])


@st.composite
def hostile_plans(draw: st.DrawFn) -> Plan:
    release = st.builds(Release, version=_HOSTILE, identity=_HOSTILE, workload=_HOSTILE)
    origin = st.builds(Origin, at=st.just(NOW), by=_HOSTILE)
    legs = st.builds(
        Leg, component=st.just("x") | _HOSTILE, mechanism=st.sampled_from(Mechanism),
        before=st.none() | release, after=st.none() | release, came=st.none() | origin,
        made=st.none() | origin,
    )  # fmt: skip
    count = draw(st.integers(0, 25))
    text = draw(_HOSTILE)
    return plan(
        legs=draw(st.lists(legs, max_size=6)),
        steps=tuple(
            step(f"s{number}", stage=number // 3, component=f"c{number % 3}", does=text,
                 touches=text, check=text, undo=text, seconds=number)
            for number in range(count)
        ),
        notes=draw(st.lists(_HOSTILE, max_size=6)),
        links=dict.fromkeys(["x"], f"https://git.example/{text}"),
    )  # fmt: skip


@st.composite
def hostile_operations(draw: st.DrawFn) -> OperationView:
    made = draw(hostile_plans())
    checks = st.builds(
        Check, code=st.sampled_from(Code), result=st.sampled_from(Result), seen=_HOSTILE,
        component=_HOSTILE,
    )  # fmt: skip
    one = operation(
        draw(st.sampled_from(State)), plan=made, checks=draw(st.lists(checks, max_size=30)),
        said=draw(_HOSTILE), requested_by=draw(_HOSTILE), approved_by=draw(st.none() | _HOSTILE),
        environment=draw(_HOSTILE), due_at=draw(_TIME), switched_at=draw(_TIME),
        closed_at=draw(_TIME), expires_at=draw(_TIME), approvals_needed=draw(st.integers(0, 1)),
        request=Request(force=draw(_HOSTILE), why=draw(_HOSTILE), components=("x",) * 40),
        results=draw(st.dictionaries(_HOSTILE, _HOSTILE, max_size=8)), incident=7,
        verdict=draw(st.sampled_from([None, *Verdict])), id=999_999_999,
    )  # fmt: skip
    text = draw(_HOSTILE)
    rows = [
        Progress(
            name=each.name, component=each.component, text=each.does, seen=text, attempts=2,
            state=draw(st.sampled_from(StepState)), started_at=draw(_TIME),
            finished_at=draw(_TIME),
        )
        for each in made.steps
    ]  # fmt: skip
    return OperationView(operation=one, progress=rows)


_OURS = re.compile(
    rf"<@[UW][A-Z0-9]*>|<!date\^\d+\^[^|<>]*\|[^|<>]*>|<{re.escape(BASE_URL)}/[^|<>\s]*\|[^|<>]*>"
    r"|<https://git\.example/[^|<>\s]*\|what changed>"
)


@settings(max_examples=80, deadline=None)
@given(st.lists(hostile_operations(), min_size=1, max_size=4))
def test_no_operation_can_break_a_card(hostile: list[OperationView]) -> None:
    found = CardView(
        incident=incident(title="&" * 200, summary="<" * 500, labels={"&" * 90: "<" * 90}),
        operations=hostile, people=PEOPLE, hosts={"git.example"},
        base_url=BASE_URL, environment="production",
    )  # fmt: skip
    message = card(found)
    blocks = [dict(block) for block in message.blocks]
    assert message_complaints(blocks) == []
    for block in blocks:
        parsed = Block.parse(block)
        assert parsed is not None
        parsed.to_dict()
    assert volume(blocks) + len(message.text) < 10_000
    for text in texts(blocks, "mrkdwn"):
        assert not re.search(r"[<>]", _OURS.sub("", text)), text
