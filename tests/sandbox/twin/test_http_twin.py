"""Planned faults, moments and the journal, in front of a counter that anything may stand for."""

import threading
import time
from collections.abc import Iterator

import httpx
import pytest
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.types import Receive, Scope, Send

from sandbox.twin.call import note
from sandbox.twin.faults import Fault, Kind, Moment, Where
from sandbox.twin.server import HttpTwin


class Counter:
    """POST counts up, everything shows the count."""

    def __init__(self) -> None:
        self.count = 0

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        body = await Request(scope, receive).body()
        if scope["method"] == "POST":
            self.count += 1
            note(scope).changed = True
            note(scope).client = "somebody"
        await PlainTextResponse(f"{self.count} {body.decode()}")(scope, receive, send)


@pytest.fixture
def counter() -> Counter:
    return Counter()


@pytest.fixture
def twin(counter: Counter) -> Iterator[HttpTwin]:
    with HttpTwin(counter) as running:
        yield running


@pytest.fixture
def client(twin: HttpTwin) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=twin.url, timeout=10) as client:
        yield client


def test_a_request_goes_through_whole(client: httpx.Client) -> None:
    assert client.post("/count", content=b"and all").text == "1 and all"


def test_a_status_is_answered_before_anything_happens(
    twin: HttpTwin, client: httpx.Client, counter: Counter
) -> None:
    twin.faults.status("POST", "/count$", 503, headers={"retry-after": "7"})

    answer = client.post("/count")

    assert (answer.status_code, answer.headers["retry-after"]) == (503, "7")
    assert answer.text == "Service Unavailable\n"
    assert counter.count == 0
    assert client.post("/count").status_code == 200


def test_a_status_may_bring_its_own_body(twin: HttpTwin, client: httpx.Client) -> None:
    twin.faults.status("GET", "/", 500, body=b"oh dear")

    assert client.get("/").content == b"oh dear"


def test_a_dropped_request_is_never_looked_at(
    twin: HttpTwin, client: httpx.Client, counter: Counter
) -> None:
    twin.faults.drop("POST", "/count")

    with pytest.raises(httpx.RemoteProtocolError):
        client.post("/count")
    assert counter.count == 0
    assert [each.status for each in twin.journal.requests()] == [0]


def test_a_lost_answer_was_applied(twin: HttpTwin, client: httpx.Client, counter: Counter) -> None:
    twin.faults.lose_answer("POST", "/count")

    with pytest.raises(httpx.RemoteProtocolError):
        client.post("/count")
    assert counter.count == 1
    assert [(each.status, each.changed) for each in twin.journal.requests()] == [(200, True)]


def test_a_stalled_request_was_applied(
    twin: HttpTwin, client: httpx.Client, counter: Counter
) -> None:
    twin.faults.stall("POST", "/count", 60)

    with pytest.raises(httpx.ReadTimeout):
        client.post("/count", timeout=0.2)
    twin.journal.wait_for(lambda each: each.changed)
    assert counter.count == 1


def test_a_slow_request_is_applied_late(
    twin: HttpTwin, client: httpx.Client, counter: Counter
) -> None:
    twin.faults.slow("POST", "/count", 60)

    with pytest.raises(httpx.ReadTimeout):
        client.post("/count", timeout=0.2)
    assert counter.count == 0


def test_stopping_lets_a_stalled_request_go(counter: Counter) -> None:
    with HttpTwin(counter) as twin, httpx.Client(base_url=twin.url, timeout=30) as client:
        twin.faults.stall("POST", "/count", 600)
        waiting = threading.Thread(target=lambda: client.post("/count"))
        waiting.start()
        twin.journal.wait_for(lambda each: each.method == "POST")
        twin.stop()
        waiting.join(20)

        assert not waiting.is_alive()


def test_a_fault_takes_as_many_requests_as_planned(twin: HttpTwin, client: httpx.Client) -> None:
    twin.faults.status("GET", "/", 500, times=2)

    assert [client.get("/").status_code for _ in range(3)] == [500, 500, 200]


