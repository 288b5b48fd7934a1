"""Webhooks stream in while the serving process is killed and started again, many times."""

import threading
from pathlib import Path
from random import Random

import pytest

from sandbox.servers.candlefish import Candlefish
from tests.crash.proof import prove_api, prove_database
from tests.crash.sender import stream
from tests.seed import seed
from tests.serving import Api, serving

SAMPLE, WHOLE = 4, 50


@pytest.mark.parametrize("kills", [SAMPLE, pytest.param(WHOLE, marks=pytest.mark.long)])
def test_what_was_answered_200_survives_every_kill_and_nothing_is_there_twice(
    migrated_url: str, tmp_path: Path, kills: int
) -> None:
    rng = Random(seed(whole=kills == WHOLE))
    with serving(tmp_path, migrated_url) as bot:
        lanes = stream(bot.port, rng, lambda: _keep_killing(bot, rng, kills))
        services = [service for lane in lanes for service in lane.services]
        assert len(services) >= kills
        prove_database(migrated_url, services)
        prove_api(Api(bot=bot), services)


def _keep_killing(bot: Candlefish, rng: Random, kills: int) -> None:
    for turn in range(kills):
        if turn % 5 == 4:
            bot.begin()
            _live_on(rng.uniform(0.0, 3.0))
        else:
            if turn:
                bot.start()
            _live_on(rng.uniform(0.0, 0.6))
        bot.kill()
    bot.start()


def _live_on(seconds: float) -> None:
    """The instant of a kill is at random, so here time passes on purpose."""
    threading.Event().wait(seconds)
