"""One deploy of a site: what was built, and how it behaves once it is served."""

import hashlib
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class State(StrEnum):
    BUILDING = "building"
    READY = "ready"
    ERROR = "error"


class Context(StrEnum):
    PRODUCTION = "production"
    PREVIEW = "deploy-preview"


class Health(StrEnum):
    GOOD = "good"
    SLOW = "slow"
    FAILING = "failing"


_BY_SUFFIX = {"-bad": Health.FAILING, "-slow": Health.SLOW}


def health_of(title: str) -> Health:
    """How a release behaves by its name: `v1.4.3-bad` fails, `v1.4.3-slow` is slow."""
    return next((health for end, health in _BY_SUFFIX.items() if title.endswith(end)), Health.GOOD)


def object_id(*parts: object) -> str:
    """24 hexadecimal digits, as Netlify's ids are; the same parts give the same id."""
    return hashlib.sha256("/".join(map(str, parts)).encode()).hexdigest()[:24]


@dataclass(frozen=True, kw_only=True)
class Deploy:
    """`locked` None is what Netlify answers for a deploy that nobody ever locked."""

    id: str
    title: str
    commit: str
    created_at: datetime
    updated_at: datetime
    state: State = State.BUILDING
    context: Context = Context.PRODUCTION
    branch: str = "main"
    health: Health = Health.GOOD
    finished_at: datetime | None = None
    published_at: datetime | None = None
    locked: bool | None = None
    error: str | None = None

    @property
    def build_id(self) -> str:
        return object_id("build", self.id)
