"""Thread lines: many entries in one message, people called, nothing of others' words parsed."""

import re
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from bot.cards.thread import TEXT_LENGTH, is_quiet, thread_message
from bot.domain.incidents.timeline import Entry, Kind, Numbered
from bot.domain.ops_data.people import Person
from bot.ports.chat import Message
from sandbox.slack.blocks_check import message_complaints
from tests.cards.cases import BASE_URL, NOW, incident

PEOPLE = {"ada": Person(name="ada", slack="U1", login="ada")}


def entry(number: int, kind: Kind, text: str, actor: str = "slack:U2", **data: Any) -> Numbered:
    return Numbered(number, Entry(incident=7, at=NOW, kind=kind, actor=actor, text=text, data=data))


def told(*news: Numbered, total: int | None = None) -> Message:
    return thread_message(incident(), news, total or len(news), PEOPLE, BASE_URL)


def test_each_entry_is_a_line_with_a_time_and_a_name() -> None:
    message = told(
        entry(1, Kind.ACKNOWLEDGED, "acknowledged"),
        entry(2, Kind.NOTE, "look at <!channel> & @slack:U1"),
        entry(3, Kind.ALERT, "GraphqlDown fires: same alert group", "bot"),
        entry(4, Kind.ROLE, "ic: @cli:ada", role="ic", person="cli:ada"),
        entry(5, Kind.SEVERITY, "sev3 → sev2: worse", "bot"),
    )
    time = "<!date^1772334720^{time}|2026-03-01 03:12 UTC>"
    assert message.text.split("\n") == [
        f"{time} *acknowledged* by <@U2>",
        f"{time} *note* by <@U2>: look at &lt;!channel&gt; &amp; @slack:U1",
        f"{time} GraphqlDown fires: same alert group",
        f"{time} *role* by <@U2>: ic is <@U1>",
        f"{time} *severity*: sev3 → sev2: worse",
    ]


def test_an_operation_is_told_by_its_name_and_whoever_its_words_name_is_not_called() -> None:
    told_of = {"operation": "OP-3", "state": "approved"}
    message = told(
        entry(1, Kind.OPERATION, "OP-3: approved", **told_of),
        entry(2, Kind.OPERATION, "OP-3: switch: stopped by @cli:ada <!here>", "bot", **told_of),
    )
    assert [line.partition("UTC> ")[2] for line in message.text.split("\n")] == [
        "*OP-3* by <@U2>: approved",
        "*OP-3*: switch: stopped by @ada &lt;!here&gt;",
    ]


def test_steps_wait_for_company_and_turns_of_an_operation_do_not() -> None:
    step = entry(1, Kind.OPERATION, "OP-3: switch: done", operation="OP-3", step="switch")
    turn = entry(2, Kind.OPERATION, "OP-3: approved", operation="OP-3")
    assert is_quiet(step.entry)
    assert not is_quiet(turn.entry)
    assert is_quiet(entry(3, Kind.ALERT, "fires").entry)


def test_an_escalation_mentions_the_level_even_when_much_else_happened() -> None:
    crowd = [entry(number, Kind.NOTE, "n" * 400) for number in range(60)]
    call = entry(99, Kind.ESCALATED, "level 1 → 2: help", people=["U1", "U3"], groups=["S012"])
    message = told(*crowd, call, total=500)
    *_, called, more = message.text.split("\n")
    assert called.endswith("level 1 → 2: help · <!subteam^S012> <@U1> <@U3>")
    assert re.fullmatch(
        rf"and <{BASE_URL}/incidents/INC-7#timeline\|\d+ more on the timeline>", more
    )


def test_a_long_call_keeps_the_command_that_ends_it_and_names_its_people() -> None:
    note = '`incident note INC-12 "OP-7 reviewed: what you found"`'
    long = f"@cli:ada forced it. Skipped: {'no `room` & no time; ' * 60}"
    text = f"{long}An admin, but not @cli:ada, looks at it and says {note}."
    message = told(entry(1, Kind.ESCALATED, text, "bot", people=["U2"]))

    assert message.text.endswith(f"An admin, but not @ada, looks at it and says {note}. · <@U2>")
    assert "UTC> *escalated*: @ada forced it. Skipped: no `room` &amp; no time;" in message.text
    assert "… " in message.text
    assert len(message.text) < 900


def test_a_call_is_not_cut_within_a_command() -> None:
    command = f"`unfreeze {'component ' * 30}`"
    for before in range(380, 420):
        text = f"{'x' * before} `operation show OP-7` {'y' * 200} {command}"
        line = told(entry(1, Kind.ESCALATED, text, "bot")).text
        assert line.endswith(f" {command}")
        assert line.count("`") in (2, 4)


def test_what_is_no_id_of_slack_mentions_nobody() -> None:
    call = entry(1, Kind.ESCALATED, "up", people=["!channel", "<@U1>"], groups=["!here", 5])
    assert "<!here" not in told(call).text
    assert "<!subteam" not in told(call).text
    assert told(call).text.count("<") == 2  # its time and who did it


_ROWS = st.tuples(st.sampled_from(Kind), st.text(max_size=600), st.text(max_size=80))


@given(st.lists(_ROWS, min_size=1), st.integers(0, 10**6))
def test_it_always_fits_and_counts_what_it_leaves_out(
    rows: list[tuple[Kind, str, str]], more: int
) -> None:
    news = [entry(number, *row, people=["U1"] * 99) for number, row in enumerate(rows, 1)]
    message = told(*news, total=len(news) + more)
    assert len(message.text) <= TEXT_LENGTH
    assert message_complaints([dict(block) for block in message.blocks]) == []
    named = message.text.count("{time}")
    left = re.search(r"(\d+) more on the timeline", message.text)
    assert named + int(left[1] if left else 0) == len(news) + more
