"""The operations on an incident's page: how each stands, what to do, nobody else's markup."""

from bot.domain.operations import operating
from bot.domain.operations.check import Check, Code, Result
from bot.domain.operations.operation import Request, State, StepState
from tests.domain.operations.made import plan, step, traced, unseen
from tests.handlers.operations import (
    PLAN,
    asked,
    ended,
    moved,
    planned,
    running,
    stepped,
    waiting,
)
from tests.handlers.web.rig import Rig
from tests.handlers.web.test_incident_page import EVIL, seen

CHECKS = (
    Check(code=Code.TARGET, result=Result.PASS, seen="v1.4.1 did well"),
    Check(code=Code.BLAST_RADIUS, result=Result.WARN, seen="2 depend on it"),
)
APPROVE = f"operation approve OP-1 --plan-hash {PLAN.digest}"


def test_a_plan_is_read_there_with_the_command_that_approves_it(open_rig: Rig) -> None:
    name = open_rig.fire()
    assert "Operations" not in seen(open_rig, f"/incidents/{name}").text
    planned(open_rig.bot, asked(open_rig.bot).id, checks=CHECKS)
    page = seen(open_rig, f"/incidents/{name}")
    for words in (
        "rollback of graphql-api v1.4.2 → v1.4.1",
        "awaiting approval",
        "A second operator lets it run",
        f"operation approve OP-1 --plan-hash {PLAN.digest[:12]}",
        "Asked for byada",
        "Checks: 1 of 2 passed",
        "WARN P10 reach: 2 depend on it",
        "PASS P1 target: v1.4.1 did well",
        "Freezes deploys waiting, at most 15 s",
        "At most 45 s in all.",
    ):
        assert words in page.text
    (shown,) = [tag for tag in page.every("details") if tag.attributes["id"] == "OP-1"]
    assert "open" in shown.attributes


def test_it_tells_where_its_releases_came_from_and_links_only_where_ops_people_do(
    open_rig: Rig,
) -> None:
    name = open_rig.fire()
    code = open_rig.bot.catalogue().components["graphql-api"].links["Code"]
    for leg, url in ((traced(), f"{code}/compare/1a...2b"), (unseen(), "https://evil.example/x")):
        made = plan(legs=(leg,), steps=PLAN.steps, links={"graphql-api": url})
        planned(open_rig.bot, asked(open_rig.bot).id, made=made)
    page = seen(open_rig, f"/incidents/{name}")
    assert page.text.count("v1.4.2 1a2b3c4d5e6f came") == 2
    assert page.text.count("v1.4.2 1a2b3c4d5e6f came between") == 1
    assert "by ci → v1.4.1 good came" in page.text
    assert "what changed: https://evil.example/x" in page.text
    links = [tag.attributes["href"] for tag in page.every("a")]
    assert f"{code}/compare/1a...2b" in links
    assert "https://evil.example/x" not in links


def test_a_run_shows_how_far_each_step_came(open_rig: Rig) -> None:
    name = open_rig.fire()
    waiting(open_rig.bot)
    assert open_rig.command(APPROVE, actor="cli:grace").status == 0
    running(open_rig.bot, 1)
    stepped(open_rig.bot, 1, "freeze")
    page = seen(open_rig, f"/incidents/{name}")
    for words in (
        "Approved bygrace",
        "Due",
        "✓ Freezes deploys done, 12 s",
        "To stop it",
        "▶ Switches the traffic to green running",
    ):
        assert words in page.text
    stepped(open_rig.bot, 1, "switch", StepState.STUCK)
    ended(open_rig.bot, 1, State.STUCK, "the switch cannot be read back by @slack:U1")
    stuck = seen(open_rig, f"/incidents/{name}")
    for words in ("! Switches the traffic to green stuck, 12 s switch was looked at",
                  "cannot be read back by ada", "operation close OP-1"):  # fmt: skip
        assert words in stuck.text


def test_ended_ones_are_folded_and_the_newest_is_not(open_rig: Rig) -> None:
    name = open_rig.fire()
    for number in range(1, 13):
        asked(open_rig.bot)
        moved(open_rig.bot, number, lambda found, now: operating.cancel(found, "cli:ada", now))
    page = seen(open_rig, f"/incidents/{name}")
    shown = [tag for tag in page.every("details") if (tag.attributes["id"] or "")[:3] == "OP-"]
    assert [tag.attributes["id"] for tag in shown] == [f"OP-{n}" for n in range(12, 2, -1)]
    assert ["open" in tag.attributes for tag in shown] == [True] + [False] * 9
    assert "operation list" in page.text


def test_nothing_that_the_world_says_is_markup(open_rig: Rig) -> None:
    name = open_rig.fire()
    before = seen(open_rig, f"/incidents/{name}").every("script")
    evil = plan(steps=(step("s", does=EVIL, touches=EVIL, check=EVIL, undo=EVIL),), notes=(EVIL,))
    checks = (Check(code=Code.ROOM, result=Result.WARN, seen=EVIL, component=EVIL),)
    asked(open_rig.bot, by=f"cli:{EVIL}", request=Request(force=EVIL, why=EVIL))
    planned(open_rig.bot, 1, made=evil, checks=checks)
    ended(open_rig.bot, 1, State.FAILED, EVIL)
    page = seen(open_rig, f"/incidents/{name}")
    assert page.every("script") == before
    sources = [tag.attributes.get("src") for tag in page.every("img")]
    assert "x" not in sources
    assert not any(link.startswith("javascript:") for link in page.links)


def test_the_page_is_told_when_an_operation_moves(open_rig: Rig) -> None:
    open_rig.fire()
    waiting(open_rig.bot)
    before = open_rig.bot.incident(1).version
    stepped(open_rig.bot, 1, "freeze")
    assert open_rig.bot.incident(1).version > before
