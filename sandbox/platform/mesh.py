"""How a service mesh splits traffic, as Istio's VirtualService and DestinationRule say."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

Json = Mapping[str, Any]


@dataclass(frozen=True, kw_only=True)
class Split:
    """A share of the traffic, 0 to 1, for the pods with these labels.

    `labels` None is a subset that nobody defined: requests to it fail.
    """

    labels: Mapping[str, str] | None
    share: float


def splits(host: str, services: Iterable[Json], rules: Iterable[Json]) -> tuple[Split, ...]:
    """Of the first route for `host`; nothing when the mesh does not know it.

    `services` are VirtualServices, `rules` DestinationRules.
    """
    subsets = {
        subset["name"]: subset.get("labels", {})
        for rule in rules
        if _is(rule["spec"].get("host", ""), host)
        for subset in rule["spec"].get("subsets", ())
    }
    for service in services:
        if any(_is(each, host) for each in service["spec"].get("hosts", ())):
            for route in service["spec"].get("http", ()):
                return _shared(route.get("route", ()), subsets)
    return ()


def _shared(
    destinations: Iterable[Json], subsets: Mapping[str, Mapping[str, str]]
) -> tuple[Split, ...]:
    listed = list(destinations)
    weights = [each.get("weight", 100 if len(listed) == 1 else 0) for each in listed]
    total = sum(weights) or 1
    return tuple(
        Split(labels=_labels(each["destination"], subsets), share=weight / total)
        for each, weight in zip(listed, weights, strict=True)
    )


def _labels(
    destination: Json, subsets: Mapping[str, Mapping[str, str]]
) -> Mapping[str, str] | None:
    subset = destination.get("subset")
    return subsets.get(subset) if subset else {}


def _is(written: str, host: str) -> bool:
    """Hosts are short names or begin with one: `graphql-api.production.svc.cluster.local`."""
    return written == host or written.startswith(f"{host}.")
