"""Eviction: a deletion that asks the pod's disruption budget first."""

from typing import Any

from sandbox.kubernetes.api.admission import Policies
from sandbox.kubernetes.api.answer import Answer
from sandbox.kubernetes.api.body import read_object
from sandbox.kubernetes.api.deleting import Deleting
from sandbox.kubernetes.api.write import Write
from sandbox.kubernetes.controllers.deletion import is_terminating
from sandbox.kubernetes.kinds import PDB, POD
from sandbox.kubernetes.objects import Object, labels_of, name_of, stamp
from sandbox.kubernetes.refusals import Rejected
from sandbox.kubernetes.selectors import selects
from sandbox.kubernetes.statuses import failure
from sandbox.kubernetes.store import Store

CREATED = 201
OVER = ("Pending", "Succeeded", "Failed")


class Evictions:
    def __init__(self, store: Store, deleting: Deleting, policies: Policies) -> None:
        self._store = store
        self._deleting = deleting
        self._policies = policies

    def evict(self, write: Write) -> Answer:
        eviction = read_object(write.ask)
        options = eviction.get("deleteOptions") or {}
        dry = write.options.dry or "All" in (options.get("dryRun") or ())
        named = {"metadata": {"name": write.ask.name}, **eviction}
        self._policies.admit(write.review(new=named, old=None))
        with self._store.lock:
            pod = self._store.get(POD, write.ask.namespace, write.ask.name)
            gone = is_terminating(pod)
            if not gone:
                self._spend(pod, dry=dry)
            if not dry and not gone:
                self._deleting.remove(POD, pod, options.get("gracePeriodSeconds"))
        body = {
            "kind": "Status",
            "apiVersion": "v1",
            "metadata": {},
            "status": "Success",
            "code": CREATED,
        }
        return Answer(body=body, code=CREATED, changed=not dry and not gone)

    def _spend(self, pod: Object, *, dry: bool) -> None:
        """Takes one disruption from the pod's budget; raises `Rejected` where none is left."""
        budgets = [
            budget
            for budget in self._store.list(PDB, pod["metadata"]["namespace"])
            if selects(budget["spec"].get("selector"), labels_of(pod))
        ]
        if pod["status"].get("phase") in OVER or not budgets:
            return
        if len(budgets) > 1:
            message = (
                "This pod has more than one PodDisruptionBudget, which the eviction subresource "
                "does not support."
            )
            raise Rejected(failure(500, "InternalError", message))
        budget = budgets[0]
        status = budget["status"]
        if status.get("observedGeneration", 0) < budget["metadata"]["generation"]:
            raise _too_many(f"{_named(budget)} is still being processed by the server.")
        desired, healthy = status["desiredHealthy"], status["currentHealthy"]
        if not _is_ready(pod) and healthy >= desired:
            return
        if status["disruptionsAllowed"] <= 0:
            needs = f"needs {desired} healthy pods and has {healthy} currently"
            raise _too_many(f"{_named(budget)} {needs}")
        if not dry:
            status["disruptionsAllowed"] -= 1
            at = stamp(self._store.clock())
            status.setdefault("disruptedPods", {})[name_of(pod)] = at
            self._store.update_status(PDB, budget)


def _named(budget: Object) -> str:
    return f"The disruption budget {name_of(budget)}"


def _too_many(why: str) -> Rejected:
    message = "Cannot evict pod as it would violate the pod's disruption budget."
    causes = [{"reason": "DisruptionBudget", "message": why}]
    return Rejected(failure(429, "TooManyRequests", message, {"causes": causes}))


def _is_ready(pod: Object) -> bool:
    conditions: list[dict[str, Any]] = pod["status"].get("conditions") or []
    return any(each["type"] == "Ready" and each["status"] == "True" for each in conditions)
