"""A real `candlefish serve` beside the twins of a whole platform, to operate on."""

import re
from collections.abc import Collection, Iterator, Mapping
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx

from bot.domain.incidents.timeline import Entry
from bot.domain.names import number_of_operation
from bot.domain.operations.operation import Operation, Progress, State
from bot.domain.operations.wire import operation_json
from bot.domain.ops_data.people import Role
from bot.store import entries, operations, steps
from bot.store.database import Database
from sandbox.servers.candlefish import Candlefish
from sandbox.slack.server import SlackTwin
from tests.crash.patience import until
from tests.operations.ops_data import NOTHING, change_rollout, fast_routes
from tests.operations.past import Past, past
from tests.operations.twins import SITES, Platform, platform
from tests.serving import token, unstarted

BAD = "v1.4.3-bad"
PEOPLE = {
    "ada": Role.OPERATOR,
    "grace": Role.OPERATOR,
    "linus": Role.RESPONDER,
    "margaret": Role.ADMIN,
}
READY_SECONDS = 60.0
RESTING = frozenset(State) - {State.PLANNING, State.APPROVED, State.RUNNING, State.UNDOING}
"""States in which nothing happens until a person says something."""


@dataclass(frozen=True, kw_only=True)
class Rig:
    """`bots` share a folder and a database; those of PostgreSQL may be several."""

    folder: Path
    platform: Platform
    db: Database
    past: Past
    bots: list[Candlefish]
    _tokens: dict[str, str] = field(default_factory=dict)

    @property
    def bot(self) -> Candlefish:
        return self.bots[0]

    def serve(self) -> None:
        """Starts every bot at once; returns when all are ready."""
        children = [bot.begin() for bot in self.bots]
        for bot, child in zip(self.bots, children, strict=True):
            child.wait_ready(bot.ready, within=READY_SECONDS)

    def went_bad(self, component: str, tag: str = BAD, *, in_place: bool = False) -> None:
        """What served well for two hours was replaced by a bad release ten minutes ago.

        By switching to the other colour, or `in_place` by another template.
        """
        self.past.proves(component)
        if component in SITES:
            self.platform.ship_site(component, tag)
        elif in_place:
            self.platform.ship_in_place(component, tag)
        elif self.platform.is_routed(component):
            self.platform.ship_over_route(component, tag)
        else:
            self.platform.ship(component, tag)
        self.past.notices(component)

    def rollout(self, component: str, **fields: Any) -> None:
        """What the ops data say otherwise of it, before a bot is started."""
        change_rollout(self.folder / "alert_routes", component, **fields)

    def command(self, text: str, *, who: str = "ada", incident: str | None = None) -> Any:
        """The bot's answer: `status`, `text`, `data`."""
        answer = httpx.post(
            f"{self.bot.url}/api/v1/commands",
            json={"text": text, "incident": incident},
            headers=self.headers(who),
            timeout=30,
            verify=False,
        )
        return answer.raise_for_status().json()

    def ask(self, text: str, *, who: str = "ada", within: float = 30.0) -> Mapping[str, Any]:
        """An operation that was asked for, once its plan is there or there is none."""
        reply = self.command(text, who=who)
        named = re.search(r"OP-\d+", reply["text"])
        assert named, reply
        return self.wait(named[0], frozenset(State) - {State.PLANNING}, within=within)

    def approve(self, name: str, *, who: str = "grace") -> Any:
        """By the hash of the plan as it stands."""
        shown = self.operation(name)["plan_hash"] or ""
        return self.command(f"operation approve {name} --plan-hash {shown[:12]}", who=who)

    def is_at_rest(self, name: str) -> bool:
        return self.found(name).state in RESTING

    def rest(self, name: str, *, within: float = 60.0) -> Mapping[str, Any]:
        return self.wait(name, RESTING, within=within)

    def wait(
        self, name: str, states: Collection[str], *, within: float = 60.0
    ) -> Mapping[str, Any]:
        """The operation, once it is in one of these states; read from the rows."""
        until(
            lambda: self.found(name).state in states,
            f"{name} is one of {', '.join(sorted(states))}",
            seconds=within,
        )
        return self.operation(name)

    def operation(self, name: str) -> Mapping[str, Any]:
        """As the API tells it, also while no bot runs."""
        return operation_json(self.found(name), self.steps(name))

    def found(self, name: str) -> Operation:
        with self.db.read() as tx:
            found = operations.find(tx, number_of_operation(name) or 0)
        assert found is not None, f"there is no {name}"
        return found

    def steps(self, name: str) -> list[Progress]:
        with self.db.read() as tx:
            return steps.of_operation(tx, number_of_operation(name) or 0)

    def timeline(self, name: str) -> list[Entry]:
        """All that its incident tells, the oldest first."""
        with self.db.read() as tx:
            found = entries.of_incident(tx, self.found(name).incident, limit=1000)
        return [one.entry for one in found]

    def headers(self, who: str) -> dict[str, str]:
        if who not in self._tokens:
            self._tokens[who] = token(self.bot.folder, who, role=PEOPLE[who])
        return {"Authorization": f"Bearer {self._tokens[who]}"}


@contextmanager
def rigged(
    folder: Path,
    url: str,
    *,
    replicas: int = 1,
    measured: bool = False,
    slack: SlackTwin | None = None,
    times: Mapping[str, Any] = NOTHING,
    verification: Mapping[str, Any] = NOTHING,
    routed: Collection[str] = (),
    **more: str,
) -> Iterator[Rig]:
    """The platform is up and no bot has been started yet: `rig.serve()` starts them.

    `measured`: real Prometheus sees traffic; without, probes tell how a release does. `times` and
    `verification` override those of operations.yaml. What is `routed` is behind a VirtualService.
    """
    with ExitStack() as stack:
        found = stack.enter_context(platform(folder, measured=measured))
        for name in routed:
            found.put_behind_route(name)
        routes = fast_routes(
            folder / "alert_routes", found.probes, measured=measured, times=times,
            verification=verification, routed=routed,
        )  # fmt: skip
        environ = {**found.environment(folder), "CANDLEFISH_ROUTES_DIR": str(routes), **more}
        db = stack.enter_context(closing(Database(url)))
        before = stack.enter_context(past(db, found, folder / "kubeconfig", routes))
        bots = [
            stack.enter_context(unstarted(folder, url, slack=slack, **environ))
            for _ in range(replicas)
        ]
        yield Rig(folder=folder, platform=found, db=db, past=before, bots=bots)
