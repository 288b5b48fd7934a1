"""The App Home and the menu: what needs whoever looks comes first."""

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from slack_sdk.models.views import View

from bot.cards.home import HOME_SHOWS, MENU_SHOWS, Overview, barred, home, menu
from bot.domain.incident import Incident, State
from bot.domain.people import Person
from bot.domain.severity import Category, Severity
from sandbox.slack.blocks_check import MESSAGE_BLOCKS
from sandbox.slack.view_check import view_complaints

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
    view = home(overview(*storm))
    assert view_complaints(view) == []
    View(**view).validate_json()
    assert len(names(view["blocks"])) == HOME_SHOWS + 1
    short = menu(overview(*storm))
    assert list(MESSAGE_BLOCKS(short, "")) == []
    assert len(names(short)) == MENU_SHOWS + 1
    assert f"{len(storm) - MENU_SHOWS} more are open" in str(short)
    assert sum(map(len, words(short))) < 10_000
