"""Synthetic visits: what a user would meet, and nothing that raises."""

import time
from collections.abc import Callable, Iterator
from contextlib import closing

import pytest
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response, StreamingResponse

from bot.adapters.visits import HttpVisits
from bot.ports.visits import Visits
from sandbox.netlify.server import NetlifyTwin
from sandbox.twin.server import HttpTwin

Answer = Callable[[Request], Response]
MARK = '<meta name="build-id" content="{}">'


class Page:
    """A site whose one page the test writes."""

    def __init__(self) -> None:
        self.answer: Answer = lambda _: Response("hello")
        self.twin = HttpTwin(self._app)

    async def _app(self, scope, receive, send) -> None:  # type: ignore[no-untyped-def]  # ASGI's
        await self.answer(Request(scope, receive))(scope, receive, send)


@pytest.fixture
def page() -> Iterator[Page]:
    page = Page()
    with page.twin:
        yield page


@pytest.fixture
def visits() -> Iterator[HttpVisits]:
    with closing(HttpVisits()) as found:
        yield found


def visited(port: Visits, url: str) -> tuple[int, str]:
    visit = port.get(url)
    assert visit.seconds >= 0
    return visit.status, visit.version


def test_a_site_says_which_build_it_is(visits: HttpVisits) -> None:
    with NetlifyTwin() as netlify:
        deploy = netlify.published("candlefish-docs-site")
        assert deploy is not None
        url = netlify.site_url("candlefish-docs-site")
        assert visited(visits, url) == (200, deploy.build_id)
        assert visits.get(url).fine


def test_a_service_says_which_version_it_is(page: Page, visits: HttpVisits) -> None:
    header = {"X-Candlefish-Version": "v1.4.1"}
    page.answer = lambda _: Response(MARK.format("other"), headers=header)
    assert visited(visits, page.twin.url) == (200, "v1.4.1")


def test_one_that_says_nothing_has_no_version(page: Page, visits: HttpVisits) -> None:
    assert visited(visits, page.twin.url) == (200, "")


def test_only_the_beginning_of_a_page_is_read(page: Page, visits: HttpVisits) -> None:
    sent = []

    def endless() -> Iterator[bytes]:
        for _ in range(10_000):
            sent.append(None)
            yield b" " * 8_192
        yield MARK.format("late").encode()

    page.answer = lambda _: StreamingResponse(endless())
    assert visited(visits, page.twin.url) == (200, "")
    assert len(sent) < 10_000


def test_a_redirect_is_an_answer_and_not_followed(page: Page, visits: HttpVisits) -> None:
    page.answer = lambda _: RedirectResponse("/elsewhere")
    visit = visits.get(page.twin.url)
    assert (visit.status, visit.fine) == (307, True)
    assert len(page.twin.journal.requests()) == 1


def test_each_visit_is_a_new_visitors(page: Page, visits: HttpVisits) -> None:
    cookies = []

    def greet(request: Request) -> Response:
        cookies.append(request.headers.get("cookie"))
        return Response("hello", headers={"set-cookie": "seen=1"})

    page.answer = greet
    visits.get(page.twin.url)
    visits.get(page.twin.url)
    assert cookies == [None, None]


@pytest.mark.parametrize("status", [404, 500])
def test_an_error_is_not_fine(page: Page, visits: HttpVisits, status: int) -> None:
    page.twin.faults.status("GET", "/", status)
    visit = visits.get(page.twin.url)
    assert (visit.status, visit.fine) == (status, False)


@pytest.mark.parametrize("url", ["http://127.0.0.1:9/", "http://", "nowhere", "ftp://x/", ""])
def test_nobody_there_has_no_status(visits: HttpVisits, url: str) -> None:
    assert visited(visits, url) == (0, "")


def test_a_cut_connection_has_no_status(page: Page, visits: HttpVisits) -> None:
    page.twin.faults.drop("GET", "/")
    assert visited(visits, page.twin.url) == (0, "")


@pytest.mark.parametrize("page_ends", [True, False])
def test_it_does_not_wait_for_ever(
    page: Page, monkeypatch: pytest.MonkeyPatch, *, page_ends: bool
) -> None:
    """Neither for the first byte nor for a page that trickles."""
    monkeypatch.setattr("bot.adapters.visits.SECONDS", 0.3)
    if page_ends:
        page.twin.faults.stall("GET", "/", 3)
    else:
        page.answer = lambda _: StreamingResponse(_trickle())
    with closing(HttpVisits()) as hasty:
        assert visited(hasty, page.twin.url) == (0, "")


def _trickle() -> Iterator[bytes]:
    for _ in range(40):
        time.sleep(0.05)
        yield b" "
