"""What is looked at: a switch between colours and a site, beside a Prometheus."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from bot.domain.operations.plan import Leg, Mechanism, Release
from bot.domain.operations.subject import Subject, subject_of
from tests.databases import SqliteMaker
from tests.flows.releases.ledger_stage import API, SITE, Stage, staged
from tests.prometheus_twin import vector

GOOD = {
    'color="green",code=~': vector("0.0005"),
    "_bucket": vector("0.99"),
    "increase": vector("3000"),
    'color="blue"}[30s]': vector("0.004"),
    "offset": vector("0.0004"),
}


@contextmanager
def measured(maker: SqliteMaker, folder: Path) -> Iterator[Stage]:
    """Where a Prometheus answers that green does well."""
    with staged(maker, folder) as one:
        one.measured()
        one.prometheus.values = dict(GOOD)
        yield one


def release(stage: Stage, color: str) -> Release:
    assert stage.world.cluster is not None
    found = stage.world.cluster.deployment("production", f"{API}-{color}")
    version = found.template["metadata"]["labels"]["app.kubernetes.io/version"]
    return Release(version=version, identity=found.template_hash, workload=found.name, color=color)


def switch(stage: Stage) -> Subject:
    """From blue, live, to green."""
    leg = Leg(
        component=API,
        mechanism=Mechanism.SWITCH,
        before=release(stage, "blue"),
        after=release(stage, "green"),
    )
    found = subject_of(stage.catalogue.components[API], leg, "production")
    assert found is not None
    return found


def site(stage: Stage, version: str = "v1.4.1") -> Subject:
    deploys = {one.title: one for one in stage.netlify.site(SITE).deploys}
    before, after = (
        Release(version=name, identity=deploys[name].id, workload=SITE)
        for name in ("v1.4.2", version)
    )
    leg = Leg(component="docs-site", mechanism=Mechanism.SITE, before=before, after=after)
    found = subject_of(stage.catalogue.components["docs-site"], leg, "production")
    assert found is not None
    return found
