"""The App Home and the menu: what needs whoever looks comes first."""

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from slack_sdk.models.views import View

from bot.cards.home import HOME_SHOWS, MENU_SHOWS, OPERATIONS_SHOWN, Overview, barred, home, menu
from bot.domain.incidents.incident import Incident, State
from bot.domain.operations.operation import Operation
from bot.domain.operations.operation import State as Stage
from bot.domain.ops_data.people import Person
from bot.domain.severity import Category, Severity
from sandbox.slack.blocks_check import MESSAGE_BLOCKS
from sandbox.slack.view_check import view_complaints
from tests.domain.operations.made import operation, plan

AT = datetime(2026, 3, 1, 3, 7, tzinfo=UTC)
PEOPLE = {"ada": Person(name="ada", slack="U1", login="ada")}
URL = "https://bot.example.org"


def incident(number: int = 1, **fields: Any) -> Incident:
    one = Incident(
        id=number, severity=Severity.SEV2, category=Category.CRITICAL, title=f"Broken {number}",
        component="graphql-api", environment="production", open_key=f"k{number}", opened_at=AT,
        started_at=AT, newest_started_at=AT,
    )  # fmt: skip
    return replace(one, **fields)


def taken(number: int, by: str) -> Incident:
    return incident(number, state=State.ACKNOWLEDGED, acknowledged_at=AT, acknowledged_by=by)


def overview(*incidents: Incident, user: str = "slack:U1") -> Overview:
    return Overview(incidents=incidents, user=user, people=PEOPLE, base_url=URL)


def waits(number: int = 7, state: Stage = Stage.AWAITING_APPROVAL, **fields: Any) -> Operation:
    given = {"approvals_needed": 1, "expires_at": AT, "said": "so", **fields}
    return operation(state, id=number, **given)


def with_plans(*found: Operation, user: str = "slack:U2") -> Overview:
    return replace(overview(user=user), operations=found)


def words(blocks: list[dict[str, Any]]) -> list[str]:
    return [block["text"]["text"] for block in blocks if "text" in block]


def names(blocks: list[dict[str, Any]]) -> list[str]:
    rows = [block["block_id"] for block in blocks if block["type"] == "actions"]
    return [row.removeprefix("actions:").partition(":")[0] for row in rows]


def test_the_most_severe_comes_first() -> None:
    shown = menu(overview(incident(1), incident(2, severity=Severity.SEV1), incident(3)))
    assert names(shown) == ["INC-2", "INC-1", "INC-3", "verbs"]


def test_what_somebody_else_has_comes_last() -> None:
    shown = menu(overview(taken(1, "slack:U2"), incident(2), taken(3, "cli:ada")))
    assert names(shown) == ["INC-2", "INC-3", "INC-1", "verbs"]
    said = "\n".join(words(shown))
    assert said.index("Needs you") < said.index("nobody has it") < said.index("you have it")
    assert said.index("you have it") < said.index("In hand") < said.index("<@U2>")


def test_a_role_needs_its_holder() -> None:
    one = replace(taken(1, "slack:U2"), roles={"ic": "slack:U1", "comms": "slack:U2"})
    assert "you are ic" in str(menu(overview(one)))
    assert "you are" not in str(menu(overview(one, user="slack:U7")))


def test_a_quiet_night() -> None:
    assert words(home(overview())["blocks"]) == ["*No incident is open.*"]


def test_a_plan_that_waits_stands_before_the_incidents_with_its_buttons() -> None:
    view = replace(with_plans(waits()), incidents=[incident(1)])
    shown = menu(view)

    assert names(shown) == ["OP-7", "INC-1", "verbs"]
    said = words(shown)[1].splitlines()
    assert said[0] == (
        f"*<{URL}/incidents/INC-1#OP-7|OP-7>* rollback of graphql-api v1.4.2 → v1.4.1 in production"
    )
    assert "*Waits for a second operator to approve it* until" in said[1]
    (row,) = [block for block in shown if block.get("block_id") == "actions:OP-7:1"]
    assert [one["action_id"] for one in row["elements"]] == [
        "say:operation show OP-7",
        "approve",
        "cancel",
    ]
    assert row["elements"][1]["value"] == f"OP-7 INC-1 {plan().digest}"


def test_who_asked_for_a_second_person_waits_for_one() -> None:
    """ada asked in Slack, and looks as herself from the terminal's account too."""
    for user, title in (("slack:U2", "Needs you"), ("slack:U1", "In hand"), ("cli:ada", "In hand")):
        assert words(menu(with_plans(waits(), user=user)))[0] == title
    alone = waits(approvals_needed=0)
    assert words(menu(with_plans(alone, user="slack:U1")))[0] == "Needs you"


def test_what_is_stuck_comes_first_and_what_was_decided_is_gone() -> None:
    shown = menu(
        with_plans(
            waits(1),
            waits(2, Stage.AWAITING_DECISION),
            waits(3, Stage.STUCK),
            waits(4, Stage.STUCK, closed_at=AT),
            waits(5, Stage.RUNNING),
        )
    )

    assert names(shown) == ["OP-3", "OP-2", "OP-1", "verbs"]


def test_only_the_menu_declares_for_it_has_a_place() -> None:
    assert "form:declare" in str(menu(overview()))
    assert "form:declare" not in str(home(overview()))


def test_others_words_stay_words() -> None:
    assert "<!channel>" not in str(home(overview(incident(title="<!channel> `x`"))))
    assert "<!channel>" not in str(barred("<!channel>"))


def test_slack_takes_a_storm() -> None:
    storm = [
        incident(number, title="<&>" * 80, component="<" * 80, roles={"ic": "slack:U1"})
        for number in range(999_999_700, 999_999_999)
    ]
    wide = plan(*("<&>" * 30 for _ in range(40)))
    plans = [
        waits(number, state, plan=wide, said="<&>" * 900, environment="<" * 80)
        for number, state in enumerate([*Stage] * 9, start=999_999_000)
    ]
    view = home(replace(overview(*storm), operations=plans))
    assert view_complaints(view) == []
    View(**view).validate_json()
    assert len(names(view["blocks"])) == HOME_SHOWS + OPERATIONS_SHOWN + 1
    short = menu(replace(overview(*storm), operations=plans))
    assert list(MESSAGE_BLOCKS(short, "")) == []
    assert len(names(short)) == MENU_SHOWS + OPERATIONS_SHOWN + 1
    assert f"{len(storm) - MENU_SHOWS} more are open" in str(short)
    assert sum(map(len, words(short))) < 10_000
