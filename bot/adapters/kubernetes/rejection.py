"""What the API server says when it says no, and what that means for a read and for a write."""

import json
from http import HTTPStatus
from typing import Any

from bot.domain.errors import GiveUp, Refused

_MOST = 500  # characters of the server's own words
_FAILED_TEST = "the server rejected our request due to an error in our request"
_CREDENTIALS = "renew the credentials that CANDLEFISH_KUBECONFIG names"
_GRANT = "grant it: deploy/kubernetes holds the Roles, `candlefish doctor` names what is missing"


class Rejection(Exception):
    """A 4xx, before it is known whether it was a read or a write."""

    def __init__(self, status: int, message: str, causes: tuple[str, ...] = ()) -> None:
        super().__init__(message)
        self.status = status
        self.message = message
        self.causes = causes

    @property
    def failed_test(self) -> bool:
        """A test of a JSON patch did not hold; or, in the same words, its path is wrong."""
        invalid = self.status == HTTPStatus.UNPROCESSABLE_ENTITY
        return invalid and not self.causes and self.message == _FAILED_TEST

    @property
    def budget(self) -> bool:
        """A PodDisruptionBudget says not now; anything else with a 429 is the server's own load."""
        return self.status == HTTPStatus.TOO_MANY_REQUESTS and "DisruptionBudget" in self.causes

    def as_refused(self, what: str) -> Refused:
        return Refused(f"{what}: {self.message}.", f"Next: {self._move()}.")

    def as_give_up(self, what: str) -> GiveUp:
        return GiveUp(f"{what}: {self.message}; {self._move()}")

    def _move(self) -> str:
        if self.status == HTTPStatus.UNAUTHORIZED:
            return _CREDENTIALS
        if self.status == HTTPStatus.FORBIDDEN:
            return _GRANT
        if self.status == HTTPStatus.NOT_FOUND:
            return "see that alert_routes/components.yaml names what the cluster has"
        return "see what the cluster's admission says about it"


def read(status: int, body: bytes) -> Rejection:
    """Bodies are a Status, or plain text where no API group answers."""
    try:
        said: Any = json.loads(body)
    except ValueError:
        said = None
    if not isinstance(said, dict):
        text = body.decode(errors="replace").strip()
        return Rejection(status, _bounded(text or f"HTTP {status}"))
    causes = (said.get("details") or {}).get("causes") or ()
    return Rejection(
        status,
        _bounded(str(said.get("message") or f"HTTP {status}")),
        tuple(str(cause.get("reason", "")) for cause in causes),
    )


def _bounded(text: str) -> str:
    return text if len(text) <= _MOST else f"{text[:_MOST]}…"
