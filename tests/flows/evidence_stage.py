"""The evidence loop between a desk and a Prometheus whose numbers are set."""

from dataclasses import dataclass, field, replace
from datetime import timedelta

from bot.adapters.prometheus import Prometheus
from bot.domain.fact import Fact
from bot.domain.ops_data.catalogue import Catalogue
from bot.domain.ops_data.component import Component, Kind, Metrics, Targets
from bot.domain.ops_data.evidence import Queries, Query
from bot.flows.evidence import EvidenceLoop
from bot.flows.leader import Leader
from bot.store import evidence
from tests.flows.cards.desk import CATALOGUE, Desk
from tests.prometheus_twin import Twin, vector

COMPONENTS = {
    name: Component(
        name=name,
        kind=Kind.KUBERNETES,
        environments=("production", "staging"),
        targets=Targets(error_rate_percent=0.1),
        metrics=Metrics(requests="requests"),
    )
    for name in ("graphql-api", "websocket-service")
}
QUERIES = Queries(
    queries=(
        Query(name="errors", title="Errors", unit="percent", target="error_rate_percent",
              text="100 * errors_of($requests{$which})"),
        Query(name="traffic", unit="req/s", text="rate($requests{$which} $ago)"),
    )
)  # fmt: skip
MEASURED = replace(CATALOGUE, components=COMPONENTS, queries=QUERIES)


@dataclass(kw_only=True)
class Here:
    desk: Desk
    twin: Twin
    catalogue: Catalogue = MEASURED
    on: bool = True
    changes: int = 0
    loop: EvidenceLoop = field(init=False)

    def __post_init__(self) -> None:
        self.loop = self.another()

    def another(self, owner: str = "one") -> EvidenceLoop:
        return EvidenceLoop(
            db=self.desk.db,
            metrics=Prometheus(self.twin.url) if self.on else None,
            catalogue=lambda: self.catalogue,
            now=lambda: self.desk.at,
            changed=self._changed,
            leader=Leader(self.desk.db, "evidence", lambda: self.desk.at, owner),
        )

    def _changed(self) -> None:
        self.changes += 1

    def answer(self, errors: float, traffic: float = 41, before: float = 40) -> None:
        self.twin.values = {
            "errors_of": vector(str(errors)),
            "offset 1h": vector(str(before)),
            "rate(": vector(str(traffic)),
        }

    def turn(self, after: timedelta = timedelta(seconds=1)) -> float:
        self.desk.at += after
        return self.loop.turn()

    def facts(self, name: str) -> tuple[Fact, ...]:
        with self.desk.db.read() as tx:
            return evidence.find(tx, int(name.removeprefix("INC-")))

    def version(self, name: str) -> int:
        return self.desk.incident(name).version