@pytest.mark.parametrize(
    "where",
    [
        Where(method="PUT", path="/count"),
        Where(method="*", path="^/other"),
        Where(method="*", path="/count", query="^(?!.*dryRun)"),
        Where(method="*", path="/count", agent="somebody-else"),
    ],
)
def test_a_fault_spares_what_it_was_not_planned_for(
    twin: HttpTwin, client: httpx.Client, where: Where
) -> None:
    twin.faults.plan(where, Fault(kind=Kind.DROP))

    assert client.post("/count?dryRun=All").status_code == 200


def test_clearing_makes_all_well(twin: HttpTwin, client: httpx.Client) -> None:
    ran: list[str] = []
    twin.faults.drop("*", "")
    twin.faults.at(Moment.SEEN, "*", "", lambda: ran.append("ran"))

    twin.faults.clear()

    assert client.get("/").status_code == 200
    assert not ran


def test_a_request_waits_for_the_moments_it_passes(
    twin: HttpTwin, client: httpx.Client, counter: Counter
) -> None:
    counted: list[int] = []
    twin.faults.at(Moment.SEEN, "POST", "/count", lambda: counted.append(counter.count))
    twin.faults.at(Moment.APPLIED, "POST", "/count", lambda: counted.append(counter.count))

    client.post("/count")
    client.post("/count")

    assert counted == [0, 1]


def test_a_request_can_be_seen_and_never_happen(
    twin: HttpTwin, client: httpx.Client, counter: Counter
) -> None:
    seen: list[str] = []
    twin.faults.at(Moment.SEEN, "POST", "/count", lambda: seen.append("seen"))
    twin.faults.drop("POST", "/count")

    with pytest.raises(httpx.RemoteProtocolError):
        client.post("/count")

    assert (seen, counter.count) == (["seen"], 0)


def test_a_request_whose_sender_is_gone_is_applied_all_the_same(
    twin: HttpTwin, counter: Counter
) -> None:
    let_go = threading.Event()
    twin.faults.at(Moment.SEEN, "POST", "/count", lambda: _wait(let_go))
    with pytest.raises(httpx.ReadTimeout):
        httpx.post(f"{twin.url}/count", timeout=0.2)
    assert counter.count == 0

    let_go.set()
    twin.journal.wait_for(lambda each: each.changed)

    assert counter.count == 1


def test_a_waiting_request_holds_up_no_other(twin: HttpTwin, client: httpx.Client) -> None:
    let_go = threading.Event()
    twin.faults.at(Moment.SEEN, "POST", "/count", lambda: _wait(let_go))
    waiting = threading.Thread(target=lambda: httpx.post(f"{twin.url}/count", timeout=20))
    waiting.start()

    assert client.get("/count").text == "0 "
    let_go.set()
    waiting.join(20)
    assert client.get("/count").text == "1 "


def _wait(event: threading.Event) -> None:
    assert event.wait(20)


def test_the_journal_keeps_what_came(twin: HttpTwin, client: httpx.Client) -> None:
    client.post("/count?a=1", content=b"x", headers={"user-agent": "bot", "cookie": "secret"})

    kept = twin.journal.requests("POST", "/count")[0]

    assert (kept.query, kept.body, kept.client, kept.changed) == ("a=1", b"x", "somebody", True)
    assert kept.headers["user-agent"] == "bot"
    assert "cookie" not in kept.headers


def test_the_journal_is_waited_for(twin: HttpTwin) -> None:
    later = threading.Thread(target=lambda: httpx.get(f"{twin.url}/late"))
    later.start()

    assert twin.journal.wait_for(lambda each: each.path == "/late").status == 200
    later.join(10)
    started = time.monotonic()
    with pytest.raises(TimeoutError, match="no such request"):
        twin.journal.wait_for(lambda each: each.path == "/never", within=0.05)
    assert time.monotonic() >= started + 0.05


def test_a_refusal_of_the_vendors_own(counter: Counter) -> None:
    def refusal(status: int) -> Response:
        return PlainTextResponse("in my own words", status)

    with HttpTwin(counter, refusal=refusal) as twin:
        twin.faults.status("GET", "/", 429)

        assert httpx.get(twin.url).text == "in my own words"
