"""How a release bears up beside a cluster and a site's host: ready, in trouble or elsewhere."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest

from bot.domain.cluster.workload import Deployment
from bot.domain.operations.plan import Leg, Mechanism
from bot.domain.operations.subject import subject_of
from bot.flows.operations.bearing import bearing, still_stands
from bot.flows.operations.looking import Looking
from bot.ports.cluster import Cluster
from sandbox.kubernetes.controllers.fate import Fate
from sandbox.kubernetes.kinds import VIRTUALSERVICE
from tests.databases import SqliteMaker
from tests.flows.operations.looking_stage import measured, site, switch
from tests.flows.releases.ledger_stage import API, SITE, Stage


@pytest.fixture
def stage(sqlite_maker: SqliteMaker, tmp_path: Path) -> Iterator[Stage]:
    with measured(sqlite_maker, tmp_path) as one:
        yield one


@pytest.fixture
def looking(stage: Stage) -> Iterator[Looking]:
    one = Looking(stage.world, lambda: stage.catalogue)
    yield one
    one.stop()


def test_pods_that_crash_are_told(stage: Stage, looking: Looking) -> None:
    stage.switch("green")
    stage.ship("green", "v1.5.0-crash")
    subject = switch(stage)
    stage.until(lambda: bearing(stage.world, subject).troubles)
    look = looking.look(subject)

    assert look.ready is False
    assert "CrashLoopBackOff" in look.troubles[0]


def test_pods_that_wait_for_a_node_beside_those_that_serve_are_told(
    stage: Stage, looking: Looking
) -> None:
    stage.switch("green")
    subject = switch(stage)
    stage.until(lambda: bearing(stage.world, subject).serving >= 6)
    stage.until(lambda: bearing(stage.world, subject).ready)
    stood = bearing(stage.world, subject)
    stage.cluster.controllers.fates.for_deployment("production", f"{API}-green", Fate.PENDING)
    stage.cluster.controllers.load.for_service("production", API, stood.serving + 1)
    stage.until(lambda: bearing(stage.world, subject).ready is False)
    look = looking.look(subject)

    assert (stood.most, look.ready, look.troubles) == (True, False, ())
    assert (look.serving, look.most) == (stood.serving, False)  # the seed spares none


@pytest.mark.parametrize(("color", "elsewhere"), [("green", False), ("blue", True)])
def test_behind_a_route_a_preview_of_the_other_colour_moves_no_traffic(
    stage: Stage, color: str, *, elsewhere: bool
) -> None:
    stage.switch("green")
    subject = replace(switch(stage), route=API)
    preview = {"match": [{"headers": {"x-try": {"exact": "blue"}}}], "route": [_to("blue")]}
    route = {"metadata": {"name": API, "namespace": "production"},
             "spec": {"http": [preview, {"route": [_to(color)]}]}}  # fmt: skip
    stage.cluster.store.create(VIRTUALSERVICE, route)

    found = bearing(stage.world, subject)

    assert found.elsewhere is elsewhere
    assert ("does not send all traffic to green" in found.seen) is elsewhere


def _to(color: str) -> dict[str, Any]:
    return {"destination": {"host": API, "subset": color}}


def test_pods_of_the_release_before_are_no_trouble_of_this_one(stage: Stage) -> None:
    stage.switch("green")
    stage.ship("green", "v1.5.0-crash")
    stage.until(lambda: bearing(stage.world, switch(stage)).troubles)
    stage.ship("green", "v1.5.1")
    subject = switch(stage)
    stage.until(lambda: bearing(stage.world, subject).ready)

    assert bearing(stage.world, subject).troubles == ()


def test_traffic_that_is_elsewhere_is_not_ready(stage: Stage) -> None:
    found = bearing(stage.world, switch(stage))

    assert (found.ready, found.seen) == (False, f"the Service {API} selects blue")
    assert found.elsewhere
    assert (found.serving, found.most) == (0, False)


def test_another_template_is_not_the_target(stage: Stage) -> None:
    subject = switch(stage)
    stage.ship("green", "v1.6.0")
    found = bearing(stage.world, subject)

    assert (found.ready, found.seen) == (False, f"{API}-green runs another template")
    assert found.elsewhere


def test_a_restart_of_the_target_is_the_target_still(stage: Stage) -> None:
    subject = switch(stage)
    stage.switch("green")
    stage.restart("green")
    stage.until(lambda: bearing(stage.world, subject).ready)

    assert not bearing(stage.world, subject).elsewhere


def test_nobody_can_tell_while_kubernetes_is_away_or_off(stage: Stage, looking: Looking) -> None:
    subject = switch(stage)
    stage.cluster.api.stop()
    look = looking.look(subject)

    assert look.ready is None
    assert look.seen
    assert look.errors == 0.0005
    off = bearing(replace(stage.world, cluster=None), subject)
    assert (off.ready, off.seen) == (None, "Kubernetes is off")


def test_a_site_is_looked_at_by_its_host_and_by_visits(stage: Stage, looking: Looking) -> None:
    subject = site(stage)
    before = looking.look(subject)
    assert before.ready is False
    assert (before.tried, before.fine) == (5, 5)
    assert before.errors is None

    assert stage.world.sites is not None
    stage.world.sites.restore(SITE, subject.release.identity)
    after = looking.look(subject)
    assert (after.ready, after.seen) == (True, "v1.4.1 is published")


def test_a_site_without_a_rollout_is_watched_by_its_host(stage: Stage, looking: Looking) -> None:
    leg = Leg(
        component="docs-site",
        mechanism=Mechanism.SITE,
        before=site(stage).old,
        after=site(stage).release,
    )
    bare = replace(stage.catalogue.components["docs-site"], rollout=None)
    subject = subject_of(bare, leg, "production")
    assert subject is not None
    assert stage.world.sites is not None
    stage.world.sites.restore(SITE, subject.release.identity)
    look = looking.look(subject)

    assert (look.ready, look.seen, look.tried) == (True, "v1.4.1 is published", 0)
    assert subject_of(bare, replace(leg, mechanism=Mechanism.TEMPLATE), "production") is None


def test_what_served_before_can_take_the_traffic_back(stage: Stage) -> None:
    subject = switch(stage)
    assert still_stands(stage.world, subject)

    stage.ship("blue", "v1.9.0")
    assert not still_stands(stage.world, subject)
    assert not still_stands(stage.world, replace(subject, old=None))
    assert still_stands(stage.world, site(stage))
    same = replace(subject, old=subject.release)
    assert not still_stands(stage.world, same)


@dataclass(frozen=True)
class Drained:
    """The cluster, of whose old colour some pods are on their way."""

    cluster: Cluster
    available: int

    def __getattr__(self, name: str) -> Any:
        return getattr(self.cluster, name)

    def deployment(self, namespace: str, name: str) -> Deployment:
        found = self.cluster.deployment(namespace, name)
        return replace(found, replicas=6, available=self.available)


@pytest.mark.parametrize(("available", "stands"), [(6, True), (3, True), (2, False), (0, False)])
def test_what_a_drain_is_at_work_on_stands_and_what_is_mostly_down_does_not(
    stage: Stage, available: int, *, stands: bool
) -> None:
    assert stage.world.cluster is not None
    world = replace(stage.world, cluster=Drained(stage.world.cluster, available))  # type: ignore[arg-type]  # by __getattr__

    assert still_stands(world, switch(stage)) is stands
