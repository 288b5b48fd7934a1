"""A platform of values: components with colours and sites, and a ledger that remembers them."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any

from bot.domain.cluster.workload import Quota, Service, template_hash
from bot.domain.operations.asking import Asking
from bot.domain.operations.operation import Operation, Request
from bot.domain.operations.plan import Kind as Asked
from bot.domain.operations.plan import Plan
from bot.domain.operations.rollback import plan
from bot.domain.operations.survey import ClusterSurvey, SiteSurvey, Survey, Unseen, Workload
from bot.domain.ops_data.catalogue import Catalogue
from bot.domain.ops_data.component import Component, Kind, neighbours
from bot.domain.ops_data.policy import Policy
from bot.domain.ops_data.restore_point import Provider, Store
from bot.domain.ops_data.rollout import Drain, Rollout
from bot.domain.ops_data.route import Route, Settings, index
from bot.domain.releases.deploy import Site, SiteDeploy
from bot.domain.releases.ledger import LedgerRelease
from bot.domain.verification.verification import Verdict
from tests.domain.operations.workloads import NOW, template, workload

BEGAN = NOW - timedelta(minutes=10)
GREEN_BLUE = ("blue", "green")


def component(name: str = "api", **changes: Any) -> Component:
    rollout = Rollout(
        deployments={color: f"{name}-{color}" for color in GREEN_BLUE},
        service=name,
        selector="color",
        tier=2,
        data="postgresql",
    )
    found = Component(
        name=name,
        kind=Kind.KUBERNETES,
        environments=("production", "staging"),
        namespace={"production": "production", "staging": "staging"},
        rollout=rollout,
    )
    return replace(found, **changes)


SITE = Component(
    name="docs",
    kind=Kind.NETLIFY,
    environments=("production", "preview"),
    sites={"production": "site-docs", "preview": "site-docs"},
    depends_on=("api",),
)
PWA = Component(name="pwa", kind=Kind.PWA, environments=("production",), depends_on=("docs",))
DATABASE = Component(
    name="postgresql",
    kind=Kind.POSTGRESQL,
    environments=("production",),
    rollout=Rollout(
        stores={
            "production": Store(component="postgresql", provider=Provider.RDS, name="main"),
        }
    ),
)


def catalogue(*more: Component, policy: Policy | None = None) -> Catalogue:
    all_ones = {one.name: one for one in (component(), SITE, PWA, DATABASE, *more)}
    settings = Settings(runbook="Unknown", ladder="default")
    root = Route(
        name="root", path="root", line=1, settings=settings, equals={}, patterns={},
        children=(), by_alertname=index(()), any_alertname=(),
    )  # fmt: skip
    return Catalogue(
        components=all_ones,
        neighbours=neighbours(all_ones),
        routes=root,
        people={},
        groups={},
        ladders={},
        runbooks={},
        default_environment="production",
        digest="",
        component_aliases={"api-blue": "api"},
        policy=policy or Policy(),
    )


def operation(kind: Asked = Asked.ROLLBACK, *components: str, **request: Any) -> Operation:
    environment = request.pop("environment", "production")
    return Operation(
        id=7,
        kind=kind,
        environment=environment,
        incident=1,
        request=Request(components=components, **request),
        requested_by="slack:U1",
        requested_at=NOW,
    )


def asking(asked: Operation, known: Catalogue | None = None, *, began: datetime = BEGAN) -> Asking:
    return Asking(operation=asked, catalogue=known or catalogue(), began=began, now=NOW)


def served(
    of: Mapping[str, Any] | str,
    *,
    version: str,
    workload: str,
    since: timedelta,
    until: timedelta | None = None,
    verdict: Verdict | None = None,
    component: str = "api",
    **changes: Any,
) -> LedgerRelease:
    """A row of the ledger; times are how long ago."""
    identity = of if isinstance(of, str) else template_hash(of)
    row = LedgerRelease(
        environment="production",
        component=component,
        workload=workload,
        version=version,
        identity=identity,
        occurrence=f"{since}",
        template=None if isinstance(of, str) else of,
        deployed_at=NOW - since,
        live_at=NOW - since,
        superseded_at=None if until is None else NOW - until,
        verified_at=NOW - since if verdict else None,
        verdict=verdict,
    )
    return replace(row, **changes)


def survey(
    live: str,
    *workloads: Workload,
    records: Iterable[LedgerRelease] = (),
    quotas: Sequence[Quota] | None = (),
    of: Component | None = None,
    selector: Mapping[str, str] | None = None,
) -> ClusterSurvey:
    one = of or component()
    assert one.rollout is not None
    service = None
    if one.rollout.service:
        chosen = selector or {"app": one.name, **({"color": live} if live else {})}
        service = Service(
            namespace="production", name=one.rollout.service, selector=chosen, resource_version="1"
        )
    return ClusterSurvey(
        component=one,
        rollout=one.rollout,
        environment="production",
        namespace="production",
        workloads={each.color: each for each in workloads},
        missing={},
        service=service,
        route=None,
        quotas=quotas,
        records=tuple(records),
    )


def deploy(id: str, *, days: float, branch: str = "main", state: str = "ready") -> SiteDeploy:  # noqa: A002 - the host's own word
    at = NOW - timedelta(days=days)
    return SiteDeploy(id=id, state=state, created_at=at, published_at=at, branch=branch)


def site_survey(
    published: SiteDeploy, *deploys: SiteDeploy, records: Iterable[LedgerRelease] = ()
) -> SiteSurvey:
    site = Site(id="site-docs", name="docs", url="https://docs.example", published=published)
    return SiteSurvey(
        component=SITE,
        environment="production",
        site=site,
        deploys=(published, *deploys),
        records=tuple(records),
    )


@dataclass(frozen=True, kw_only=True)
class Story:
    """A good release on blue, and a bad one that came to green ten minutes ago."""

    good: Mapping[str, Any] = field(default_factory=lambda: template("v1.2.0", "blue"))
    bad: Mapping[str, Any] = field(default_factory=lambda: template("v1.3.0", "green"))

    @property
    def records(self) -> tuple[LedgerRelease, ...]:
        return (
            served(
                self.good,
                version="v1.2.0",
                workload="api-blue",
                since=timedelta(days=3),
                until=timedelta(minutes=12),
                verdict=Verdict.PASS,
            ),
            served(self.bad, version="v1.3.0", workload="api-green", since=timedelta(minutes=12)),
        )

    def survey(self, **changes: Any) -> ClusterSurvey:
        return survey(
            "green",
            changes.pop("blue", workload("blue", self.good, minimum=3)),
            changes.pop("green", workload("green", self.bad, replicas=6, minimum=3)),
            records=changes.pop("records", self.records),
            **changes,
        )


DRAIN = Drain(percent=20, every=timedelta(seconds=2))


def planned(*surveys: Survey | Unseen, only: tuple[str, ...] = ("api",), **request: Any) -> Plan:
    known = request.pop("known", None)
    began = {"began": request.pop("began")} if "began" in request else {}
    more = {name: request.pop(name) for name in ("setbacks", "troubled") if name in request}
    asked = operation(Asked.ROLLBACK, *only, **request)
    return plan(replace(asking(asked, known, **began), **more), surveys)


def actions(made: Plan) -> list[tuple[int, str]]:
    return [(step.stage, step.action) for step in made.steps]


def blue_again(story: Story, rows: Any, *older: Any) -> Survey:
    """Blue, with the good release, has the traffic again."""
    return survey(
        "blue", workload("blue", *older, story.good), workload("green", story.bad), records=rows
    )
