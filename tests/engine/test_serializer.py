"""What a run keeps comes back as it was, and nothing that is read can run code."""

from datetime import UTC, datetime
from typing import Any

import pytest
from dbos import error as dbos_errors
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.errors import GiveUp, Misuse, Refused, Unavailable
from bot.engine.serializer import Crashed, Remembered, TaggedJson, stored
from bot.ports.trouble import Overtaken, RateLimited, TimedOut
from bot.store.database import Conflict

scalars = (
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text()
    | st.datetimes(timezones=st.just(UTC))
)  # fmt: skip
sets = st.sets(st.integers() | st.text() | st.datetimes(timezones=st.just(UTC)))
values = st.recursive(
    scalars | sets,
    lambda inner: (
        st.lists(inner)
        | st.dictionaries(st.text() | st.sampled_from(["$at", "$set", "$map", "$error"]), inner)
    ),
)
errors = st.one_of(
    st.builds(Refused, st.text(), st.text()),
    st.builds(Misuse, st.text(), st.text()),
    *(
        st.builds(kind, st.text(), retry_after=st.none() | st.floats(allow_nan=False))
        for kind in (Unavailable, RateLimited, TimedOut)
    ),
    *(st.builds(kind, st.text()) for kind in (GiveUp, Overtaken, Crashed, ValueError, KeyError)),
)


@given(values)
def test_a_value_comes_back_as_it_was(value: Any) -> None:
    again = stored(value)

    assert again == value
    assert type(again) is type(value)
    assert stored(again) == again


@given(errors)
def test_an_error_comes_back_with_its_kind_and_its_words(error: Exception) -> None:
    again = stored(error)

    assert type(again) is type(error)
    assert (again.args, vars(again)) == (error.args, vars(error))


@given(values.map(lambda value: (value, [value])))
def test_what_a_step_returns_is_what_a_replay_reads(value: Any) -> None:
    text = TaggedJson().serialize(stored(value))

    assert TaggedJson().deserialize(text) == stored(value)


@pytest.mark.parametrize("value", [object(), b"bytes", 1j, {1: "one"}, {"deep": [object()]}])
def test_what_is_not_on_the_list_is_not_kept(value: object) -> None:
    with pytest.raises(TypeError, match="A run"):
        stored(value)


def test_an_error_of_another_kind_is_remembered_by_its_name() -> None:
    assert str(stored(ZeroDivisionError("by nothing"))) == "ZeroDivisionError: by nothing"


def test_an_error_of_a_narrower_kind_keeps_the_kind_that_is_known() -> None:
    class Throttled(RateLimited):
        """A vendor's own word."""

    again = stored(Throttled("slow down", retry_after=3.0))

    assert type(again) is RateLimited
    assert again.retry_after == 3.0


@pytest.mark.parametrize(
    ("raised", "seen"),
    [(Conflict("faster"), Crashed), (KeyError(1), KeyError), (GiveUp("no"), GiveUp)],
)
def test_the_first_run_raises_what_a_replay_will(raised: Exception, seen: type[Exception]) -> None:
    with pytest.raises(seen) as caught, Remembered():
        raise raised
    assert type(caught.value) is seen
    assert caught.value.args == stored(raised).args


def test_the_engines_own_errors_pass() -> None:
    theirs = dbos_errors.DBOSException("theirs")
    with pytest.raises(dbos_errors.DBOSException) as caught, Remembered():
        raise theirs
    assert caught.value is theirs


def test_an_unknown_error_in_an_old_row_is_a_crash() -> None:
    told = '{"$error":"SystemExit","args":["0"]}'

    assert type(TaggedJson().deserialize(told)) is Crashed


def test_a_time_keeps_its_microseconds() -> None:
    at = datetime(2026, 1, 2, 3, 4, 5, 678901, tzinfo=UTC)

    assert stored({"at": [at]}) == {"at": [at]}
