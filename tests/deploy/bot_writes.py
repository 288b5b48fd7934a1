"""What the bot writes to a cluster, and what it never does, on the objects of the seed."""

import copy
from typing import Any

from bot.domain.cluster.draining import DRAINING
from bot.domain.cluster.route_split import pointed
from bot.domain.cluster.workload import FREEZE, RESTARTED, without_hash
from sandbox.kubernetes.kinds import DEPLOYMENT, HPA, REPLICASET, SERVICE
from sandbox.kubernetes.seed.mesh import virtual_service
from sandbox.kubernetes.seed.part import GRAPHQL
from sandbox.kubernetes.store import Store
from tests.deploy.admission import AdmissionPolicy, policies

BOT = "system:serviceaccount:ops:candlefish"
PLACE, NAME, LIVE = "production", "graphql-api", "graphql-api-blue"
POLICIES = {one.name.removeprefix("candlefish-"): one for one in policies()}
GONE = object()
CLEAN = "registry.candlefish.ai/candlefish/side:v1@sha256:" + "0" * 64
Json = dict[str, Any]
Where = tuple[str | int, ...]

NO_OTHER_FIELD = "no other field of the spec"
NOTES = "annotations of candlefish.ai alone"
OWNERS = "owner or finalizer"
IMAGES = "named by digest"
TODAY = "command, hooks, ports of the host and account of today"
PRIVILEGES = "privileged or adds capabilities"
NODE = "of its node"
COUNT = "between 1 and 20"
LEAST = "at least 1"
COLOUR = "the colour in the selector"
RULES = "adds and drops no rule"
RULE = "nothing else of it"
WEIGHT = "moves weight"
PODS = "that it operates"
GRACE = "its own time to end"
ITS_OWN = "an operation of its own made"

META = ("metadata",)
TEMPLATE = ("spec", "template", "spec")
MAIN = (*TEMPLATE, "containers", 0)
HTTP = ("spec", "http")
FIRST = (*HTTP, 0, "route", 0)
OWNED = [{"apiVersion": "v1", "kind": "ConfigMap", "name": "x", "uid": "1"}]

