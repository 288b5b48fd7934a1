"""The store by itself, as controllers use it."""

import threading
from typing import Any

import pytest

from sandbox.kubernetes.history import Happened
from sandbox.kubernetes.kinds import DEPLOYMENT, ENDPOINTSLICE, POD, SERVICE, Kind
from sandbox.kubernetes.refusals import Exists, Expired, Missing, Rejected, Stale
from sandbox.kubernetes.statuses import forbidden
from sandbox.kubernetes.store import Store
from tests.sandbox.kubernetes.api.rig import NAME, PLACE, deployment, pod, service


@pytest.fixture
def store() -> Store:
    return Store(clock=lambda: 1_800_000_000.0, history=5)


def test_what_is_made_gets_its_facts(store: Store) -> None:
    made = store.create(DEPLOYMENT, deployment())

    metadata = made["metadata"]
    assert (metadata["generation"], metadata["resourceVersion"]) == (1, str(store.newest))
    assert metadata["creationTimestamp"] == "2027-01-15T08:00:00Z"
    assert len(metadata["uid"]) == 36
    assert store.get(DEPLOYMENT, PLACE, NAME) == made


def test_what_is_given_and_taken_is_copied(store: Store) -> None:
    given = deployment()
    made = store.create(DEPLOYMENT, given)
    given["spec"]["replicas"] = made["spec"]["replicas"] = 99
    store.list(DEPLOYMENT)[0]["spec"]["replicas"] = 99

    assert store.get(DEPLOYMENT, PLACE, NAME)["spec"]["replicas"] == 3


def test_names_are_generated(store: Store) -> None:
    nameless = {**pod("x"), "metadata": {"generateName": "app-", "namespace": PLACE}}

    names = {store.create(POD, nameless)["metadata"]["name"] for _ in range(3)}

    assert len(names) == 3
    assert all(name.startswith("app-") and len(name) == 9 for name in names)


def test_names_are_taken_once_and_missed(store: Store) -> None:
    store.create(SERVICE, service())

    with pytest.raises(Exists, match='services "docs" already exists'):
        store.create(SERVICE, service())
    with pytest.raises(Missing, match='services "nope" not found'):
        store.get(SERVICE, PLACE, "nope")
    with pytest.raises(Missing):
        store.delete(SERVICE, "elsewhere", "docs")


def test_a_stale_update_is_refused(store: Store) -> None:
    first = store.create(DEPLOYMENT, deployment())
    newer = {**first, "spec": {**first["spec"], "replicas": 4}}
    store.update(DEPLOYMENT, newer)

    with pytest.raises(Stale):
        store.update(DEPLOYMENT, newer)
    with pytest.raises(Stale):
        store.update_status(DEPLOYMENT, first)
    del first["metadata"]["resourceVersion"]
    assert store.update(DEPLOYMENT, first)["metadata"]["generation"] == 3


def test_generation_is_of_the_kind(store: Store) -> None:
    where = {"name": "docs-1", "namespace": PLACE}
    endpoints = {"metadata": where, "addressType": "IPv4", "endpoints": [], "ports": []}
    piece = store.create(ENDPOINTSLICE, endpoints)
    piece["endpoints"] = [{"addresses": ["10.0.0.1"]}]

    assert store.update(ENDPOINTSLICE, piece)["metadata"]["generation"] == 2
    assert "generation" not in store.create(SERVICE, service())["metadata"]


def test_status_and_spec_have_their_own_doors(store: Store) -> None:
    made = store.create(DEPLOYMENT, deployment())
    made["status"] = {"replicas": 3}
    made["spec"]["replicas"] = 8

    by_status = store.update_status(DEPLOYMENT, made)
    assert (by_status["spec"]["replicas"], by_status["status"]) == (3, {"replicas": 3})

    by_status["status"] = {"replicas": 77}
    assert store.update(DEPLOYMENT, by_status)["status"] == {"replicas": 3}


def test_a_write_of_the_same_is_no_change(store: Store) -> None:
    made = store.create(DEPLOYMENT, deployment())

    assert store.update(DEPLOYMENT, made) == made
    assert store.update_status(DEPLOYMENT, made) == made
    assert [each.type for each in store.changes_after(1)] == [Happened.ADDED]


def test_changes_are_told_in_order_with_what_was_before(store: Store) -> None:
    made = store.create(SERVICE, service(color="blue"))
    made["spec"]["selector"]["color"] = "green"
    store.update(SERVICE, made)
    store.delete(SERVICE, PLACE, "docs")

    changes = store.changes_after(1)

    assert [each.type for each in changes] == ["ADDED", "MODIFIED", "DELETED"]
    assert [each.resource_version for each in changes] == [2, 3, 4]
    assert changes[1].before is not None
    assert changes[1].before["spec"]["selector"]["color"] == "blue"
    assert store.changes_after(4) == []


def test_the_past_is_short(store: Store) -> None:
    for number in range(7):
        store.create(POD, pod(f"p{number}"))

    assert len(store.changes_after(store.newest - 5)) == 5
    with pytest.raises(Expired, match="too old resource version: 1"):
        store.changes_after(1)


def test_who_waits_is_woken(store: Store) -> None:
    before = store.newest
    later = threading.Thread(target=lambda: store.create(POD, pod("p")))
    later.start()

    assert store.wait(before, 20) == before + 1
    assert store.wait(before + 1, 0.01) == before + 1
    later.join()


def test_admission_has_a_say(store: Store) -> None:
    asked: list[tuple[Kind, str]] = []

    def full(kind: Kind, verb: str, obj: dict[str, Any]) -> None:
        asked.append((kind, verb))
        if kind is POD:
            raise Rejected(forbidden(POD, obj["metadata"]["name"], "exceeded quota: q"))

    store.admission.append(full)
    store.create(SERVICE, service())

    with pytest.raises(Rejected, match='pods "p" is forbidden: exceeded quota: q'):
        store.create(POD, pod("p"))
    assert asked == [(SERVICE, "create"), (POD, "create")]
    assert store.list(POD) == []


def test_lists_are_narrowed(store: Store) -> None:
    for name, app in (("b", "x"), ("a", "x"), ("c", "y")):
        store.create(POD, pod(name, app=app))

    assert [each["metadata"]["name"] for each in store.list(POD, PLACE)] == ["a", "b", "c"]
    assert [each["metadata"]["name"] for each in store.list(POD, labels={"app": "y"})] == ["c"]
    assert store.list(POD, "elsewhere") == []
