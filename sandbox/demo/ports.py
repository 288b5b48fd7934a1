"""The demo's ports: the usual ones, or free ones where somebody else is first."""

from collections.abc import Callable
from dataclasses import dataclass, fields
from typing import Self

from sandbox.servers.loopback import HOST, free_port, is_free


@dataclass(frozen=True, kw_only=True)
class Ports:
    bot: int = 8080
    slack: int = 8081
    platform: int = 8082
    kubernetes: int = 8083
    netlify: int = 8084
    registry: int = 8085
    aws: int = 8086
    prometheus: int = 9090
    alertmanager: int = 9093

    @classmethod
    def any(cls) -> Self:
        """Whichever are free."""
        return cls(**{field.name: 0 for field in fields(cls)})

    def address(self, part: str) -> str:
        """host:port of one part, by its field's name."""
        return f"{HOST}:{getattr(self, part)}"

    def url(self, part: str) -> str:
        return f"http://{self.address(part)}"


def available(
    wanted: Ports,
    *,
    is_free: Callable[[int], bool] = is_free,
    free_port: Callable[[], int] = free_port,
) -> Ports:
    """The same ports with those that are 0 or taken replaced by free ones, no port twice."""
    chosen: dict[str, int] = {}
    for field in fields(Ports):
        port = getattr(wanted, field.name)
        while not port or port in chosen.values() or not is_free(port):
            port = free_port()
        chosen[field.name] = port
    return Ports(**chosen)
