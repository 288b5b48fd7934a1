from collections.abc import Iterator
from contextlib import closing

import pytest

from bot.adapters.netlify import Netlify
from bot.domain.errors import GiveUp, Refused, Unavailable
from bot.ports.trouble import RateLimited
from bot.secret import Secret
from sandbox.netlify.server import NetlifyTwin

DOCS = "candlefish-docs-site"
RESTORE = "/restore$"


@pytest.fixture
def twin() -> Iterator[NetlifyTwin]:
    with NetlifyTwin() as netlify:
        yield netlify


@pytest.fixture
def netlify(twin: NetlifyTwin) -> Iterator[Netlify]:
    with closing(Netlify(Secret(twin.token), twin.api_url)) as adapter:
        yield adapter


def test_it_says_whose_token_it_is(netlify: Netlify) -> None:
    assert netlify.check()


def test_a_site_with_what_is_published(twin: NetlifyTwin, netlify: Netlify) -> None:
    site = netlify.site(DOCS)
    live = twin.published(DOCS)
    assert live is not None
    assert site.published is not None
    assert site.published.id == live.id
    assert site.published.ready
    assert site.url.startswith("http")


def test_deploys_come_newest_first_and_failed_ones_cannot_be_restored(netlify: Netlify) -> None:
    deploys = netlify.deploys(DOCS)
    assert [one.created_at for one in deploys] == sorted(
        (one.created_at for one in deploys), reverse=True
    )
    (failed,) = [one for one in deploys if not one.ready]
    with pytest.raises(GiveUp):
        netlify.restore(DOCS, failed.id)
    assert len(netlify.deploys(DOCS, limit=2)) == 2


def older(netlify: Netlify) -> str:
    return next(one.id for one in netlify.deploys(DOCS)[1:] if one.ready)


def test_restoring_publishes_exactly_that_deploy(twin: NetlifyTwin, netlify: Netlify) -> None:
    target = older(netlify)
    netlify.restore(DOCS, target)
    published = netlify.site(DOCS).published
    assert published is not None
    assert published.id == target
    assert netlify.deploy(target).id == target
    assert not [one for one in twin.journal.requests() if one.method == "PUT"]


def test_locking_and_unlocking(netlify: Netlify) -> None:
    published = netlify.site(DOCS).published
    assert published is not None
    netlify.lock(published.id)
    assert netlify.deploy(published.id).locked
    netlify.unlock(published.id)
    assert not netlify.deploy(published.id).locked


def test_a_restore_whose_answer_is_lost_may_have_happened(
    twin: NetlifyTwin, netlify: Netlify
) -> None:
    target = older(netlify)
    twin.faults.lose_answer("POST", RESTORE)
    with pytest.raises(Unavailable):
        netlify.restore(DOCS, target)
    published = netlify.site(DOCS).published
    assert published is not None
    assert published.id == target


@pytest.mark.parametrize("status", [500, 502, 503])
def test_what_passes_is_worth_another_try(twin: NetlifyTwin, netlify: Netlify, status: int) -> None:
    twin.faults.status("GET", "/sites/", status)
    with pytest.raises(Unavailable, match=str(status)):
        netlify.site(DOCS)
    assert netlify.site(DOCS).id


def test_too_many_requests_tell_how_long_to_wait(twin: NetlifyTwin, netlify: Netlify) -> None:
    twin.faults.status("GET", "/sites/", 429)
    with pytest.raises(RateLimited) as limited:
        netlify.site(DOCS)
    assert 1 <= (limited.value.retry_after or 0) <= 60


def test_a_cut_connection(twin: NetlifyTwin, netlify: Netlify) -> None:
    twin.faults.drop("GET", "/sites/")
    with pytest.raises(Unavailable, match="does not answer"):
        netlify.site(DOCS)


def test_a_wrong_token_names_the_fix_and_not_itself(twin: NetlifyTwin) -> None:
    with closing(Netlify(Secret("nfp_wrong"), twin.api_url)) as stranger:
        with pytest.raises(Refused, match="CANDLEFISH_NETLIFY_TOKEN") as refused:
            stranger.site(DOCS)
        with pytest.raises(GiveUp, match="CANDLEFISH_NETLIFY_TOKEN"):
            stranger.lock("1")
    assert "nfp_wrong" not in str(refused.value)


def test_what_is_not_there(netlify: Netlify) -> None:
    with pytest.raises(Refused, match="404"):
        netlify.site("nowhere")
    with pytest.raises(GiveUp, match="404"):
        netlify.restore(DOCS, "nothing")


def test_somebody_else_at_its_address(twin: NetlifyTwin) -> None:
    address = twin.site_url(DOCS)
    with (
        closing(Netlify(Secret("x"), address)) as lost,
        pytest.raises((Unavailable, Refused)),
    ):
        lost.site(DOCS)
