"""Logs: one JSON object per line whatever is said, and no secret in any of them."""

import io
import json
import logging
import sys
import threading
import warnings
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import structlog
from hypothesis import given
from hypothesis import strategies as st

from bot.secret import Secret
from handlers import logs
from handlers.redaction import HIDDEN, Redaction

CANARY = "canary-5f2b"
JWT = "eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiJhZGEifQ.c2lnbmF0dXJl"
QUIET = ("slack_sdk.web.base_client", "slack_bolt.App", "httpx", "httpcore.http11", "urllib3.pool")


class Lines(io.StringIO):
    def all(self) -> list[dict[str, Any]]:
        return [json.loads(line) for line in self.getvalue().splitlines()]

    def one(self) -> dict[str, Any]:
        (line,) = self.all()
        return line


def writing_to(stream: Lines) -> list[logging.Handler]:
    known = logging.getLogger().handlers
    return [handler for handler in known if getattr(handler, "stream", None) is stream]


@pytest.fixture
def lines() -> Iterator[Lines]:
    root = logging.getLogger()
    before = (root.level, sys.excepthook, threading.excepthook)
    stream = Lines()
    logs.set_up(level="debug", secrets=lambda: (CANARY, "abc"), stream=stream)
    yield stream
    structlog.reset_defaults()
    structlog.contextvars.clear_contextvars()
    logging.captureWarnings(capture=False)
    root.level, sys.excepthook, threading.excepthook = before
    for handler in writing_to(stream):
        root.removeHandler(handler)


def test_a_line_says_when_how_bad_what_and_for_which_request(lines: Lines) -> None:
    structlog.contextvars.bind_contextvars(request_id="r-1")
    structlog.get_logger("bot.flows").info("Card edited", incident="INC-1", tries=2)
    line = lines.one()

    assert datetime.fromisoformat(line.pop("time")).tzinfo == UTC
    assert line == {
        "level": "info",
        "event": "Card edited",
        "logger": "bot.flows",
        "request_id": "r-1",
        "incident": "INC-1",
        "tries": 2,
    }


def test_libraries_speak_the_same_way(lines: Lines) -> None:
    structlog.contextvars.bind_contextvars(request_id="r-2")
    logging.getLogger("uvicorn.error").warning("Started on %s", "port 1")
    line = lines.one()

    assert (line["level"], line["event"], line["request_id"], line["logger"]) == (
        "warning",
        "Started on port 1",
        "r-2",
        "uvicorn.error",
    )


def test_a_second_set_up_does_not_double_the_lines(lines: Lines) -> None:
    logs.set_up(stream=lines)
    logging.getLogger("alembic").warning("once")

    assert lines.one()["event"] == "once"


@pytest.mark.parametrize("name", QUIET)
def test_libraries_that_log_bodies_are_kept_quiet(lines: Lines, name: str) -> None:
    logging.getLogger(name).debug("Received the following response: %s", "body")
    logging.getLogger(name).info("body")
    assert lines.getvalue() == ""

    logging.getLogger(name).error("gone")
    assert lines.one()["event"] == "gone"


@pytest.mark.parametrize(
    ("said", "written"),
    [
        (f"token {CANARY} ends", f"token {HIDDEN} ends"),
        ("xoxb-1234-abcd, xapp-1-A1-9", f"{HIDDEN}, {HIDDEN}"),
        ("xoxe.xoxb-1-Mi0y ends", f"{HIDDEN} ends"),
        ("Authorization: Bearer a.b/c+d= ends", f"Authorization: Bearer {HIDDEN} ends"),
        (f"GET /incidents/INC-1?t={JWT}", f"GET /incidents/INC-1?t={HIDDEN}"),
        (f"got {JWT}", f"got {HIDDEN}"),
        ("Token token=y_NbAkKc66ryYTWUXYEu ends", f"Token token={HIDDEN} ends"),
        (
            "wss://wss.slack.com/link/?ticket=12&app=3",
            f"wss://wss.slack.com/link/?ticket={HIDDEN}&app=3",
        ),
        ("https://hooks.slack.com/actions/T1/2/x", f"https://hooks.slack.com/{HIDDEN}"),
        ("postgresql://ada:pw@db/x", f"postgresql://{HIDDEN}@db/x"),
        ("key AKIAIOSFODNN7EXAMPLE", f"key {HIDDEN}"),
        ("-----BEGIN PRIVATE KEY-----\nMIIE\n-----END PRIVATE KEY----- ends", f"{HIDDEN} ends"),
        ("a bearer of news from abc at 10:30", "a bearer [hidden] news from abc at 10:30"),
        (
            "graphql-api at http://127.0.0.1:9090/x?t1=2",
            "graphql-api at http://127.0.0.1:9090/x?t1=2",
        ),
    ],
)
def test_secrets_are_hidden_and_the_rest_stays(lines: Lines, said: str, written: str) -> None:
    logging.getLogger("x").warning("%s", said)

    assert lines.one()["event"] == written


