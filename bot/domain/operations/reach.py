"""Who else feels it when a component changes: what needs it, and who is connected to it."""

from bot.domain.ops_data.catalogue import Catalogue
from bot.domain.ops_data.component import Component
from bot.domain.ops_data.evidence import Queries, Query, asks


def dependants(name: str, catalogue: Catalogue, environment: str) -> tuple[str, ...]:
    """All that need it, directly or by another, in the catalogue's order."""
    found = {name}
    grown = True
    while grown:
        grown = False
        for one in catalogue.components.values():
            if one.name not in found and found & set(one.depends_on):
                found.add(one.name)
                grown = True
    return tuple(
        one.name
        for one in catalogue.components.values()
        if one.name in found - {name} and environment in one.environments
    )


def connections(component: Component, catalogue: Catalogue, environment: str, color: str) -> str:
    """The query that counts open connections to one colour; empty where none are kept."""
    only = f',{component.color_label}="{color}"' if component.color_label and color else ""
    text = f"sum($connections{{$which{only}}})"
    return _filled(text, component, catalogue, environment)


def schema(component: Component, catalogue: Catalogue, environment: str) -> str:
    """The query for the version of the schema that it works on; empty where none is declared."""
    rollout = component.rollout
    if rollout is None:
        return ""
    if rollout.schema_query:
        return _filled(rollout.schema_query, component, catalogue, environment)
    owner = catalogue.components.get(rollout.data)
    if owner is None or owner.rollout is None or not owner.rollout.schema_query:
        return ""
    return _filled(owner.rollout.schema_query, owner, catalogue, environment)


def _filled(text: str, component: Component, catalogue: Catalogue, environment: str) -> str:
    queries = Queries(
        queries=(Query(name="asked", text=text),),
        environment_label=catalogue.queries.environment_label,
    )
    found = asks(queries, component, environment)
    return found[0].now if found else ""
