"""Slack is away for five minutes in the middle of two hundred incidents."""

from collections.abc import Iterator
from itertools import cycle, islice
from pathlib import Path

import pytest

from bot.settings import Settings
from sandbox.slack.faults import Outage
from tests.crash.board import cards, marks, rendered, shown
from tests.scenarios.by_the_clock import Night, night

INCIDENTS = 200
BEFORE = 60  # of them
OUTAGE, LONG_AFTER = 300, 900  # seconds
# By routes.yaml: sev1, sev2, sev3, sev4. Every service is its own, and none is in components.yaml.
KINDS = (
    ("Odd", "info"), ("Odd", "warning"), ("PostgresDown", "critical"), ("Odd", "critical"),
    ("Odd", "warning"),
)  # fmt: skip


@pytest.fixture
def here(migrated_url: str, tmp_path: Path) -> Iterator[Night]:
    settings = Settings.load(None)
    with night(
        settings.model_copy(update={"data_dir": tmp_path, "database_url": migrated_url})
    ) as found:
        yield found


@pytest.mark.parametrize(
    "outage", [Outage.ANSWERS_503, pytest.param(Outage.DROPS, marks=pytest.mark.long)]
)
def test_afterwards_every_card_says_what_is_so_once_and_the_worst_came_first(
    here: Night, outage: Outage
) -> None:
    kinds = list(islice(cycle(KINDS), INCIDENTS))
    names = [here.fires(f"svc-{number}", *kind) for number, kind in enumerate(kinds[:BEFORE])]
    here.pass_time(BEFORE / 2)  # Slack takes one a second, so half of them have a card
    early = order(here)
    assert 20 < len(early) < BEFORE

    here.slack.go_down(outage)
    for number, kind in enumerate(kinds[BEFORE:], BEFORE):
        names.append(here.fires(f"svc-{number}", *kind))
        here.pass_time(OUTAGE / (INCIDENTS - BEFORE))
        if number % 10 == 0:
            here.say(f"ack {names[number]}", by=f"engineer-{number}")
        if number % 10 == 3:
            here.say(f"ack {names[number - BEFORE]}", by=f"engineer-{number}")
        if number % 7 == 0:
            here.ends(f"svc-{number - BEFORE}")
    assert order(here) == early
    assert here.http.get("/readyz").json()["status"] == "ready"
    assert here.cards.lag() > OUTAGE / 2

    here.slack.come_back()
    here.pass_time(LONG_AFTER)
    assert marks(here.slack) == sorted(names)
    assert shown(here.slack) == rendered(here.settings.database_url, here.settings.base_url)
    late = [here.severity(name) for name in order(here)[len(early) :]]
    assert late == sorted(late)
    assert set(late) == {"sev1", "sev2", "sev3", "sev4"}
    assert not [call for call in here.slack.journal.calls() if call.status == 429]


def order(here: Night) -> list[str]:
    """The incidents in the order in which their cards came to stand in the channel."""
    return [str((one.metadata or {})["event_payload"]["incident"]) for one in cards(here.slack)]
