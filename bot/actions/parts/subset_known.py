"""A look at the mesh's own list of subsets, before traffic is sent to one of them."""

from bot.actions.parts.looks import conflict, done, unknown
from bot.domain.cluster.route_split import pointed
from bot.domain.cluster.subsets import Subset, subset
from bot.domain.cluster.workload import Route
from bot.domain.errors import Refused
from bot.ports.action import Found
from bot.ports.cluster import Cluster


def subset_known(door: Cluster, route: Route, before: str, after: str) -> Found:
    """`CONFLICT` where it is missing, `UNKNOWN` where the rules cannot be seen from here."""
    place = route.namespace
    try:
        rules = door.destination_rules(place)
    except Refused as error:
        return unknown(f"whether the mesh has subset {after} cannot be seen: {error}")
    match subset(pointed(route.http, before, after), after, rules, place):
        case Subset.DEFINED:
            return done(f"a DestinationRule in {place} defines subset {after}")
        case Subset.MISSING:
            return conflict(
                f"no DestinationRule in {place} defines subset {after} for the host of "
                f"{route.name}: each request sent there would be a 503; add the subset first"
            )
        case Subset.UNTOLD:
            return unknown(
                f"no DestinationRule in {place} is for the host of {route.name}: see that one "
                f"elsewhere in the mesh defines subset {after}"
            )
