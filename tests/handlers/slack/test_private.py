"""Private answers: only to Slack, again while they may be, and never lost without a word."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from handlers.slack import private
from handlers.slack.private import Private


class Door:
    """Stands where a `response_url` leads, and answers these statuses in turn, then 200."""

    def __init__(self) -> None:
        self.statuses: list[int] = []
        self.got = 0
        self.url = ""
        self.news = threading.Condition()

    def answer(self) -> int:
        with self.news:
            self.got += 1
            self.news.notify_all()
            return self.statuses.pop(0) if self.statuses else 200

    def wait(self, times: int) -> None:
        with self.news:
            assert self.news.wait_for(lambda: self.got >= times, 10)


@contextmanager
def served(door: Door) -> Iterator[str]:
    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            self.rfile.read(int(self.headers["content-length"]))
            self.send_response(door.answer())
            self.send_header("retry-after", "0")
            self.send_header("content-length", "0")
            self.end_headers()

        def log_message(self, *arguments: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, args=(0.01,))
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


@pytest.fixture
def door() -> Door:
    return Door()


@pytest.fixture
def url(door: Door) -> Iterator[str]:
    with served(door) as door.url:
        yield door.url


@pytest.fixture
def answers(url: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[Private]:
    monkeypatch.setattr(private, "PAUSES", (0.01, 0.01, 0.01, 0.01))
    one = Private(f"{url}/api/")
    one.start()
    yield one
    one.stop()


@pytest.mark.parametrize("statuses", [[], [429], [500, 503], [429, 500, 502, 503]])
def test_it_is_sent_until_it_is_taken(
    answers: Private, door: Door, url: str, statuses: list[int], capsys: pytest.CaptureFixture[str]
) -> None:
    door.statuses = list(statuses)
    answers.say(f"{url}/actions/1", {"text": "x"}, "U1")
    door.wait(len(statuses) + 1)
    answers.stop()
    assert door.got == len(statuses) + 1
    assert "unanswered" not in capsys.readouterr().out


@pytest.mark.parametrize(("statuses", "tries"), [([404], 1), ([410], 1), ([500] * 9, 5)])
def test_what_slack_does_not_take_is_logged_without_its_words(
    answers: Private,
    door: Door,
    statuses: list[int],
    tries: int,
    capsys: pytest.CaptureFixture[str],
) -> None:
    door.statuses = list(statuses)
    answers.say(f"{door.url}/actions/1", {"text": "secret words"}, "U1")
    door.wait(tries)
    answers.stop()
    assert door.got == tries
    said = capsys.readouterr().out
    assert "slack.unanswered" in said
    assert "secret words" not in said


@pytest.mark.parametrize(
    "elsewhere",
    [
        "http://127.0.0.1:1/actions/1",
        "https://hooks.slack.com.example.org/x",
        "http://hooks.slack.com/x",
        "https://169.254.169.254/",
        "file:///etc/passwd",
        "//[",
        "no address",
    ],
)
def test_it_goes_nowhere_but_to_slack(
    answers: Private, elsewhere: str, capsys: pytest.CaptureFixture[str]
) -> None:
    answers.say(elsewhere, {"text": "x"}, "U1")
    assert "not Slack's" in capsys.readouterr().out


def test_what_waits_when_the_bot_stops_is_logged(
    answers: Private, door: Door, url: str, monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:  # fmt: skip
    monkeypatch.setattr(private, "PAUSES", (60.0,))
    door.statuses = [500]
    answers.say(f"{url}/actions/1", {"text": "x"}, "U1")
    door.wait(1)
    answers.stop()
    assert "the bot was stopped" in capsys.readouterr().out


def test_there_is_a_bound(url: str, capsys: pytest.CaptureFixture[str]) -> None:
    never_started = Private(f"{url}/api/")
    for _ in range(private.MOST_WAITING + 1):
        never_started.say(f"{url}/actions/1", {}, "U1")
    assert capsys.readouterr().out.count("too many answers") == 1
    never_started.stop()
