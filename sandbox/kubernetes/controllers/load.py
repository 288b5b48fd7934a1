"""How much work there is, in pods: what an autoscaler would read off the CPUs."""

from collections.abc import Callable
from threading import Lock


class Load:
    """Of a Service: whichever Deployment it selects has to carry it; or of one Deployment."""

    def __init__(self, changed: Callable[[], None]) -> None:
        self._changed = changed
        self._lock = Lock()
        self._services: dict[tuple[str, str], int] = {}
        self._deployments: dict[tuple[str, str], int] = {}

    def for_service(self, namespace: str, name: str, pods: int) -> None:
        with self._lock:
            self._services[namespace, name] = pods
        self._changed()

    def for_deployment(self, namespace: str, name: str, pods: int) -> None:
        """Wins over what comes through a Service."""
        with self._lock:
            self._deployments[namespace, name] = pods
        self._changed()

    def of_service(self, namespace: str, name: str) -> int:
        with self._lock:
            return self._services.get((namespace, name), 0)

    def of_deployment(self, namespace: str, name: str) -> int | None:
        with self._lock:
            return self._deployments.get((namespace, name))
