"""A bot's desk for tests: a database, people, ladders, a clock, and `ask`."""

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from sqlalchemy import insert, select

from bot.domain.incidents.alert import Alert, Status
from bot.domain.incidents.incident import Incident
from bot.domain.incidents.timeline import Entry
from bot.domain.incidents.timeline import Kind as Told
from bot.domain.limits import Limit
from bot.domain.ops_data.catalogue import Catalogue
from bot.domain.ops_data.component import Component, Kind, Targets, neighbours
from bot.domain.ops_data.ladder import Ladder, Level
from bot.domain.ops_data.people import Person, Role
from bot.domain.ops_data.route import Route, Settings
from bot.domain.verbs.reply import Asked, Reply, Surface
from bot.flows.asking import Asking
from bot.flows.history import History
from bot.flows.intake.placing import receive_all
from bot.flows.verbs.question import House
from bot.store import entries, incidents, tables
from bot.store.codec import loads, micros
from bot.store.database import Database

START = datetime(2026, 3, 1, 3, 7, tzinfo=UTC)
CHANNEL = "COPS"
ADA, LINUS, MARGARET, STRANGER = "slack:U1", "slack:U3", "slack:U4", "slack:U99"
PEOPLE = {
    "ada": Person(name="ada", slack="U1", login="ada", roles=frozenset({Role.OPERATOR})),
    "linus": Person(name="linus", slack="U3", login="linus", roles=frozenset({Role.RESPONDER})),
    "margaret": Person(name="margaret", slack="U4", roles=frozenset({Role.ADMIN})),
    "radia": Person(name="radia", login="radia", roles=frozenset({Role.SECURITY})),
    "vic": Person(name="vic", slack="U6", roles=frozenset({Role.VIEWER})),
}
COMPONENTS = {
    "graphql-api": Component(
        name="graphql-api",
        kind=Kind.KUBERNETES,
        environments=("production",),
        depends_on=("redis",),
        targets=Targets(p95_ms=500),
        links={"Grafana": "https://grafana.example/d/api"},
    ),
    "redis": Component(name="redis", kind=Kind.REDIS, environments=("production",)),
}
LADDERS = {
    "default": Ladder(
        name="default",
        levels=(
            Level(number=2, people=("linus",), groups=("S012",)),
            Level(number=3, people=("ada", "radia")),
        ),
    ),
    "platform": Ladder(name="platform", levels=(Level(number=2, people=("margaret",)),)),
}
CATALOGUE = Catalogue(
    components=COMPONENTS,
    neighbours=neighbours({}),
    routes=Route(
        name="default",
        path="default",
        line=1,
        settings=Settings(runbook="UnknownAlert", ladder="default"),
    ),
    people=PEOPLE,
    groups={"S012": frozenset({Role.RESPONDER}), "S013": frozenset({Role.OPERATOR})},
    ladders=LADDERS,
    runbooks={},
    default_environment="production",
    digest="0",
    component_aliases={"gql": "graphql-api"},
)


@dataclass(kw_only=True)
class Desk:
    """`at` is the time; `wakes` counts how often something was said to have changed."""

    db: Database
    catalogue: Catalogue = CATALOGUE
    house: House = field(default_factory=lambda: House(environment="production", silences_on=True))
    at: datetime = START
    wakes: int = 0
    generous: bool = True
    knows_channel: bool = True  # from the start; a copied database knows it already
    asking: Asking = field(init=False)

    def __post_init__(self) -> None:
        plenty = Limit(most=100_000, within=timedelta(minutes=1))
        limits = (
            {"reads": History(plenty, "questions"), "changes": History(plenty, "changes")}
            if self.generous
            else {}
        )
        self.asking = Asking(
            db=self.db,
            catalogue=lambda: self.catalogue,
            now=lambda: self.at,
            changed=self._changed,
            house=self.house,
            **limits,
        )
        if self.knows_channel:
            self.learn_channel()

    def _changed(self) -> None:
        self.wakes += 1

    def learn_channel(self) -> None:
        row = {"name": "slack_channel", "value": CHANNEL, "fetched_at": micros(self.at)}
        with self.db.write() as tx:
            tx.execute(insert(tables.facts).values(row))

    def ask(
        self, text: str, by: str = ADA, *, place: str | None = CHANNEL, incident: str | None = None
    ) -> Reply:
        asked = Asked(text=text, actor=by, surface=Surface.SLACK, place=place, incident=incident)
        return self.asking.answer(asked)

    def api(self, text: str, role: str | None = "admin", *, incident: str | None = None) -> Reply:
        asked = Asked(text=text, actor="cli:ada", surface=Surface.API, role=role, incident=incident)
        return self.asking.answer(asked)

    def fire(self, name: str, group: str = "", **labels: str) -> str:
        """An alert fires; the incident it is in."""
        return self.tell(alert(name, group, **labels))

    def tell(self, told: Alert) -> str:
        with self.db.write() as tx:
            _, touched = receive_all(tx, [[told]], self.catalogue, self.at)
        return f"INC-{touched[0][0]}" if touched[0] else ""

    def incident(self, name: str) -> Incident:
        with self.db.read() as tx:
            found = incidents.find(tx, int(name.removeprefix("INC-")))
        assert found is not None
        return found

    def story(self, name: str) -> list[Entry]:
        with self.db.read() as tx:
            told = entries.of_incident(tx, int(name.removeprefix("INC-")))
        return [numbered.entry for numbered in told]

    def write(self, name: str, texts: Iterable[str], actor: str = ADA) -> None:
        """Many lines on a timeline at once."""
        number = int(name.removeprefix("INC-"))
        new = [
            Entry(incident=number, at=self.at, kind=Told.NOTE, actor=actor, text=text)
            for text in texts
        ]
        with self.db.write() as tx:
            entries.append(tx, new)

    def silences(self) -> list[Mapping[str, object]]:
        with self.db.read() as tx:
            rows = tx.execute(select(tables.silences).order_by(tables.silences.c.id)).mappings()
            return [{**row, "matchers": loads(row["matchers_json"])} for row in rows]

    def join_group(self, user: str, group: str, ago: timedelta = timedelta()) -> None:
        row = {"group_id": group, "user_id": user, "fetched_at": micros(self.at - ago)}
        with self.db.write() as tx:
            tx.execute(insert(tables.group_members).values(row))

    def bar(self, user: str, why: str) -> None:
        row = {"user_id": user, "team_id": "T2", "barred": why, "fetched_at": micros(self.at)}
        with self.db.write() as tx:
            tx.execute(insert(tables.slack_people).values(row))


def alert(name: str, group: str = "", *, resolved: datetime | None = None, **labels: str) -> Alert:
    said = {"alertname": name, **labels}
    return Alert(
        source="alertmanager",
        fingerprint=f"f-{name}-{'-'.join(labels.values())}",
        status=Status.RESOLVED if resolved else Status.FIRING,
        labels=said,
        annotations={},
        starts_at=START,
        ends_at=resolved,
        group_key=group or f"{name}/{labels.get('service', '')}",
    )


@contextmanager
def opened(url: str, **given: object) -> Iterator[Desk]:
    db = Database(url)
    try:
        yield Desk(db=db, **given)  # type: ignore[arg-type]  # a test names the fields it sets
    finally:
        db.close()
