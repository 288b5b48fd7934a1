"""Sends webhooks as Alertmanager does: what gets no answer, or a 5xx, is sent again."""

import json
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from http.client import HTTPConnection, HTTPException
from random import Random

from sandbox.servers.loopback import HOST
from tests.crash.script import Service
from tests.serving import TOKEN

_PAUSE = 0.02
_HEADERS = {"Authorization": f"Bearer {TOKEN}", "Content-Type": "application/json"}
_PATIENCE = 30.0


class NoRetry(AssertionError):
    """An answer for which Alertmanager would drop the notification."""


def deliver(connections: Sequence[HTTPConnection], body: bytes) -> list[str]:
    """Over all connections at once, until one is answered 200; the incidents that it names."""
    while True:
        sent = [one for one in connections if _send(one, body)]
        answers = [answer for one in sent if (answer := _answer(one)) is not None]
        for status, said in answers:
            if status < 500 and status != 200:
                raise NoRetry(f"{status}: {said!r}")
        accepted = [said for status, said in answers if status == 200]
        if accepted:
            named: list[str] = json.loads(accepted[0])["incidents"]
            return named
        threading.Event().wait(_PAUSE)


def _send(connection: HTTPConnection, body: bytes) -> bool:
    try:
        connection.request("POST", "/webhooks/alertmanager", body, _HEADERS)
    except (OSError, HTTPException):
        connection.close()
        return False
    return True


def _answer(connection: HTTPConnection) -> tuple[int, bytes] | None:
    try:
        answer = connection.getresponse()
        return answer.status, answer.read()
    except (OSError, HTTPException):
        connection.close()
        return None


@dataclass(kw_only=True)
class Lane:
    """One service after the other, until told that it is enough; now and then by two senders."""

    name: str
    port: int
    rng: Random
    enough: threading.Event
    services: list[Service] = field(default_factory=list)
    trouble: BaseException | None = None

    def run(self) -> None:
        pair = [HTTPConnection(HOST, self.port, timeout=_PATIENCE) for _ in range(2)]
        try:
            while not self.enough.is_set():
                self._tell(pair)
        except (NoRetry, KeyError, ValueError) as error:
            self.trouble = error
        finally:
            for one in pair:
                one.close()

    def _tell(self, pair: Sequence[HTTPConnection]) -> None:
        name = f"{self.name}-{len(self.services)}"
        service = Service(name=name, rng=self.rng)
        self.services.append(service)
        for body in service.deliveries():
            service.answered.update(deliver(pair[: self.rng.choice([1, 1, 2])], body))


def stream(port: int, rng: Random, while_running: Callable[[], None], lanes: int = 4) -> list[Lane]:
    """Streams webhooks over several connections as long as `while_running` takes."""
    enough = threading.Event()
    running = [
        Lane(name=f"lane{each}", port=port, rng=Random(rng.random()), enough=enough)
        for each in range(lanes)
    ]
    threads = [threading.Thread(target=lane.run, daemon=True) for lane in running]
    for thread in threads:
        thread.start()
    try:
        while_running()
    finally:
        enough.set()
        for thread in threads:
            thread.join(60)
    assert not any(thread.is_alive() for thread in threads), "a sender waits for an answer"
    for lane in running:
        if lane.trouble is not None:
            raise lane.trouble
    return running
