"""Private answers to clicks, sent after the click was acknowledged.

The acknowledgement of a click cannot carry words, and no vendor is called while a request waits.
So the words go into a queue, and a thread posts them to the click's `response_url`, which is good
for five uses within 30 minutes and needs neither scope nor token. An answer is tried again until
that time is over; one that cannot be delivered is logged, with its person and never its words.
"""

import heapq
import itertools
import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any
from urllib.parse import urlsplit

import httpx
import structlog

log = structlog.get_logger()

TIMEOUT = 5.0
LIVES = 29 * 60.0  # seconds; Slack takes answers for 30 minutes
MOST_WAITING = 1000
TRIES = 5  # as often as Slack takes one
PAUSES = (1.0, 4.0, 15.0, 60.0)  # seconds between tries
_HOSTS = (".slack.com", ".slack-gov.com")
_LEAVING = 2.0


@dataclass(frozen=True, kw_only=True)
class _Letter:
    url: str
    body: Mapping[str, Any]
    user: str
    born: float
    tried: int = 0


class Private:
    """`api_url` is Slack's Web API: answers go to Slack's own hosts, or to the host of that."""

    def __init__(self, api_url: str) -> None:
        self._own = _origin(api_url)
        self._waiting: list[tuple[float, int, _Letter]] = []
        self._numbers = itertools.count()
        self._news = threading.Condition()
        self._stopped = False
        self._http = httpx.Client(timeout=TIMEOUT, follow_redirects=False)
        self._thread = threading.Thread(target=self._run, name="slack-private", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        with self._news:
            self._stopped = True
            self._news.notify_all()
        if self._thread.is_alive():
            self._thread.join(TIMEOUT + _LEAVING)
        for _, _, letter in self._waiting:
            log.warning("slack.unanswered", user=letter.user, why="the bot was stopped")
        self._http.close()

    def say(self, url: str, body: Mapping[str, Any], user: str) -> None:
        """Sends it soon; `user` is who waits for it."""
        letter = _Letter(url=url, body=body, user=user, born=time.monotonic())
        if not self._is_slacks(url):
            log.error("slack.unanswered", user=user, why="its response_url is not Slack's")
        elif not self._put(letter, 0.0):
            log.error("slack.unanswered", user=user, why="too many answers wait for Slack")

    def _put(self, letter: _Letter, pause: float) -> bool:
        with self._news:
            if len(self._waiting) >= MOST_WAITING:
                return False
            entry = (time.monotonic() + pause, next(self._numbers), letter)
            heapq.heappush(self._waiting, entry)
            self._news.notify_all()
            return True

    def _run(self) -> None:
        while (letter := self._next()) is not None:
            self._send(letter)

    def _next(self) -> _Letter | None:
        with self._news:
            while not (self._stopped and not self._due()):
                if self._due():
                    return heapq.heappop(self._waiting)[2]
                wait = self._waiting[0][0] - time.monotonic() if self._waiting else None
                self._news.wait(wait)
            return None

    def _due(self) -> bool:
        return bool(self._waiting) and self._waiting[0][0] <= time.monotonic()

    def _send(self, letter: _Letter) -> None:
        try:
            answer = self._http.post(letter.url, json=dict(letter.body))
        except httpx.HTTPError as error:
            self._again(letter, type(error).__name__, PAUSES[min(letter.tried, len(PAUSES) - 1)])
            return
        if answer.is_success:
            return
        why = f"HTTP {answer.status_code}"
        if answer.status_code == HTTPStatus.TOO_MANY_REQUESTS:
            self._again(letter, why, _seconds(answer.headers.get("retry-after", "")))
        elif answer.is_server_error:
            self._again(letter, why, PAUSES[min(letter.tried, len(PAUSES) - 1)])
        else:
            log.error("slack.unanswered", user=letter.user, why=why)

    def _again(self, letter: _Letter, why: str, pause: float) -> None:
        later = _Letter(
            url=letter.url,
            body=letter.body,
            user=letter.user,
            born=letter.born,
            tried=letter.tried + 1,
        )
        too_late = time.monotonic() + pause - letter.born > LIVES
        if too_late or later.tried >= TRIES or not self._put(later, pause):
            log.error("slack.unanswered", user=letter.user, why=why, tries=later.tried)

    def _is_slacks(self, url: str) -> bool:
        scheme, host = _origin(url)
        name = host.partition(":")[0]
        return (scheme, host) == self._own or (scheme == "https" and name.endswith(_HOSTS))


def _origin(url: str) -> tuple[str, str]:
    try:
        parts = urlsplit(url)
        return parts.scheme, parts.netloc.lower()
    except ValueError:
        return "", ""


def _seconds(retry_after: str) -> float:
    return float(retry_after) if retry_after.isascii() and retry_after.isdigit() else PAUSES[0]
