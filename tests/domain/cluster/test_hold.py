from hypothesis import given
from hypothesis import strategies as st

from bot.domain.cluster.hold import IDLE, Hold

counts = st.integers(min_value=0, max_value=500)


def noted(hold: Hold, before: int, at: int) -> dict[str, str]:
    return {name: text for name, text in hold.marks(before, at).items() if text is not None}


@given(before=counts, at=counts)
def test_a_held_count_goes_back_to_what_it_was(before: int, at: int) -> None:
    assert IDLE.original(noted(IDLE, before, at), at) == before


@given(before=counts, at=counts, current=counts)
def test_what_somebody_else_has_set_since_is_left(before: int, at: int, current: int) -> None:
    expected = before if current == at else current

    assert IDLE.original(noted(IDLE, before, at), current) == expected
    assert IDLE.keeps(noted(IDLE, before, at), current) is (current == at)


@given(before=counts, first=counts, second=counts)
def test_held_twice_it_still_knows_the_first(before: int, first: int, second: int) -> None:
    once = noted(IDLE, before, first)
    twice = noted(IDLE, IDLE.original(once, first), second)

    assert IDLE.original(twice, second) == before


@given(text=st.text(max_size=8))
def test_a_note_that_is_no_number_holds_nothing(text: str) -> None:
    notes = {IDLE.before: text, IDLE.at: "5"}

    assert IDLE.original(notes, 5) == (int(text) if text.isdecimal() else 5)


def test_gone_takes_both_notes_off() -> None:
    assert IDLE.gone == {IDLE.before: None, IDLE.at: None}
    assert not IDLE.on({"candlefish.ai/other": "1"})
    assert IDLE.on({IDLE.at: "5"})
