"""Where data can be brought back: AWS itself, and each database or volume of the catalogue."""

from collections.abc import Iterator

from bot.domain.operations.restore_policy import decide
from bot.domain.ops_data.catalogue import Catalogue
from bot.domain.ops_data.component import stores
from bot.domain.ops_data.restore_point import IN_AWS, Provider, Store
from bot.flows.examining.finding import Finding, Result, bad, good, off, tried
from bot.ports.snapshots import Snapshots
from bot.ports.world import World

_NAME = "aws"
_ROUTES = "or correct its store in components.yaml."


def restore_points(world: World, catalogue: Catalogue) -> Iterator[Finding]:
    """AWS is missed only where data lies there and something can be rolled back."""
    wanted = stores(catalogue.components.values())
    in_aws = [one for one in wanted if one.provider in IN_AWS]
    account = next((world.snapshots[one] for one in IN_AWS if one in world.snapshots), None)
    if account is not None:
        answer = _aws(account)
        yield answer
        if answer.result is Result.BAD:
            wanted = tuple(one for one in wanted if one not in in_aws)
    elif in_aws and world.cluster is not None:
        yield off(_NAME, "Set AWS_REGION and give the bot a role to make restore points there.")
    for store in wanted:
        door = world.snapshots.get(store.provider)
        if door is not None:
            yield _store(door, store, world, catalogue)


def _aws(account: Snapshots) -> Finding:
    fix = "See to the network, AWS_ENDPOINT_URL, and the credentials; deploy/aws has the policy."
    untried = "whether it may make and delete snapshots is seen only by doing it"
    return tried(_NAME, lambda: good(_NAME, f"{account.check()}; {untried}"), fix)


def _store(door: Snapshots, store: Store, world: World, catalogue: Catalogue) -> Finding:
    name = f"restore point, {store.name}"

    def look() -> Finding:
        found = decide(door.state(store), world.now(), catalogue.policy)
        says = f"{found.why}: {found.way}"
        return good(name, says) if found.is_one else bad(name, says, _backups(store))

    grant = "deploy/aws has the policy" if store.provider in IN_AWS else "deploy/kubernetes has it"
    return tried(name, look, f"Grant what is missing ({grant}), {_ROUTES}")


def _backups(store: Store) -> str:
    if store.provider is Provider.VOLUME_SNAPSHOT:
        return f"See why the claim {store.name} has no volume, {_ROUTES}"
    return "Turn on its automated backups, or run it in two zones."
