"""A small set of ops data on disk, good until a test breaks it."""

from dataclasses import dataclass
from pathlib import Path

from bot.catalogue.check import problems
from bot.catalogue.load import load
from bot.catalogue.problem import Problem
from bot.domain.ops_data.catalogue import Catalogue

PEOPLE = """\
people:
  ada: {slack: U1, login: ada, email: ada@candlefish.example, pagerduty: PADA001, roles: [operator]}
  linus: {slack: U3, login: linus, roles: [responder]}
groups:
  S012: [responder]
"""
LADDERS = """\
ladders:
  default:
    levels:
      - {level: 2, people: [linus], groups: [S012]}
      - {level: 4, people: [ada]}
"""
COMPONENTS = """\
environments:
  production: [prod]
  staging: []
components:
  api:
    kind: kubernetes
    environment: [production, staging]
    namespace: {production: live, staging: test}
    depends_on: [database]
    aliases: [api-blue]
    targets: {availability_percent: 99.9, p95_ms: 500}
    links: {Grafana: "https://grafana.example/d/api"}
    pagerduty: PAPI001
  database: {kind: postgresql, environment: production, aliases: [pg]}
"""
ROUTES = """\
route:
  name: default
  runbook: Unknown
  ladder: default
  routes:
    - name: watchdog
      match: {alertname: Watchdog}
      incident: false
    - name: down
      match: {alertname: [ApiDown, ApiGone]}
      severity: sev1
      runbook: ApiDown
      routes:
        - name: staging
          match: {environment: staging}
          category: info
    - name: database
      match: {component: database}
      match_re: {alertname: "Slow.*"}
      ignored_labels: [datname]
"""
RUNBOOK = """\
---
title: A page
---
First words.

## What it means

Something.

## Check

Look.

## Do

1. Press **Acknowledge**.
2. Wait.
"""


@dataclass(frozen=True, kw_only=True)
class Desk:
    """Where the files lie."""

    routes: Path
    runbooks: Path

    def write(self, name: str, text: str) -> None:
        folder = self.runbooks if name.endswith(".md") else self.routes
        (folder / name).write_text(text, encoding="utf-8")

    def edit(self, name: str, old: str, new: str) -> None:
        folder = self.runbooks if name.endswith(".md") else self.routes
        text = (folder / name).read_text(encoding="utf-8")
        assert old in text
        self.write(name, text.replace(old, new))

    def load(self) -> Catalogue:
        return load(self.routes, self.runbooks, default_environment="production")

    def check(self) -> list[str]:
        """Problems as `file:line: message`, without the folder."""
        found = problems(self.routes, self.runbooks, "production")
        return [_short(problem) for problem in found]


def _short(problem: Problem) -> str:
    return str(problem).removeprefix(str(Path(problem.file).parent) + "/")


def desk(folder: Path) -> Desk:
    made = Desk(routes=folder / "alert_routes", runbooks=folder / "runbooks")
    made.routes.mkdir()
    made.runbooks.mkdir()
    for name, text in {
        "people.yaml": PEOPLE,
        "ladders.yaml": LADDERS,
        "components.yaml": COMPONENTS,
        "routes.yaml": ROUTES,
        "Unknown.md": RUNBOOK,
        "ApiDown.md": RUNBOOK.replace("title: A page", "title: Down\nalerts: [ApiDown]"),
    }.items():
        made.write(name, text)
    return made
