"""Which pods a quota counts: each scope as Kubernetes reads it."""

from typing import Any

import pytest

from bot.domain.cluster.quota_scopes import Sort, counts, sort_of
from bot.domain.cluster.workload import Quota, Scope


def scope(name: str, operator: str = "Exists", *values: str) -> Scope:
    return Scope(name=name, operator=operator, values=values)


HIGH, ORDINARY = Sort(priority_class="high"), Sort()


@pytest.mark.parametrize(
    ("one", "sort", "is_counted"),
    [
        (scope("PriorityClass", "In", "high", "urgent"), HIGH, True),
        (scope("PriorityClass", "In", "high"), ORDINARY, False),
        (scope("PriorityClass", "NotIn", "high"), HIGH, False),
        (scope("PriorityClass", "NotIn", "high"), ORDINARY, True),
        (scope("PriorityClass"), HIGH, True),
        (scope("PriorityClass"), ORDINARY, False),
        (scope("PriorityClass", "DoesNotExist"), HIGH, False),
        (scope("PriorityClass", "DoesNotExist"), ORDINARY, True),
        (scope("Terminating"), ORDINARY, False),
        (scope("NotTerminating"), ORDINARY, True),
        (scope("BestEffort"), ORDINARY, False),
        (scope("BestEffort"), Sort(best_effort=True), True),
        (scope("NotBestEffort"), ORDINARY, True),
        (scope("NotBestEffort"), Sort(best_effort=True), False),
        (scope("CrossNamespacePodAffinity"), ORDINARY, False),
        (scope("CrossNamespacePodAffinity"), Sort(crosses=True), True),
        (scope("OfTheFuture"), ORDINARY, True),
    ],
)
def test_a_scope_counts_its_pods(one: Scope, sort: Sort, *, is_counted: bool) -> None:
    assert counts(Quota(name="q", hard={}, used={}, scopes=(one,)), sort) is is_counted


def test_all_scopes_must_hold() -> None:
    both = (scope("NotTerminating"), scope("PriorityClass", "In", "high"))
    quota = Quota(name="q", hard={}, used={}, scopes=both)

    assert counts(quota, HIGH)
    assert not counts(quota, ORDINARY)


TERM = {"topologyKey": "zone", "namespaceSelector": {}}


@pytest.mark.parametrize(
    ("spec", "asked", "sort"),
    [
        ({}, ["pods"], Sort(best_effort=True)),
        ({"priorityClassName": "high"}, ["requests.cpu"], HIGH),
        (
            {
                "affinity": {
                    "podAntiAffinity": {
                        "preferredDuringSchedulingIgnoredDuringExecution": [
                            {"weight": 1, "podAffinityTerm": TERM}
                        ]
                    }
                }
            },
            ["limits.memory"],
            Sort(crosses=True),
        ),
        (
            {
                "affinity": {
                    "podAffinity": {
                        "requiredDuringSchedulingIgnoredDuringExecution": [{"topologyKey": "zone"}]
                    }
                }
            },
            ["limits.memory"],
            ORDINARY,
        ),
    ],
)
def test_a_template_tells_its_sort(spec: dict[str, Any], asked: list[str], sort: Sort) -> None:
    assert sort_of({"spec": spec}, asked) == sort
