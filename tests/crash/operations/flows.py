"""Operations to be struck: what is asked for, the steps it takes and the writes it makes.

Those that are `whole` are struck with every fault beside every write (a client's timeout beside the
decisive one only), the others with a few.
"""

from collections.abc import Mapping

from tests.crash.operations.alongside import ALONGSIDE
from tests.crash.operations.flow import Flow, Write
from tests.crash.operations.returns import RETURNS
from tests.crash.operations.tiers import TIERS
from tests.crash.operations.without_traffic import WITHOUT_TRAFFIC

_DEPLOYMENT = r"/deployments/graphql-api-blue$"
_LOCK = r"/deploys/[0-9a-f]+/lock$"
_RESTORE = r"/deploys/[0-9a-f]+/restore$"
_NETLIFY_REFUSES = ("409", "422")  # a 409 too: nothing there has a version to be read again

FREEZE = Write(step="freeze graphql-api", method="PATCH", path=_DEPLOYMENT, mark=b"deploy-freeze")
SNAPSHOT = Write(
    step="restore point of postgresql",
    method="POST",
    path="^/rds/CreateDBSnapshot$",
    ends_at=("409", "422", "500"),  # beside point-in-time recovery it is tried once
)
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
        whole=True,
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
        whole=True,
    ),
    "site": Flow(
        words="rollback production --component docs-site",
        component="docs-site",
        steps=("freeze docs-site", "restore docs-site"),
        writes={
            "lock": Write(
                step="freeze docs-site",
                method="POST",
                path=_LOCK,
                once=False,
                ends_at=(),  # refused there, it is made by the restore, which locks first
            ),
            "publish": Write(
                step="restore docs-site", method="POST", path=_RESTORE, ends_at=_NETLIFY_REFUSES
            ),
            "lock again": Write(
                step="restore docs-site",
                method="POST",
                path=_LOCK,
                after=_RESTORE,
                once=False,
                ends_at=_NETLIFY_REFUSES,
            ),
        },
        decisive="publish",
        whole=True,
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
        whole=True,
    ),
    **WITHOUT_TRAFFIC,
    **ALONGSIDE,
    **RETURNS,
    **TIERS,
}
