"""Netlify. Errors as for `bot.ports.cluster`; every write sets a state and can be repeated."""

from collections.abc import Sequence
from typing import Protocol

from bot.domain.releases.deploy import Site, SiteDeploy


class Sites(Protocol):
    def check(self) -> str:
        """Whose token it is, in the host's words."""

    def site(self, site: str) -> Site: ...

    def deploys(self, site: str, *, limit: int = 30) -> Sequence[SiteDeploy]:
        """The newest first."""

    def deploy(self, deploy: str) -> SiteDeploy: ...

    def restore(self, site: str, deploy: str) -> None:
        """Publishes exactly this deploy."""

    def lock(self, deploy: str) -> None:
        """Stops the site from publishing builds by itself while this deploy is published."""

    def unlock(self, deploy: str) -> None: ...
