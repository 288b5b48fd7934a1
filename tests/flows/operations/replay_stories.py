"""Operations whose runs are recorded and replayed: what is planned, how it does, how it ends."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from bot.actions.registry import ACTIONS
from bot.domain.operations.operation import Operation, State
from bot.domain.operations.plan import Plan, Step
from bot.domain.operations.subject import Subject
from bot.domain.releases.deploy import Site, SiteDeploy
from bot.domain.verification.look import Look
from bot.flows.operations.looking import Looking
from bot.ports.action import Action, Call, Found, Standing, Words
from bot.ports.world import World
from tests.domain.operations.made import BAD, GOOD, plan, step
from tests.flows.operations.office import Drawn

_FEW, _MANY = 0.0, 0.5  # shares of requests that fail
_REQUESTS = 5000.0


def now() -> datetime:
    return datetime.now(UTC)


def _look(share: float) -> Look:
    return Look(
        at=now(), ready=True, seen="5 pods are ready", requests=_REQUESTS, errors=share, fast=1.0,
        old_share=0.0, tried=2, fine=2,
    )  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class Story:
    """`before` and `after` are the shares of requests that fail, before the switch and after."""

    plan: Plan
    ends: State
    before: float = _FEW
    after: float = _FEW


@dataclass
class Deed:
    """Any action, as far as a run knows it: what was done with a key stays done."""

    name: str
    args: type[Any]
    done: list[str]
    seconds: int = 60

    def words(self, args: Any) -> Words:
        return Words(does=self.name, touches="nothing", check="its key", undo="its undo")

    def probe(self, world: World, args: Any, key: str) -> Found:
        standing = Standing.DONE if key in self.done else Standing.NOT_DONE
        return Found(standing=standing, seen=f"{self.name}: {standing}")

    verify = probe

    def act(self, world: World, args: Any, key: str) -> None:
        self.done.append(key)

    def rehearse(self, world: World, args: Any) -> None:
        """Nothing here can refuse."""

    def undo(self, args: Any) -> Call | None:
        return None


def deeds(done: list[str]) -> Mapping[str, Action[Any]]:
    """One for each action that the bot has, so that plans and their ways back are real ones."""
    return {name: Deed(name, one.args, done) for name, one in ACTIONS.items()}


class Seen(Looking):
    """The release does as its story says, at once and at every look."""

    after = _FEW

    def look(self, subject: Subject) -> Look:
        return _look(self.after)


@dataclass(kw_only=True)
class Watched(Drawn):
    """Plans whose components are watched afterwards, by numbers of their own."""

    before: float = _FEW

    def subjects(self, operation: Operation, plan: Plan) -> Sequence[Mapping[str, Any]]:
        return [
            Subject(
                component=leg.component, environment=plan.environment, release=GOOD, old=BAD,
                before=_look(self.before),
            ).plain()
            for leg in plan.legs
        ]  # fmt: skip


class Hosts:
    """What served before stands ready to take the traffic back; nobody writes."""

    def check(self) -> str:
        return "nobody"

    def site(self, site: str) -> Site:
        raise LookupError(site)

    def deploys(self, site: str, *, limit: int = 30) -> Sequence[SiteDeploy]:
        raise LookupError(site)

    def deploy(self, deploy: str) -> SiteDeploy:
        return SiteDeploy(id=deploy, state="ready", created_at=now())

    def restore(self, site: str, deploy: str) -> None:
        raise LookupError(deploy)

    def lock(self, deploy: str) -> None:
        raise LookupError(deploy)

    def unlock(self, deploy: str) -> None:
        raise LookupError(deploy)


def _freeze(component: str) -> Step:
    args = {"namespace": "production", "deployments": [f"{component}-blue"], "operation": "OP-1"}
    return step(f"freeze {component}", action="freeze_deploys", component=component, args=args,
                stage=0, optional=True)  # fmt: skip


def _moves(component: str) -> tuple[Step, ...]:
    """Room on green, the traffic to it, and a look whether it came."""
    blue, green = f"{component}-blue", f"{component}-green"
    sides = {"before": "blue", "after": "green", "before_deployment": blue,
             "after_deployment": green}  # fmt: skip
    scale = {"namespace": "production", "deployment": green, "scaler": green,
             "live_deployment": blue, "live_scaler": blue, "service": component}  # fmt: skip
    switch = {"namespace": "production", "service": component, "key": "color", **sides}
    there = {"namespace": "production", "service": component, "labels": {"color": "green"}}
    return (
        step(f"scale {component}", action="scale_idle", component=component, args=scale),
        step(f"switch {component}", action="switch_service", component=component, args=switch,
             decisive=True),
        step(f"converge {component}", action="converge", component=component, args=there,
             optional=True),
    )  # fmt: skip


def _drain(component: str) -> Step:
    args = {"namespace": "production", "deployment": f"{component}-blue",
            "labels": {"color": "blue"}, "percent": 10, "every_seconds": 5.0}  # fmt: skip
    return step(f"drain {component}", action="drain", component=component, args=args,
                optional=True, beside=True)  # fmt: skip


_API, _SOCKETS = "graphql-api", "websocket-service"
STORIES: Mapping[str, Story] = {
    "forward": Story(
        plan=plan(_SOCKETS, steps=(_freeze(_SOCKETS), *_moves(_SOCKETS), _drain(_SOCKETS))),
        ends=State.SUCCEEDED,
    ),
    "back": Story(
        plan=plan(_SOCKETS, steps=(_freeze(_SOCKETS), *_moves(_SOCKETS), _drain(_SOCKETS))),
        ends=State.UNDONE,
        after=_MANY,
    ),
    "decision": Story(
        plan=plan(_API, _SOCKETS, steps=(*_moves(_API), *_moves(_SOCKETS))),
        ends=State.AWAITING_DECISION,
        before=_MANY,
        after=_MANY,
    ),
}
