"""What a rollout says, held against its own component and against everybody else's."""

from collections.abc import Iterator, Mapping

from bot.domain.ops_data.component import Component, Kind


def disagreements(components: Mapping[str, Component]) -> Iterator[tuple[str, str]]:
    """The component and what is wrong with its rollout, in words that follow that name."""
    for name, component in components.items():
        rollout = component.rollout
        if rollout is None:
            continue
        if rollout.deployments:
            yield from _homeless(name, component, component.namespace, "a namespace")
            yield from _shared(name, component)
        if component.kind is Kind.NETLIFY:
            yield from _homeless(name, component, component.sites, "a site")
        held = components.get(rollout.data)
        if rollout.data and (held is None or held.rollout is None or not held.rollout.stores):
            yield name, f".data: {rollout.data} is no component with stores"
    yield from _claimed_twice(components)


def _homeless(
    name: str, component: Component, places: Mapping[str, str], what: str
) -> Iterator[tuple[str, str]]:
    lacking = [one for one in component.environments if one not in places]
    if lacking:
        yield name, f" needs {what} in {', '.join(lacking)}"


def _shared(name: str, component: Component) -> Iterator[tuple[str, str]]:
    """Where two environments run the same Deployments, changing the one changes the other."""
    owners: dict[str, str] = {}
    for environment in component.environments:
        namespace = component.namespace.get(environment)
        if namespace is None:
            continue
        owner = owners.setdefault(namespace, environment)
        if owner != environment:
            yield (
                name,
                (
                    f".deployments in {namespace} would be both {owner}'s and {environment}'s: "
                    "give each environment a namespace of its own"
                ),
            )


def _claimed_twice(components: Mapping[str, Component]) -> Iterator[tuple[str, str]]:
    owners: dict[tuple[str, str], str] = {}
    for name, component in components.items():
        claimed = component.rollout.deployments.values() if component.rollout else ()
        for deployment in claimed:
            for namespace in sorted(set(component.namespace.values())):
                owner = owners.setdefault((namespace, deployment), name)
                if owner != name:
                    yield name, f".deployments: {deployment} in {namespace} is {owner}'s already"
