"""Two replicas on one PostgreSQL: one incident for one problem, and one leader for the cards."""

import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, closing
from pathlib import Path

import pytest
from sqlalchemy import text

from bot.store.database import Database
from sandbox.servers.candlefish import Candlefish
from sandbox.slack.faults import Moment
from sandbox.slack.server import SlackTwin
from tests.crash.board import FAST, prove, tell
from tests.crash.patience import until
from tests.databases import PostgresMaker
from tests.serving import Api, serving

HOME = "https://bot.example.org"
PROBLEMS = 40
CARDS = 4


@pytest.fixture
def url(postgres_maker: PostgresMaker, tmp_path: Path) -> Iterator[str]:
    with postgres_maker.migrated(tmp_path) as url:
        yield url


def _replicas(
    stack: ExitStack, folder: Path, url: str, slack: SlackTwin | None = None
) -> list[Candlefish]:
    """They share the folder, and so the key, and people reach both at one address."""
    return [
        stack.enter_context(serving(folder, url, slack=slack, CANDLEFISH_BASE_URL=HOME))
        for _ in range(2)
    ]


def test_one_new_problem_told_to_both_is_one_incident(url: str, tmp_path: Path) -> None:
    with ExitStack() as stack:
        pair = _replicas(stack, tmp_path, url)
        with ThreadPoolExecutor(8) as pool:
            together = threading.Barrier(2)

            def told(bot: Candlefish, problem: int) -> None:
                together.wait(30)
                for _ in range(2):  # by itself, and as the same alert that the other tells of
                    tell(bot.port, f"service-{problem}", instance=f"{bot.port}")
                tell(bot.port, f"service-{problem}", instance="both")

            for problem in range(PROBLEMS):
                for done in [pool.submit(told, bot, problem) for bot in pair]:
                    done.result(60)
        for bot in pair:
            listed = Api(bot=bot).every("/incidents")
            assert sorted(one["component"] for one in listed) == sorted(
                f"service-{problem}" for problem in range(PROBLEMS)
            )
            assert {(one["alerts_total"], one["alerts_firing"]) for one in listed} == {(3, 3)}


def test_when_the_leading_replica_is_killed_the_other_goes_on_with_the_cards(
    url: str, tmp_path: Path
) -> None:
    with SlackTwin(rates=FAST) as slack, ExitStack() as stack:
        pair = {bot.pid: bot for bot in _replicas(stack, tmp_path, url, slack)}
        until(lambda: _leader(url), "somebody leads the cards")
        leading = pair.pop(_leader(url))
        (other,) = pair.values()
        slack.faults.at(Moment.APPLIED, "chat.postMessage", leading.kill)
        for problem in range(CARDS):
            tell(other.port, f"service-{problem}")
        until(lambda: _leader(url) in pair, "the other leads")
        prove(slack, url, HOME, count=CARDS)


def _leader(url: str) -> int:
    """The process that leads the cards, 0 where none does."""
    with closing(Database(url)) as database, database.read() as tx:
        owner = tx.execute(text("SELECT owner FROM leases WHERE name = 'cards'")).scalar()
    return int(str(owner).split("-")[-2]) if owner else 0
