"""Which addresses in untrusted text become links: those of our own tools, nobody else's."""

from collections.abc import Iterable
from dataclasses import dataclass
from urllib.parse import SplitResult, urlsplit


@dataclass(frozen=True, kw_only=True, slots=True)
class Trusted:
    """`origins` as they are configured, scheme and port included; `hosts` over https alone."""

    origins: frozenset[str]
    hosts: frozenset[str]

    @classmethod
    def of(cls, urls: Iterable[str | None]) -> "Trusted":
        parts = [found for url in urls if url and (found := _split(url))]
        return cls(
            origins=frozenset(_origin(one) for one in parts),
            hosts=frozenset(one.hostname for one in parts if one.hostname),
        )

    def allows(self, url: str) -> bool:
        parts = _split(url)
        if parts is None or parts.username is not None or not url.isprintable():
            return False
        return _origin(parts) in self.origins or (
            parts.scheme == "https" and parts.hostname in self.hosts
        )


def is_https(url: str) -> bool:
    """For addresses that ops people wrote: any host, over https."""
    parts = _split(url)
    return parts is not None and parts.scheme == "https" and bool(parts.hostname)


def _split(url: str) -> SplitResult | None:
    try:
        parts = urlsplit(url)
        parts.port  # noqa: B018 - reading it is what checks it
    except ValueError:
        return None
    return parts


def _origin(parts: SplitResult) -> str:
    return f"{parts.scheme}://{parts.hostname}:{parts.port}"
