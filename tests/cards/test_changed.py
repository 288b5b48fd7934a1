"""What changed before it began stands on the card, the likeliest cause first."""

from dataclasses import replace
from datetime import timedelta

from bot.cards.changed import changed_line
from bot.cards.incident import card
from bot.domain.releases.ledger import LedgerRelease
from tests.cards.cases import NOW, incident
from tests.cards.incident_view import view

HOSTS = ("github.com",)
BAD = LedgerRelease(
    environment="production", component="graphql-api", workload="graphql-api-green",
    version="v1.4.2", identity="h2", occurrence="2", deployed_by="ada",
    change_url="https://github.com/x/api/commit/2", deployed_at=NOW,
    live_at=NOW - timedelta(minutes=4),
)  # fmt: skip
TOLD = "`graphql-api` v1.4.2 4 min before, by ada"


def test_what_came_when_by_whom_and_where_to_read_it() -> None:
    line = changed_line([BAD], NOW, HOSTS)
    assert line == f"*Changed:* {TOLD} (<https://github.com/x/api/commit/2|change>)"


def test_an_address_elsewhere_is_left_out() -> None:
    assert changed_line([BAD], NOW, ()) == f"*Changed:* {TOLD}"


def test_a_long_address_leaves_the_line_as_it_is() -> None:
    long = replace(BAD, change_url=f"https://github.com/{'x' * 400}")
    assert changed_line([long], NOW, HOSTS) == f"*Changed:* {TOLD}"
    longest = replace(BAD, component="c" * 400, version="v" * 400, deployed_by="d" * 400)
    line = changed_line([longest] * 5, NOW, HOSTS)
    assert (line.count("ccc…`"), line.endswith("· and 2 more")) == (3, True)


def test_of_many_the_first_and_how_many_more() -> None:
    line = changed_line([BAD] * 5, NOW, ())
    assert line == f"*Changed:* {' · '.join([TOLD] * 3)} · and 2 more"


def test_it_stands_with_the_numbers_and_only_where_something_changed() -> None:
    one = replace(incident(), started_at=NOW)
    assert TOLD in str(card(view(one, changes=[BAD], hosts=HOSTS)).blocks[1])
    assert "Changed" not in str(card(view(one)).blocks)
