"""The serving process is killed while it posts and edits cards: each ends up there once."""

import threading
from pathlib import Path
from random import Random

import pytest

from sandbox.servers.candlefish import Candlefish
from sandbox.slack.faults import Moment
from sandbox.slack.server import SlackTwin
from tests.crash.board import FAST, prove, tell
from tests.seed import seed
from tests.serving import serving

SAMPLE, WHOLE = 4, 30
SAMPLE_OF_LEASES = 2  # on PostgreSQL each kill waits for the dead process's lease to run out
POST, EDIT, LOOK = "chat.postMessage", "chat.update", "conversations.history"
# The moment of a kill, and whether Slack takes the call that was under way then.
KILLS = [
    (Moment.SEEN, POST, False),  # intended, and never posted
    (Moment.APPLIED, EDIT, True),
    (Moment.SEEN, LOOK, True),  # while it looks for a post that a kill left behind
    (Moment.SEEN, POST, True),  # posted, and where is not known
    (Moment.APPLIED, POST, True),
    (Moment.SEEN, EDIT, False),
]


@pytest.mark.parametrize("kills", [SAMPLE, pytest.param(WHOLE, marks=pytest.mark.long)])
def test_every_incident_ends_with_one_card_that_equals_the_state(
    migrated_url: str, tmp_path: Path, kills: int
) -> None:
    rng = Random(seed(whole=kills == WHOLE))
    if kills == SAMPLE and migrated_url.startswith("postgresql"):
        kills = SAMPLE_OF_LEASES
    with SlackTwin(rates=FAST) as slack, serving(tmp_path, migrated_url, slack=slack) as bot:
        tell(bot.port, "service-0")
        for turn in range(kills):
            moment, method, taken = KILLS[turn] if turn < len(KILLS) else rng.choice(KILLS)
            first = (Moment.APPLIED, POST) if method == LOOK else (moment, method)
            if method == EDIT:
                prove(slack, migrated_url, bot.url, count=turn + 1)
            dead = _kill_at(bot, slack, *first)
            if not taken:
                slack.faults.drop(method)
            telling = threading.Thread(target=_tell, args=(bot.port, turn), daemon=True)
            telling.start()
            assert dead.wait(60), f"no call of {first[1]} came"
            if method == LOOK:
                dead = _kill_at(bot, slack, moment, method)
                bot.begin()
                assert dead.wait(60), f"no call of {method} came"
            bot.start()
            telling.join(60)
            assert not telling.is_alive(), "a webhook waits for its answer"
        prove(slack, migrated_url, bot.url, count=kills + 1)


def _kill_at(bot: Candlefish, slack: SlackTwin, moment: Moment, method: str) -> threading.Event:
    """Kills the bot at this moment of its next such call; set once it is dead."""
    dead = threading.Event()

    def kill() -> None:
        bot.kill()
        dead.set()

    slack.faults.at(moment, method, kill)
    return dead


def _tell(port: int, turn: int) -> None:
    """A new problem, and more of the first one: a card to post and one to edit."""
    tell(port, f"service-{turn + 1}")
    tell(port, "service-0", instance=f"more-{turn}")
