import pytest

from bot.catalogue.problem import Broken
from bot.domain.incidents.routing import route
from bot.domain.ops_data.people import Role
from tests.catalogue.desk import Desk


def test_what_the_files_say_is_what_the_catalogue_holds(desk: Desk) -> None:
    catalogue = desk.load()

    api = catalogue.components["api"]
    assert api.namespace == {"production": "live", "staging": "test"}
    assert (api.targets.availability_percent, api.targets.p95_ms) == (99.9, 500.0)
    assert catalogue.neighbours["database"] == {"api"}
    assert catalogue.people["ada"].roles == {Role.OPERATOR}
    assert catalogue.groups == {"S012": frozenset({Role.RESPONDER})}
    assert [level.number for level in catalogue.ladders["default"].levels] == [2, 4]
    assert catalogue.runbooks["ApiDown"].steps == ("Press **Acknowledge**.", "Wait.")
    assert catalogue.environment_named("PROD") == "production"


def test_a_child_keeps_what_it_does_not_say(desk: Desk) -> None:
    routed = route(desk.load(), {"alertname": "ApiDown", "env": "staging", "severity": "critical"})

    assert routed.path == "default / down / staging"
    assert (routed.runbook, routed.ladder) == ("ApiDown", "default")
    assert (routed.severity, routed.category) == ("sev4", "info")


@pytest.mark.parametrize(
    ("name", "old", "new", "said"),
    [
        (
            "people.yaml",
            "login: linus",
            "loginn: linus",
            "3: linus: unknown key loginn; did you mean login?",
        ),
        (
            "people.yaml",
            "[responder]}",
            "[reponder]}",
            "3: linus.roles: role reponder does not exist; did you mean responder?",
        ),
        ("people.yaml", "slack: U3", "slack: U1", "3: linus.slack U1 is already ada's"),
        ("people.yaml", "  linus:", "  ada:", "3: people: ada stands here twice, first on line 2"),
        (
            "people.yaml",
            "slack: U3",
            "slack: 3",
            "3: linus.slack must be text, not a number (3): put it in quotes",
        ),
        ("people.yaml", "groups:", "teams:", "4: people.yaml: unknown key teams"),
        (
            "ladders.yaml",
            "people: [linus]",
            "people: [linux]",
            "4: default: person linux does not exist; did you mean linus?",
        ),
        (
            "ladders.yaml",
            "S012",
            "S013",
            "4: default: group S013 does not exist; did you mean S012?",
        ),
        ("ladders.yaml", "level: 4", "level: 2", "5: default: level 2 must come before 2"),
        (
            "ladders.yaml",
            "level: 2",
            "level: 1",
            "4: default.level must be a whole number from 2 to 9",
        ),
        ("ladders.yaml", "people: [ada]", "people: []", "5: default: level 4 calls nobody"),
        (
            "components.yaml",
            "[database]",
            "[databse]",
            "9: api.depends_on: component databse does not exist; did you mean database?",
        ),
        ("components.yaml", "[database]", "[api]", "9: api depends on itself"),
        (
            "components.yaml",
            "kind: kubernetes",
            "kind: kubernets",
            "6: api.kind must be one of kubernetes, ",
        ),
        (
            "components.yaml",
            "https://grafana",
            "http://grafana",
            "12: api.links.Grafana must be a whole https:// address",
        ),
        ("components.yaml", "PAPI001", "api", "13: api.pagerduty must look like"),
        ("components.yaml", "99.9", "999", "11: api.targets.availability_percent cannot be 999"),
        (
            "components.yaml",
            "p95_ms: 500",
            "p95_ms: fast",
            "11: api.targets.p95_ms must be a number, not text (fast)",
        ),
        ("components.yaml", "[pg]", "[api]", "14: database.aliases: api means api already"),
        (
            "components.yaml",
            "staging: test",
            "preview: test",
            "8: api.namespace: preview is not in this component's environment",
        ),
        (
            "components.yaml",
            "environment: production",
            "environment: live",
            "14: database: environment live does not exist",
        ),
        (
            "routes.yaml",
            "runbook: ApiDown",
            "runbook: ApDown",
            "12: default / down: runbook ApDown does not exist; did you mean ApiDown?",
        ),
        (
            "routes.yaml",
            "  ladder: default",
            "  ladder: defalt",
            "4: default: ladder defalt does not exist; did you mean default?",
        ),
        (
            "routes.yaml",
            "incident: false",
            "incident: nope",
            "8: default / watchdog.incident must be true or false, not text (nope)",
        ),
        (
            "routes.yaml",
            "Slow.*",
            "Slow(",
            "19: default / database.match_re.alertname is no regular expression",
        ),
        (
            "routes.yaml",
            "severity: sev1",
            "severity: critical",
            "11: default / down.severity must be one of sev1, sev2, sev3, sev4, not critical",
        ),
        (
            "routes.yaml",
            "      match: {alertname: Watchdog}\n",
            "",
            "6: default / watchdog: match or match_re is missing",
        ),
        ("routes.yaml", "  runbook: Unknown\n", "", "2: the route: runbook is missing"),
        ("Unknown.md", "title: A page", "titel: A page", "2: the front matter: title is missing"),
        ("Unknown.md", "---\ntitle: A page\n---\n", "", "1: must begin with ---"),
        (
            "Unknown.md",
            "title: A page",
            "title: A page\ncomponents: [apy]",
            "3: component apy does not exist; did you mean api?",
        ),
    ],
)
def test_each_mistake_is_named_with_its_line(
    desk: Desk, name: str, old: str, new: str, said: str
) -> None:
    desk.edit(name, old, new)

    with pytest.raises(Broken) as broken:
        desk.load()

    assert any(
        str(problem).partition(name + ":")[2].startswith(said) for problem in broken.value.problems
    ), str(broken.value)


