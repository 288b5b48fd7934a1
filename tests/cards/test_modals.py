"""The forms, held to Slack's limits by Slack's own models and the recorded limits."""

import json
from datetime import UTC, datetime
from typing import Any

import pytest
from slack_sdk.models.views import View

from bot.cards import modals
from bot.cards.modals import About
from bot.domain.incidents.incident import Incident
from bot.domain.severity import Category, Severity
from sandbox.slack.view_check import view_complaints

AT = datetime(2026, 3, 1, 3, 7, tzinfo=UTC)


def incident(number: int = 1, title: str = "GraphqlDown") -> Incident:
    return Incident(
        id=number, severity=Severity.SEV2, category=Category.CRITICAL, title=title,
        component="graphql-api", environment="production", open_key=f"k{number}", opened_at=AT,
        started_at=AT, newest_started_at=AT,
    )  # fmt: skip


LONG = [
    incident(number, "<!channel> " + "long " * 100) for number in range(999_999_800, 999_999_999)
]
LONG_NAMES = [f"component-{number}" * 8 for number in range(300)]
HUGE = About(form="silence", incident="INC-999999998", place="C" + "1" * 31)
VIEWS = {
    "declare": modals.declare(About(form="declare", place="C1"), ["graphql-api", "redis"]),
    "declare without components": modals.declare(About(form="declare"), []),
    "declare with too many": modals.declare(About(form="declare"), LONG_NAMES),
    "note": modals.note(About(form="note", incident="INC-1"), [incident()]),
    "note on which": modals.note(About(form="note"), LONG),
    "severity": modals.severity(About(form="severity", incident="INC-1"), [incident()]),
    "silence": modals.silence(HUGE, LONG, [f"Alert{number}" * 12 for number in range(300)]),
    "silence by name": modals.silence(About(form="silence"), [], []),
    "silence of a long name": modals.silence(HUGE, LONG, ["x" * 200]),
    "resolve": modals.resolve(About(form="resolve", incident="INC-1"), [incident()]),
    "rollback": modals.rollback(
        About(form="rollback", incident="INC-1"), [incident()], ["docs-site", "graphql-api"]
    ),
    "rollback of a stranger": modals.rollback(HUGE, LONG, LONG_NAMES),
    "notice": modals.notice([{"type": "section", "text": {"type": "mrkdwn", "text": "no"}}]),
}  # fmt: skip


@pytest.mark.parametrize("name", VIEWS)
def test_slack_takes_it(name: str) -> None:
    view = VIEWS[name]
    assert view_complaints(view) == []
    View(**view).validate_json()
    assert len(view.get("private_metadata", "")) <= 3000


def blocks(view: dict[str, Any]) -> dict[str, dict[str, Any]]:
    return {block["block_id"]: block for block in view["blocks"] if block["type"] == "input"}


def test_what_a_form_is_about_comes_back_with_it() -> None:
    about = About(form="note", incident="INC-1", place="C1")
    told = json.loads(modals.note(about, [incident()])["private_metadata"])
    assert told == {"form": "note", "incident": "INC-1", "place": "C1"}
    assert json.loads(About(form="note").packed()) == {"form": "note"}


def test_the_incident_is_told_where_it_is_known_and_asked_where_not() -> None:
    known = modals.note(About(form="note", incident="INC-1"), [incident(title="<b>")])
    assert set(blocks(known)) == {"text"}
    assert known["blocks"][0]["text"]["text"] == "*INC-1* · &lt;b&gt;"
    asked = modals.note(About(form="note"), [incident(1), incident(2)])
    offered = blocks(asked)["incident"]["element"]
    assert [option["value"] for option in offered["options"]] == ["INC-1", "INC-2"]
    assert offered["initial_option"]["value"] == "INC-1"


def test_a_silence_offers_what_fires_and_two_hours() -> None:
    view = modals.silence(About(form="silence", incident="INC-1"), [incident()], ["A", "B"])
    fields = blocks(view)
    assert fields["alert"]["element"]["initial_option"]["value"] == "A"
    assert fields["duration"]["element"]["initial_option"]["value"] == "2h"
    assert fields["why"]["optional"]


def test_a_rollback_offers_the_incident_s_own_component_first_and_everything_last() -> None:
    form = blocks(VIEWS["rollback"])
    select = form["component"]["element"]
    assert [one["value"] for one in select["options"]] == ["graphql-api", "docs-site", "*"]
    assert select["initial_option"]["value"] == "graphql-api"
    assert [name for name, block in form.items() if block["optional"]] == [
        "to-version", "dry-run", "may-stall", "force",
    ]  # fmt: skip
    others = blocks(modals.rollback(About(form="rollback", incident="INC-1"), [incident()], ["a"]))
    assert "initial_option" not in others["component"]["element"]
