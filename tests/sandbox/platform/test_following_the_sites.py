"""The platform's sites are what their host has published."""

import time
from collections.abc import Callable, Iterator

import httpx
import pytest

from sandbox.netlify.server import NetlifyTwin
from sandbox.platform.server import PlatformTwin, platform_twin

SITE = "candlefish-docs-site"


@pytest.fixture
def netlify() -> Iterator[NetlifyTwin]:
    with NetlifyTwin() as twin:
        yield twin


@pytest.fixture
def platform(netlify: NetlifyTwin) -> Iterator[PlatformTwin]:
    with platform_twin(sites_url=netlify.url) as twin:
        yield twin


def until(wanted: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 20
    while not wanted():
        assert time.monotonic() < deadline
        time.sleep(0.05)


def version(platform: PlatformTwin, component: str) -> str:
    live = platform.platform.live(component)
    return live.tag if live else ""


def test_a_bad_deploy_breaks_the_site_and_what_it_serves_until_another_is_restored(
    netlify: NetlifyTwin, platform: PlatformTwin
):
    good = netlify.published(SITE)
    assert good is not None
    assert version(platform, "docs-site") == "v1.4.2"
    netlify.ship(SITE, "v1.4.3-bad")
    until(lambda: version(platform, "docs-site") == "v1.4.3-bad")
    assert version(platform, "mobile-pwa") == "v1.4.3-bad"
    assert version(platform, "api-site") == "v1.4.2"
    url = platform.addresses["docs-site"]
    codes = {httpx.get(url, trust_env=False).status_code for _ in range(20)}
    assert codes == {200, 500}

    httpx.post(
        f"{netlify.api_url}/sites/{SITE}/deploys/{good.id}/restore",
        headers={"authorization": f"Bearer {netlify.token}"},
        trust_env=False,
    ).raise_for_status()
    until(lambda: version(platform, "docs-site") == "v1.4.2")
    answer = httpx.get(url, trust_env=False)
    assert (answer.status_code, answer.headers["x-candlefish-version"]) == (200, "v1.4.2")


def test_what_is_no_site_goes_on_by_itself(platform: PlatformTwin):
    assert version(platform, "graphql-api") == "v1.4.2"
    assert version(platform, "redis") == "v1.4.2"
