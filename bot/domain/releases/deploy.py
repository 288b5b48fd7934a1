"""A site's deploy, as its host keeps it."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, kw_only=True, slots=True)
class SiteDeploy:
    """`state` is the host's own word; `ready` ones can be restored.

    `build` is the host's id of the build that made it, which its pages may carry.
    """

    id: str
    state: str
    created_at: datetime
    published_at: datetime | None = None
    locked: bool = False
    title: str = ""
    commit: str = ""
    branch: str = ""
    url: str = ""
    build: str = ""

    @property
    def ready(self) -> bool:
        return self.state == "ready"


@dataclass(frozen=True, kw_only=True, slots=True)
class Site:
    id: str
    name: str
    url: str
    published: SiteDeploy | None