WRITES = (
    "restore", "restart", "freeze", "unfreeze", "drain", "scale", "minimum", "release", "switch",
    "reroute", "evict",
)  # fmt: skip
# A write that the bot makes, one thing in it that it never does, and what is said to that.
FORBIDDEN: list[tuple[str, Where, Any, str]] = [
    ("restore", ("spec", "replicas"), 9, NO_OTHER_FIELD),
    ("restore", ("spec", "selector", "matchLabels", "app"), "other", NO_OTHER_FIELD),
    ("restore", ("spec", "strategy"), {"type": "Recreate"}, NO_OTHER_FIELD),
    ("restore", ("spec", "revisionHistoryLimit"), 0, NO_OTHER_FIELD),
    ("restore", ("spec", "progressDeadlineSeconds"), GONE, NO_OTHER_FIELD),
    ("restore", ("spec", "paused"), True, NO_OTHER_FIELD),
    ("restore", ("spec", "nextYearsField"), 1, NO_OTHER_FIELD),
    ("freeze", ("spec", "minReadySeconds"), 600, NO_OTHER_FIELD),
    ("freeze", (*META, "annotations", "deployment.kubernetes.io/revision"), "1", NOTES),
    ("freeze", (*META, "annotations", "deployment.kubernetes.io/revision"), GONE, NOTES),
    ("freeze", (*META, "annotations", "example.com/own"), "x", NOTES),
    ("freeze", (*META, "labels", "team"), "mine", OWNERS),
    ("freeze", (*META, "labels"), GONE, OWNERS),
    ("freeze", (*META, "ownerReferences"), OWNED, OWNERS),
    ("freeze", (*META, "finalizers"), ["example.com/stay"], OWNERS),
    ("restore", (*MAIN, "image"), "registry.candlefish.ai/candlefish/graphql-api:v1", IMAGES),
    ("restore", (*MAIN, "image"), CLEAN.replace("candlefish.ai", "example.com"), IMAGES),
    ("restore", (*MAIN, "image"), CLEAN.replace("registry.", "registryX"), IMAGES),
    ("restore", (*MAIN, "image"), f"docker.io/x?{CLEAN}", IMAGES),
    ("restore", (*MAIN, "image"), f"{CLEAN}0", IMAGES),
    ("restore", (*TEMPLATE, "initContainers"), [{"name": "x", "image": "busybox"}], IMAGES),
    ("restore", (*MAIN, "command"), ["sh"], TODAY),
    ("restore", (*MAIN, "lifecycle"), {"postStart": {"exec": {"command": ["sh"]}}}, TODAY),
    ("restore", (*MAIN, "ports", 0, "hostPort"), 80, TODAY),
    ("restore", (*TEMPLATE, "serviceAccountName"), "admin", TODAY),
    ("restore", (*TEMPLATE, "serviceAccountName"), GONE, TODAY),
    (
        "restore",
        (*TEMPLATE, "initContainers"),
        [{"name": "x", "image": CLEAN, "command": ["sh"]}],
        TODAY,
    ),
    ("restore", (*MAIN, "securityContext"), {"privileged": True}, PRIVILEGES),
    (
        "restore",
        (*MAIN, "securityContext"),
        {"capabilities": {"add": ["NET_ADMIN"]}},
        PRIVILEGES,
    ),
    ("restore", (*TEMPLATE, "hostNetwork"), True, NODE),
    ("restore", (*TEMPLATE, "hostPID"), True, NODE),
    ("restore", (*TEMPLATE, "hostIPC"), True, NODE),
    ("restore", (*TEMPLATE, "volumes"), [{"name": "x", "hostPath": {"path": "/"}}], NODE),
    ("restart", (*TEMPLATE, "hostNetwork"), True, NODE),
    ("scale", ("spec", "replicas"), 0, COUNT),
    ("scale", ("spec", "replicas"), GONE, COUNT),
    ("scale", ("spec", "replicas"), 21, COUNT),
    ("minimum", ("spec", "maxReplicas"), 100, NO_OTHER_FIELD),
    ("minimum", ("spec", "scaleTargetRef", "name"), "other", NO_OTHER_FIELD),
    ("minimum", ("spec", "metrics"), GONE, NO_OTHER_FIELD),
    ("minimum", ("spec", "metrics", 0, "resource", "target", "averageUtilization"), 1,
     NO_OTHER_FIELD),
    ("minimum", ("spec", "behavior"), {"scaleUp": {"selectPolicy": "Disabled"}}, NO_OTHER_FIELD),
    ("minimum", ("spec", "minReplicas"), 0, LEAST),
    ("minimum", ("spec", "minReplicas"), GONE, LEAST),
    ("minimum", (*META, "annotations", "example.com/own"), "x", NOTES),
    ("minimum", (*META, "annotations", "example.com/team"), "x", NOTES),
    ("minimum", (*META, "annotations", "example.com/team"), GONE, NOTES),
    ("minimum", (*META, "labels", "team"), "mine", OWNERS),
    ("minimum", (*META, "ownerReferences"), OWNED, OWNERS),
    ("minimum", (*META, "finalizers"), ["example.com/stay"], OWNERS),
    ("switch", ("spec", "ports", 0, "targetPort"), 22, NO_OTHER_FIELD),
    ("switch", ("spec", "type"), "NodePort", NO_OTHER_FIELD),
    ("switch", ("spec", "externalIPs"), ["192.0.2.1"], NO_OTHER_FIELD),
    ("switch", ("spec", "publishNotReadyAddresses"), True, NO_OTHER_FIELD),
    ("switch", ("spec", "internalTrafficPolicy"), GONE, NO_OTHER_FIELD),
    ("switch", ("spec", "selector", "color"), "purple", COLOUR),
    ("switch", ("spec", "selector", "color"), GONE, COLOUR),
    ("switch", ("spec", "selector", "app"), "other", COLOUR),
    ("switch", ("spec", "selector", "lane"), "green", COLOUR),
    ("switch", ("spec", "selector", "more"), "x", COLOUR),
    ("switch", ("spec", "selector"), GONE, COLOUR),
    ("switch", (*META, "annotations"), {FREEZE: "OP-1"}, OWNERS),
    ("switch", (*META, "labels", "team"), "mine", OWNERS),
    ("switch", (*META, "ownerReferences"), OWNED, OWNERS),
    ("switch", (*META, "finalizers"), ["example.com/stay"], OWNERS),
    ("reroute", ("spec", "hosts"), ["*"], NO_OTHER_FIELD),
    ("reroute", ("spec", "hosts"), GONE, NO_OTHER_FIELD),
    ("reroute", ("spec", "gateways"), ["public"], NO_OTHER_FIELD),
    ("reroute", HTTP, [], RULES),
    ("reroute", HTTP, GONE, RULES),
    ("reroute", (*HTTP, 0, "route"), [], RULES),
    ("reroute", (*HTTP, 0, "timeout"), "1s", RULE),
    ("reroute", (*HTTP, 0, "retries"), {"attempts": 9}, RULE),
    ("reroute", (*HTTP, 0, "retries"), GONE, RULE),
    ("reroute", (*HTTP, 0, "mirror"), {"host": "elsewhere"}, RULE),
    ("reroute", (*HTTP, 0, "route"), GONE, RULE),
    ("reroute", (*FIRST, "destination", "host"), "elsewhere", WEIGHT),
    ("reroute", (*FIRST, "destination", "port"), {"number": 1}, WEIGHT),
    ("reroute", (*FIRST, "destination", "port"), GONE, WEIGHT),
    ("reroute", (*FIRST, "destination", "subset"), "purple", WEIGHT),
    ("reroute", (*FIRST, "destination", "subset"), GONE, WEIGHT),
    ("reroute", (*FIRST, "headers"), GONE, WEIGHT),
    ("reroute", (*FIRST, "headers", "request", "set", "x-color"), "green", WEIGHT),
    ("reroute", (*FIRST, "headers"), {"request": {"set": {"x-admin": "1"}}}, WEIGHT),
    ("reroute", (*META, "annotations"), {FREEZE: "OP-1"}, OWNERS),
    ("reroute", (*META, "labels"), {"team": "mine"}, OWNERS),
    ("reroute", (*META, "ownerReferences"), OWNED, OWNERS),
    ("reroute", (*META, "finalizers"), ["example.com/stay"], OWNERS),
    ("evict", (*META, "name"), "postgres-0", PODS),
    ("evict", (*META, "name"), "x-graphql-api-blue-1-1", PODS),
    ("evict", ("deleteOptions",), {"gracePeriodSeconds": 0}, GRACE),
]  # fmt: skip


