import pytest

from tests.catalogue.desk import Desk


def test_good_data_has_no_problem(desk: Desk) -> None:
    assert desk.check() == []


def _routes(*lines: str) -> str:
    head = "route:\n  name: default\n  runbook: Unknown\n  ladder: default\n  routes:\n"
    return head + "".join(f"    {line}\n" for line in lines)


@pytest.mark.parametrize(
    ("routes", "said"),
    [
        (
            ("- {name: one, match: {alertname: A}}", "- {name: two, match: {alertname: A}}"),
            "7: default / two: is never reached: one (line 6) takes all of its alerts",
        ),
        (
            (
                "- {name: one, match_re: {alertname: Kube.*}}",
                "- {name: two, match: {alertname: KubeX}}",
            ),
            "7: default / two: is never reached: one (line 6) takes all of its alerts",
        ),
        (
            ("- {name: one, match: {alertname: A}}", "- {name: two, match: {alertname: [A, B]}}"),
            "7: default / two: never gets alertname A: one (line 6) takes it",
        ),
        (
            (
                "- {name: one, match: {alertname: A}}",
                "- {name: two, match: {alertname: A, job: x}}",
            ),
            "7: default / two: is never reached",
        ),
        (
            ("- {name: one, match: {alertname: A}, routes: [{name: in, match: {alertname: B}}]}",),
            "6: default / one / in: never gets alertname B: one (line 6) bars it",
        ),
        (
            ("- {name: one, match: {severity: Critical}}",),
            "6: default / one: never gets severity Critical: the bot understands it as critical",
        ),
        (
            ("- {name: one, match: {component: pg}}",),
            "6: default / one: never gets component pg: the bot understands it as database",
        ),
        (
            ("- {name: one, match: {environment: prod}}",),
            "6: default / one: never gets environment prod: the bot understands it as production",
        ),
        (
            ("- {name: one, match: {alertname: A}}", "- {name: one, match: {alertname: B}}"),
            "7: default / one: another route beside it has this name",
        ),
    ],
)
def test_a_route_that_no_alert_reaches_is_a_problem(
    desk: Desk, routes: tuple[str, ...], said: str
) -> None:
    desk.write("routes.yaml", _routes(*routes))
    (desk.runbooks / "ApiDown.md").unlink()

    (problem,) = desk.check()

    assert problem.startswith(f"routes.yaml:{said}")


def test_a_narrow_route_before_a_wide_one_is_fine(desk: Desk) -> None:
    (desk.runbooks / "ApiDown.md").unlink()
    desk.write(
        "routes.yaml",
        _routes(
            "- {name: one, match: {alertname: KubeX, severity: critical}}",
            "- {name: two, match: {alertname: KubeX}}",
            "- {name: three, match_re: {alertname: Kube.*}}",
        ),
    )

    assert desk.check() == []


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("## Check\n\nLook.\n", "", 'the section "## Check" is missing or empty'),
        ("## Check\n\nLook.\n", "## Check\n", 'the section "## Check" is missing or empty'),
        ("## What it means", "```\n## What it means\n```", 'the section "## What it means"'),
        ("1. Press **Acknowledge**.\n2. Wait.", "Think.", 'the section "## Do" has no numbered'),
    ],
)
def test_a_runbook_says_what_it_means_what_to_check_and_what_to_do(
    desk: Desk, old: str, new: str, said: str
) -> None:
    desk.edit("Unknown.md", old, new)

    (problem,) = desk.check()

    assert problem.startswith(f"Unknown.md:1: {said}")


def test_a_runbook_whose_alert_is_sent_elsewhere_is_a_problem(desk: Desk) -> None:
    desk.edit("ApiDown.md", "[ApiDown]", "[ApiDown, Other]")

    assert desk.check() == [
        "ApiDown.md:1: says it is for Other, which routes.yaml sends to Unknown"
    ]
