"""What the visitors of a site get, and what the platform reads about it."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
import requests

from sandbox.netlify.pages import MARKER
from sandbox.netlify.reader import Reader
from sandbox.netlify.server import NetlifyTwin
from tests.sandbox.netlify.conftest import SITE, Client


@pytest.fixture
def reader(netlify: NetlifyTwin) -> Iterator[Reader]:
    found = Reader(netlify.url)
    yield found
    found.close()


def visit(url: str) -> requests.Response:
    return requests.get(url, timeout=5)


def test_a_page_says_which_build_it_is(client: Client) -> None:
    site = client.get(f"/sites/{SITE}").json()
    build = site["published_deploy"]["build_id"]

    page = visit(site["ssl_url"])

    assert page.headers[MARKER] == build
    assert f'<meta name="build-id" content="{build}">' in page.text


def test_a_restored_deploy_is_what_visitors_get(netlify: NetlifyTwin, client: Client) -> None:
    target = netlify.site(SITE).deploys[0]

    client.post(f"/sites/{SITE}/deploys/{target.id}/restore")

    assert visit(netlify.site_url(SITE)).headers[MARKER] == target.build_id


def test_every_good_deploy_keeps_an_address_of_its_own(client: Client) -> None:
    good = client.get(f"/sites/{SITE}/deploys", state="ready").json()
    failed = client.get(f"/sites/{SITE}/deploys", state="error").json()

    assert {visit(each["deploy_ssl_url"]).headers[MARKER] for each in good} == {
        each["build_id"] for each in good
    }
    assert [visit(each["deploy_ssl_url"]).status_code for each in failed] == [404]
    assert visit(client.get(f"/sites/{SITE}").json()["ssl_url"] + "nope").status_code == 404


def test_the_edge_may_serve_the_old_build_for_a_while() -> None:
    now = [datetime(2026, 11, 23, 12, tzinfo=UTC)]
    with NetlifyTwin(clock=lambda: now[0]) as netlify:
        before = visit(netlify.site_url(SITE)).headers[MARKER]
        netlify.delay_edge(3)
        netlify.ship(SITE, "v1.4.3")
        at_once = visit(netlify.site_url(SITE)).headers[MARKER]
        now[0] += timedelta(seconds=3)
        later = visit(netlify.site_url(SITE)).headers[MARKER]
        live = netlify.published(SITE)

    assert live is not None
    assert (at_once, later) == (before, live.build_id)


def test_the_platform_reads_the_health_of_what_is_served(
    netlify: NetlifyTwin, reader: Reader
) -> None:
    netlify.ship(SITE, "v1.4.3-bad")
    docs, pwa = reader.published("docs-site"), reader.published("mobile-pwa")

    assert docs is not None
    assert docs == pwa
    assert (docs.release, docs.health) == ("v1.4.3-bad", "failing")
    assert reader.published("graphql-api") is None


def test_hands_at_another_process_finish_a_build(netlify: NetlifyTwin, client: Client) -> None:
    build = client.post(f"/sites/{SITE}/builds", title="v1.4.3").json()

    done = requests.post(
        f"{netlify.url}/sandbox/builds/{build['deploy_id']}/finish", timeout=5
    ).json()

    assert done["release"] == "v1.4.3"
    assert visit(netlify.site_url(SITE)).headers[MARKER] == build["id"]


def test_the_platform_asks_the_twin_itself_and_no_proxy(
    netlify: NetlifyTwin, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ALL_PROXY", "http://127.0.0.1:1")
    found = Reader(netlify.url)
    assert found.all()
    found.close()
