"""The rollout of a component: read strictly, and held against everything it leans on."""

from datetime import timedelta

import pytest

from bot.domain.ops_data.restore_point import Provider, Store
from bot.domain.ops_data.rollout import Drain, Rollout
from tests.catalogue.desk import Desk
from tests.catalogue.test_ops_data import ROUTES, RUNBOOKS

GOOD = """\
environments:
  production: [prod]
  staging: []
components:
  api:
    kind: kubernetes
    environment: [production, staging]
    namespace: {production: live, staging: test}
    rollout:
      deployments: {blue: api-blue, green: api-green}
      service: api
      selector: app.kubernetes.io/color
      container: main
      probes: {production: ["https://api.example/healthz", "http://api.live.svc/"]}
      drain: {percent: 20, every: 10s}
      tier: 2
      data: database
      schema_query: max(schema_version{$which})
      secret_epoch: 3
  worker:
    kind: kubernetes
    environment: production
    namespace: live
    rollout:
      deployments: worker
  site:
    kind: netlify
    environment: production
    sites: site-1
    rollout: {probes: {production: "https://site.example/"}}
  database:
    kind: postgresql
    environment: [production, staging]
    rollout:
      stores:
        production: {provider: rds, name: live-1}
        staging: {provider: volumesnapshot, name: pg-0, namespace: data, snapshot_class: csi}
  cache: {kind: external, environment: production}
"""


@pytest.fixture(autouse=True)
def _good(desk: Desk) -> None:
    desk.write("components.yaml", GOOD)


def test_what_the_file_says_is_what_the_catalogue_holds(desk: Desk) -> None:
    assert desk.check() == []
    parts = desk.load().components

    assert parts["api"].rollout == Rollout(
        deployments={"blue": "api-blue", "green": "api-green"},
        service="api",
        selector="app.kubernetes.io/color",
        container="main",
        probes={"production": ("https://api.example/healthz", "http://api.live.svc/")},
        drain=Drain(percent=20, every=timedelta(seconds=10)),
        tier=2,
        data="database",
        schema_query="max(schema_version{$which})",
        secret_epoch=3,
    )
    assert parts["worker"].rollout == Rollout(deployments={"": "worker"})
    assert parts["site"].rollout == Rollout(probes={"production": ("https://site.example/",)})
    assert parts["database"].rollout == Rollout(
        stores={
            "production": Store(component="database", provider=Provider.RDS, name="live-1"),
            "staging": Store(
                component="database",
                provider=Provider.VOLUME_SNAPSHOT,
                name="pg-0",
                namespace="data",
                snapshot_class="csi",
            ),
        }
    )
    assert parts["cache"].rollout is None


