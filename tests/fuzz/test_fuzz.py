"""Ten thousand requests nobody should send: no 5xx, nothing of them in the log, all well after."""

import json
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from http.client import HTTPConnection
from pathlib import Path
from random import Random

import pytest

from sandbox.servers.candlefish import Candlefish
from sandbox.servers.loopback import HOST
from sandbox.slack.server import SlackTwin
from tests.crash.board import FAST
from tests.crash.patience import until
from tests.fuzz.framing import shot
from tests.fuzz.keys import Keys
from tests.fuzz.limits import at_the_limits
from tests.fuzz.wire import Shot, fire
from tests.seed import seed
from tests.serving import TOKEN, serving

SAMPLE, WHOLE = 10_000, 40_000
AT_ONCE = 4
REPLAYED = 0.1
MOST_MEMORY = 400  # MB
REFUSED = {400, 401, 404, 405, 413}


@pytest.fixture
def bot(migrated_url: str, tmp_path: Path) -> Iterator[tuple[Candlefish, Keys]]:
    with SlackTwin(rates=FAST) as slack, serving(tmp_path, migrated_url, slack=slack) as bot:
        yield bot, Keys.of(tmp_path, slack.signing_secret, callers=100)


@pytest.mark.parametrize("count", [SAMPLE, pytest.param(WHOLE, marks=pytest.mark.long)])
def test_no_request_breaks_it_or_gets_into_its_log(
    bot: tuple[Candlefish, Keys], count: int
) -> None:
    served, keys = bot
    pid = served.pid
    answers: Counter[tuple[str, bool, int]] = Counter()
    wrong: list[tuple[int, str, bytes]] = []
    with ThreadPoolExecutor(AT_ONCE) as pool:
        shots = _shots(Random(seed(whole=count == WHOLE)), count, keys)
        for one, status in pool.map(lambda one: (one, fire(served.port, one)), shots):
            answers[one.what, one.authentic, status] += 1
            if not _right(one, status):
                wrong.append((status, one.what, one.raw[:1500]))
    assert wrong == []
    _went_deep(answers)
    _is_well(served, pid)


def test_bodies_at_their_limit_are_taken_and_larger_ones_refused(
    bot: tuple[Candlefish, Keys],
) -> None:
    served, keys = bot
    for one, right in at_the_limits(keys):
        assert fire(served.port, one) in right, one.what
    _is_well(served, served.pid)


def _right(one: Shot, status: int) -> bool:
    if status >= 500 or (one.framed and not status):
        return False
    let_in = one.authentic or one.open_to_all or not one.framed
    return let_in or status in REFUSED


def _shots(rng: Random, count: int, keys: Keys) -> Iterator[Shot]:
    fired: list[Shot] = []
    for number in range(count):
        if fired and rng.random() < REPLAYED:
            yield rng.choice(fired)
        else:
            fired = [*fired[-200:], shot(rng, number, keys)]
            yield fired[-1]


def _went_deep(answers: Counter[tuple[str, bool, int]]) -> None:
    """The proof would be worth little if all were turned away at the door."""
    for what, taken in {
        "alertmanager": 200, "pagerduty": 202, "slack": 200, "api_read": 200, "api_command": 200,
        "page": 200,
    }.items():  # fmt: skip
        assert answers[what, True, taken] > 5, (what, answers)


def _is_well(bot: Candlefish, pid: int) -> None:
    until(bot.ready, "it is ready")
    assert bot.pid == pid
    assert bot.resident_mb() < MOST_MEMORY
    connection = HTTPConnection(HOST, bot.port, timeout=30)
    alert = {"labels": {"alertname": "Good", "service": "good"}, "status": "firing"}
    headers = {"Authorization": f"Bearer {TOKEN}"}
    connection.request("POST", "/webhooks/alertmanager", json.dumps({"alerts": [alert]}), headers)
    answer = connection.getresponse()
    assert (answer.status, json.loads(answer.read())["accepted"]) == (200, 1)
    connection.close()
    lines = bot.log.read_text().splitlines()
    assert lines
    assert [line for line in lines if "canary" in line.lower()] == []
    assert [line for line in lines if "exception" in json.loads(line)] == []