def test_secrets_are_hidden_at_every_depth(lines: Lines) -> None:
    class Odd:
        def __repr__(self) -> str:
            return f"Odd({CANARY})"

    structlog.get_logger().info(
        "x", a={"b": [Odd(), {CANARY: (CANARY,)}]}, password="p", headers={"Cookie": "c", "Age": 1}
    )
    line = lines.one()

    assert CANARY not in lines.getvalue()
    assert line["a"] == {"b": [f"Odd({HIDDEN})", {HIDDEN: [HIDDEN]}]}
    assert (line["password"], line["headers"]) == (HIDDEN, {"Cookie": HIDDEN, "Age": 1})


def test_tracebacks_hold_no_local_variables_and_no_secret(lines: Lines) -> None:
    def fail(local: str) -> None:
        raise LookupError(f"bad {CANARY}, {len(local)}")

    try:
        fail("a local value"[::-1])
    except LookupError:
        structlog.get_logger().exception("ours")
        logging.getLogger("theirs").exception("theirs")

    assert CANARY not in lines.getvalue()
    assert "a local value"[::-1] not in lines.getvalue()
    for line in lines.all():
        assert line["exception"].endswith(f"LookupError: bad {HIDDEN}, 13")


@given(st.text())
def test_nothing_said_forges_a_line(said: str) -> None:
    stream = Lines()
    try:
        logs.set_up(stream=stream)
        logging.getLogger("forge").warning(
            "%s", said + '\n{"level": "critical", "event": "forged"}\r\u2028'
        )
    finally:
        for handler in writing_to(stream):
            logging.getLogger().removeHandler(handler)
        structlog.reset_defaults()
        logging.captureWarnings(capture=False)

    assert stream.getvalue().count("\n") == 1
    assert stream.getvalue().isascii()
    assert stream.one()["level"] == "warning"


def test_a_line_that_cannot_be_written_does_not_print_its_arguments(
    lines: Lines, capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(logging.getLogger(), "handlers", writing_to(lines))
    logging.getLogger("clumsy").warning("%d alerts", CANARY)

    assert lines.one() == {
        "level": "error",
        "event": "A log line could not be written",
        "logger": "clumsy",
    }
    assert capfd.readouterr() == ("", "")


def test_warnings_and_dying_threads_are_lines_too(lines: Lines) -> None:
    def die() -> None:
        raise LookupError(CANARY)

    with warnings.catch_warnings():
        warnings.simplefilter("always")
        warnings.warn("old habit", UserWarning, stacklevel=1)
    thread = threading.Thread(target=die, name="card loop")
    thread.start()
    thread.join()
    warned, died = lines.all()

    assert "UserWarning: old habit" in warned["event"]
    assert (died["level"], died["thread"]) == ("critical", "card loop")
    assert died["exception"].endswith(f"LookupError: {HIDDEN}")


def test_a_secret_whose_file_is_gone_is_still_hidden(lines: Lines, tmp_path: Path) -> None:
    (tmp_path / "token").write_text("from-a-file")
    secret = Secret(f"file:{tmp_path}/token")
    (tmp_path / "token").unlink()
    logs.set_up(secrets=lambda: (secret.reveal(),), stream=lines)
    logging.getLogger("x").warning("from-a-file")
    complaint, said = lines.all()

    assert complaint["event"].startswith("A secret keeps its last value")
    assert said["event"] == HIDDEN


def test_an_uncaught_error_is_one_line(lines: Lines) -> None:
    sys.excepthook(LookupError, LookupError(CANARY), None)

    assert lines.one()["event"] == "The process ended by an error"
    assert CANARY not in lines.getvalue()


@given(st.text(min_size=4), st.text(), st.text())
def test_a_configured_secret_never_survives(secret: str, before: str, after: str) -> None:
    clean = Redaction(lambda: (secret,))(None, "info", {"event": before + secret + after})

    assert not any(secret in piece for piece in str(clean["event"]).split(HIDDEN))