def writes(store: Store) -> dict[str, tuple[AdmissionPolicy, Json, Json | None]]:
    """What the bot writes, by what it is for: its policy, the object after it and before it."""
    live = store.get(DEPLOYMENT, PLACE, LIVE)
    scaler, service = store.get(HPA, PLACE, LIVE), store.get(SERVICE, PLACE, NAME)
    service["spec"]["selector"]["lane"] = "blue"
    scaler["metadata"]["annotations"] = {"example.com/team": "docs"}
    hold = {"example.com/team": "docs", "candlefish.ai/minimum-before": "3"}
    route = virtual_service_of_blue()
    scale: Json = {"metadata": {"name": LIVE}, "spec": {"replicas": 3}}
    deployments = POLICIES["deployments"]
    frozen = put(live, (*META, "annotations", FREEZE), "OP-1")
    held = put(put(scaler, ("spec", "minReplicas"), 6), (*META, "annotations"), hold)
    return {
        "restore": (deployments, put(live, ("spec", "template"), history(store)), live),
        "restart": (deployments, put(live, restarted(live), "now"), live),
        "freeze": (deployments, frozen, live),
        "unfreeze": (deployments, live, frozen),
        "drain": (deployments, put(live, (*META, "annotations", DRAINING), "OP-1"), live),
        "scale": (POLICIES["scale"], put(scale, ("spec", "replicas"), 6), scale),
        "minimum": (POLICIES["autoscalers"], held, scaler),
        "release": (POLICIES["autoscalers"], scaler, held),
        "switch": (
            POLICIES["services"],
            put(service, ("spec", "selector", "color"), "green"),
            service,
        ),
        "reroute": (
            POLICIES["routes"],
            put(route, HTTP, pointed(route["spec"]["http"], "blue", "green")),
            route,
        ),
        "evict": (POLICIES["evictions"], {"metadata": {"name": f"{LIVE}-5d4f-x2x"}}, None),
    }


def virtual_service_of_blue() -> Json:
    """With everything in its rule that is none of the bot's business."""
    route = virtual_service(GRAPHQL, PLACE, {"blue": 100, "green": 0})
    rule = route["spec"]["http"][0]
    rule["retries"] = {"attempts": 2}
    rule["route"][0]["headers"] = {"request": {"set": {"x-color": "blue"}}}
    rule["route"][0]["destination"]["port"] = {"number": 80}
    return route


def history(store: Store) -> Json:
    """The template of the release before."""
    sets = [
        one
        for one in store.list(REPLICASET, PLACE)
        if one["metadata"]["ownerReferences"][0]["name"] == LIVE
    ]
    older = min(sets, key=lambda one: one["metadata"]["creationTimestamp"])
    return without_hash(older["spec"]["template"])


def restarted(live: Json) -> Where:
    assert live["spec"]["template"]["metadata"]["annotations"]
    return ("spec", "template", "metadata", "annotations", RESTARTED)


def put(obj: Json, path: Where, value: Any) -> Json:
    """Another object with this value there; `GONE` takes the field away."""
    found: Any = copy.deepcopy(obj)
    place = found
    for step in path[:-1]:
        place = place[step]
    if value is GONE:
        del place[path[-1]]
    else:
        place[path[-1]] = copy.deepcopy(value)
    return dict(found)