def test_all_mistakes_of_all_files_are_told_at_once(desk: Desk) -> None:
    desk.edit("people.yaml", "[operator]", "[operater]")
    desk.edit("ladders.yaml", "level: 4", "levels: 4")
    desk.edit("components.yaml", "kind: postgresql", "kind: oracle")
    desk.edit("routes.yaml", "incident: false", "incidents: false")
    desk.edit("Unknown.md", "1. Press", "Press")
    desk.edit("Unknown.md", "2. Wait", "Wait")

    assert [line.partition(":")[0] for line in desk.check()] == [
        "components.yaml",
        "ladders.yaml",
        "ladders.yaml",
        "people.yaml",
        "routes.yaml",
        "Unknown.md",
    ]


def test_a_file_that_cannot_be_read_is_one_problem_not_fifty(desk: Desk) -> None:
    desk.write("people.yaml", "people: [")

    assert len(desk.check()) == 1
    assert desk.check()[0].startswith("people.yaml:1:")


def test_a_missing_file_is_named(desk: Desk) -> None:
    (desk.routes / "ladders.yaml").unlink()

    assert desk.check() == ["ladders.yaml: cannot be read: No such file or directory"]


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"people: &a {x: *a}\n", "people.yaml:1: aliases (*name) are not allowed"),
        (b"people: " + b"[" * 5000, "people.yaml:1: more than 40 levels deep"),
        (b"people:\n  ada: {slack: \xff}\n", "people.yaml:2: is not UTF-8 here"),
        (b"people: {}\n#" + b"x" * 1024 * 1024, "people.yaml: is larger than 1024 KiB"),
        (b"people:\n  a\x00b: 1\n", "people.yaml:2: not YAML"),
        (b"", "people.yaml: is empty"),
        (b"people: {}\n---\npeople: {}\n", "people.yaml:2: but found another document"),
        (b"people: !!python/object:os.system {}\n", "people.yaml:1: people must be a mapping"),
        (b"- 1\n", "people.yaml:1: must be a mapping (key: value), not a list"),
    ],
)
def test_what_no_honest_file_holds_is_refused(desk: Desk, content: bytes, said: str) -> None:
    (desk.routes / "people.yaml").write_bytes(content)

    assert any(line.startswith(said) for line in desk.check()), desk.check()


def test_a_file_beside_ours_is_not_ours(desk: Desk) -> None:
    desk.write("dashboards.yaml", "{")
    desk.write("README.md", "# No runbook")

    assert desk.check() == []