def test_a_store_may_say_that_it_makes_no_restore_point(desk: Desk) -> None:
    none = GOOD.replace("{provider: rds, name: live-1}", "{provider: none}")
    desk.write("components.yaml", none)

    assert desk.check() == []
    rollout = desk.load().components["database"].rollout
    assert rollout is not None
    assert rollout.stores["production"] == Store(component="database", provider=Provider.NONE)


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("container:", "contaner:", "13: api.rollout: unknown key contaner; did you mean"),
        (
            "{blue: api-blue, green: api-green}",
            "{blue: api-blue}",
            "10: api.rollout.deployments must be one name, or one for each of two colours",
        ),
        ("green: api-green", "green: api-blue", "10: api.rollout.deployments: both colours name"),
        ("api-green", "API", "10: api.rollout.deployments.green must look like"),
        ("      service: api\n", "", "10: api.rollout: service and selector belong together"),
        (
            "      service: api\n      selector: app.kubernetes.io/color\n",
            "",
            "10: api.rollout: colours need a service with its selector, or a route",
        ),
        ("selector: app", "selector: a b", "12: api.rollout.selector must look like"),
        (
            "https://api.example/healthz",
            "api.example",
            "14: api.rollout.probes.production: api.example is no whole address",
        ),
        ("https://api.example", "https://ada:pw@api.example", "14: api.rollout.probes.production"),
        (
            "probes: {production: [",
            "probes: {preview: [",
            "14: api.rollout.probes: preview is not in this component's environment",
        ),
        ("percent: 20", "percent: 120", "15: api.rollout.drain.percent cannot be 120"),
        ("every: 10s", "every: soon", "15: api.rollout.drain.every must be a duration"),
        ("tier: 2", "tier: 0", "16: api.rollout.tier must be a whole number from 1, not 0"),
        ("tier: 2", "tier: 1.5", "16: api.rollout.tier must be a whole number from 1, not 1.5"),
        ("data: database", "data: cache", "10: api.rollout.data: cache is no component with"),
        ("{$which}", "", "18: api.rollout.schema_query must pick each series by {$which}"),
        ("secret_epoch: 3", "secret_epoch: -1", "19: api.rollout.secret_epoch must be a whole"),
        ("      deployments: worker\n", "      tier: 1\n", "25: worker.rollout: deployments is"),
        (
            "deployments: worker",
            "deployments: api-blue",
            "25: worker.rollout.deployments: api-blue in live is api's already",
        ),
        (
            "namespace: {production: live, staging: test}",
            "namespace: live",
            "10: api.rollout.deployments in live would be both production's and staging's: give",
        ),
        ("    namespace: live\n", "", "24: worker.rollout needs a namespace in production"),
        ("    sites: site-1\n", "", "29: site.rollout needs a site in production"),
        ("provider: rds", "provider: tape", "36: database.rollout.stores.production.provider"),
        (", name: live-1", "", "36: database.rollout.stores.production: name is missing"),
        (
            "provider: rds, name: live-1",
            "provider: none, namespace: data",
            "36: database.rollout.stores.production.namespace is for a volumesnapshot alone",
        ),
        (
            ", snapshot_class: csi",
            "",
            "37: database.rollout.stores.staging: a volumesnapshot needs snapshot_class",
        ),
        (
            "name: live-1",
            "name: live-1, namespace: data",
            "36: database.rollout.stores.production.namespace is for a volumesnapshot alone",
        ),
        (
            "cache: {kind: external,",
            "cache: {rollout: {tier: 1}, kind: external,",
            "38: cache.rollout: a component of kind external has nothing to roll out",
        ),
        (
            "rollout: {probes",
            "rollout: {service: site, probes",
            "30: site.rollout: unknown key service",
        ),
    ],
)
def test_each_mistake_is_named_with_its_line(desk: Desk, old: str, new: str, said: str) -> None:
    desk.edit("components.yaml", old, new)

    assert any(line.startswith(f"components.yaml:{said}") for line in desk.check()), desk.check()


def test_one_name_in_two_namespaces_is_two_deployments(desk: Desk) -> None:
    desk.edit("components.yaml", "deployments: worker", "deployments: api-blue")
    desk.edit("components.yaml", "    namespace: live\n", "    namespace: other\n")

    assert desk.check() == []


def test_what_ships_can_be_rolled_back() -> None:
    parts = Desk(routes=ROUTES, runbooks=RUNBOOKS).load().components
    rollouts = {name: one.rollout for name, one in parts.items() if one.rollout}

    assert {name: one.tier for name, one in rollouts.items() if name != "postgresql"} == {
        **dict.fromkeys(("docs-site", "partners-site", "api-site"), 1),
        "graphql-api": 2,
        **dict.fromkeys(("websocket-service", "document-service"), 3),
    }
    for name in ("graphql-api", "websocket-service", "document-service"):
        one = rollouts[name]
        assert one.deployments == {"blue": f"{name}-blue", "green": f"{name}-green"}
        assert (one.service, one.selector) == (name, "color")
    assert rollouts["websocket-service"].drain == Drain()
    assert [name for name, one in rollouts.items() if one.data] == [
        "graphql-api",
        "document-service",
    ]
    assert rollouts["postgresql"].stores["production"].name == "candlefish-production"
