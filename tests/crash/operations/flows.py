"""Operations to be struck: what is asked for, the steps it takes and the writes it makes."""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from sandbox.twin.faults import Where
from sandbox.twin.journal import Received
from sandbox.twin.server import HttpTwin
from tests.operations.rig import Rig
from tests.operations.twins import Platform

NOT_A_DRY_RUN = "^(?!.*dryRun)"
_DEPLOYMENT = r"/deployments/graphql-api-blue$"
_LOCK = r"/deploys/[0-9a-f]+/lock$"
_RESTORE = r"/deploys/[0-9a-f]+/restore$"


@dataclass(frozen=True, kw_only=True)
class Write:
    """One write of a step. `after` is the path of another write that comes before it.

    `mark` is in the body of each of its kind, so that those of other steps are not counted.
    """

    step: str
    method: str
    path: str
    after: str = ""
    mark: bytes = b""
    once: bool = True
    """Whether it may really change something only once."""

    @property
    def where(self) -> Where:
        return Where(method=self.method, path=self.path, query=NOT_A_DRY_RUN)

    def made(self, received: Received) -> bool:
        """Whether it is this write."""
        return re.search(self.path, received.path) is not None and self.mark in received.body


@dataclass(frozen=True, kw_only=True)
class Flow:
    """`before` is what serves when it is asked for, `target` what it shall bring back."""

    words: str
    component: str
    steps: tuple[str, ...]
    writes: Mapping[str, Write]
    decisive: str
    bad: bool = True
    in_place: bool = False

    def prepare(self, rig: Rig) -> None:
        if self.bad:
            rig.went_bad(self.component, in_place=self.in_place)

    def twin(self, platform: Platform, write: Write) -> HttpTwin:
        if write.path.startswith("^/rds/"):
            return platform.aws
        return platform.netlify if self.is_site else platform.cluster.api

    @property
    def is_site(self) -> bool:
        return self.component.endswith("-site")

    def shown(self, platform: Platform) -> str:
        """What users get: the version that serves, and of which colour."""
        if self.is_site:
            return platform.published(self.component)
        return f"{platform.live(self.component)} {platform.tag(self.component)}"


FREEZE = Write(step="freeze graphql-api", method="PATCH", path=_DEPLOYMENT, mark=b"deploy-freeze")
SNAPSHOT = Write(step="restore point of postgresql", method="POST", path="^/rds/CreateDBSnapshot$")
FLOWS: Mapping[str, Flow] = {
    "switch": Flow(
        words="rollback production --component graphql-api",
        component="graphql-api",
        steps=(
            "freeze graphql-api",
            "restore point of postgresql",
            "scale graphql-api",
            "switch graphql-api",
            "converge graphql-api",
        ),
        writes={
            "freeze": FREEZE,
            "snapshot": SNAPSHOT,
            "minimum": Write(
                step="scale graphql-api",
                method="PATCH",
                path="/horizontalpodautoscalers/graphql-api-blue$",
            ),
            "selector": Write(
                step="switch graphql-api", method="PATCH", path="/services/graphql-api$"
            ),
        },
        decisive="selector",
    ),
    "template": Flow(
        words="rollback production --component graphql-api",
        component="graphql-api",
        steps=("restore graphql-api", "converge graphql-api"),
        writes={
            "template": Write(
                step="restore graphql-api",
                method="PATCH",
                path=_DEPLOYMENT,
                after=_DEPLOYMENT,
                mark=b"/spec/template",
            ),
        },
        decisive="template",
        in_place=True,
    ),
    "site": Flow(
        words="rollback production --component docs-site",
        component="docs-site",
        steps=("freeze docs-site", "restore docs-site"),
        writes={
            "lock": Write(step="freeze docs-site", method="POST", path=_LOCK, once=False),
            "publish": Write(step="restore docs-site", method="POST", path=_RESTORE),
            "lock again": Write(
                step="restore docs-site", method="POST", path=_LOCK, after=_RESTORE, once=False
            ),
        },
        decisive="publish",
    ),
    "restart": Flow(
        words="restart graphql-api",
        component="graphql-api",
        steps=("restart graphql-api",),
        writes={
            "annotation": Write(
                step="restart graphql-api",
                method="PATCH",
                path=_DEPLOYMENT,
                mark=b"restartedAt",
            ),
        },
        decisive="annotation",
        bad=False,
    ),
}
