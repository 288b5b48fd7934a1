"""An incident's page: its state at a glance, and nobody else's markup."""

import sqlite3
from dataclasses import replace
from datetime import timedelta
from html.parser import HTMLParser
from typing import NamedTuple

import pytest

from bot.domain.fact import Fact, Missing
from bot.domain.incidents.alert import Status
from bot.domain.releases.ledger import LedgerRelease
from bot.store import evidence, releases
from tests.handlers.web.rig import PROMETHEUS, Rig

EVIL = '"><script>alert(1)</script><img src=x onerror=alert(1)><a href="javascript:alert(1)">x</a>'


class Tag(NamedTuple):
    name: str
    attributes: dict[str, str | None]


class Seen(HTMLParser):
    """What a browser would make of a page: its elements and its text."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: list[Tag] = []
        self.text = ""
        self.feed(html)
        self.text = " ".join(self.text.split())

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(Tag(tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        self.text += data

    def every(self, name: str) -> list[Tag]:
        return [tag for tag in self.tags if tag.name == name]

    @property
    def links(self) -> list[str]:
        return [tag.attributes.get("href") or "" for tag in self.every("a")]


def seen(rig: Rig, path: str) -> Seen:
    answer = rig.client.get(path)
    assert answer.status_code == 200
    return Seen(answer.text)


def test_it_says_what_is_broken_since_when_who_has_it_and_what_to_do(open_rig: Rig) -> None:
    name = open_rig.fire(labels={"service": "graphql-api"})
    fresh = seen(open_rig, f"/incidents/{name}")
    for words in ("GraphqlDown: Nothing answers", "sev2", "Nobody has it yet.", "graphql-api"):
        assert words in fresh.text
    assert f"ack {name}" in fresh.text
    assert f"/runbooks/{open_rig.bot.incident(1).runbook}" in fresh.links
    open_rig.clock.forward(minutes=3)
    open_rig.command(f"ack {name}")
    taken = seen(open_rig, f"/incidents/{name}")
    assert "ada has it since" in taken.text
    assert "Nobody has it" not in taken.text
    assert f"ack {name}" not in taken.text
    assert "3 min ago" in taken.text


def test_it_says_what_changed_before(open_rig: Rig) -> None:
    name = open_rig.fire(labels={"service": "graphql-api"})
    at = open_rig.bot.incident(1).started_at - timedelta(minutes=4)
    row = LedgerRelease(
        environment="production", component="graphql-api", workload="graphql-api-green",
        version=EVIL, identity="h", occurrence="1", deployed_by=EVIL, deployed_at=at, live_at=at,
        change_url="https://github.com/candlefish-ai/graphql-api/commit/2",
    )  # fmt: skip
    with open_rig.bot.db.write() as tx:
        releases.keep(tx, [row, replace(row, occurrence="2", change_url="javascript:alert(1)")])

    page = seen(open_rig, f"/incidents/{name}")

    assert f"4 min before, by {EVIL}" in page.text
    assert page.links.count(row.change_url) == 1
    assert not any(link.startswith("javascript") for link in page.links)


def test_a_resolved_one_says_so_first(open_rig: Rig) -> None:
    name = open_rig.fire()
    open_rig.clock.forward(minutes=4)
    open_rig.fire(status=Status.RESOLVED)
    page = seen(open_rig, f"/incidents/{name}")
    assert "Resolved moments ago" in page.text
    assert f"incident reopen {name}" in page.text
    assert f"escalate {name}" not in page.text


def test_the_newest_line_of_the_timeline_stands_first(open_rig: Rig) -> None:
    name = open_rig.fire()
    open_rig.command(f'note {name} "first thing"')
    open_rig.command(f'note {name} "second thing"')
    text = seen(open_rig, f"/incidents/{name}").text
    timeline = text[text.index("Timeline") :]
    assert timeline.index("second thing") < timeline.index("first thing")
    whole = seen(open_rig, f"/incidents/{name}/timeline").text
    assert whole.index("first thing") < whole.index("second thing")


def test_people_are_called_by_name(open_rig: Rig) -> None:
    people = open_rig.bot.catalogue().people
    ada = next(person for person in people.values() if person.slack)
    name = open_rig.fire()
    open_rig.command(f'note {name} "ask @slack:{ada.slack} and @slack:U0STRANGER"')
    text = seen(open_rig, f"/incidents/{name}").text
    assert f"ask {ada.name} and U0STRANGER" in text


@pytest.mark.parametrize("below", ["", "/alerts", "/timeline"])
def test_words_of_others_are_words(open_rig: Rig, below: str) -> None:
    name = open_rig.fire(
        EVIL,
        labels={"pod": EVIL, EVIL: "x", "service": EVIL, "environment": EVIL},
        annotations={"summary": EVIL, "description": EVIL, "runbook_url": "javascript:alert(1)"},
        generator_url="javascript:alert(1)",
    )
    page = seen(open_rig, f"/incidents/{name}{below}")
    assert EVIL[:30] in page.text
    assert len(page.every("img")) == 1  # our own
    assert not [link for link in page.links if "javascript" in link]
    assert not [tag for tag in page.tags if any(name.startswith("on") for name in tag.attributes)]
    assert len(page.every("script")) == 1
    listed = seen(open_rig, "/incidents")
    assert len(listed.every("script")) == 1


def test_hidden_characters_are_taken_out(open_rig: Rig) -> None:
    name = open_rig.fire(annotations={"summary": "pay\u202egnp.exe\u200b now\x07"})
    assert "paygnp.exe now" in open_rig.client.get(f"/incidents/{name}").text


@pytest.mark.parametrize(
    ("url", "is_link"),
    [
        (f"{PROMETHEUS}/graph?g0.expr=up", True),
        ("http://127.0.0.1:9091/graph", False),
        ("https://evil.example.org/graph", False),
        ("javascript:alert(1)", False),
        ("http://user@127.0.0.1:9090/graph", False),
    ],
)
def test_only_our_own_tools_are_linked(open_rig: Rig, url: str, is_link: bool) -> None:  # noqa: FBT001 - a column of the table
    name = open_rig.fire(generator_url=url)
    page = seen(open_rig, f"/incidents/{name}")
    assert (url in page.links) is is_link
    assert is_link or url in page.text


def test_alerts_that_fire_stand_before_those_that_are_over(open_rig: Rig) -> None:
    name = open_rig.fire(labels={"shard": "first"})
    open_rig.fire(labels={"shard": "second"})
    open_rig.clock.forward(minutes=1)
    open_rig.fire(labels={"shard": "first"}, status=Status.RESOLVED)
    text = seen(open_rig, f"/incidents/{name}").text
    alerts = text[text.index("Alerts", text.index("What you can do")) :]
    assert alerts.index("shard=second") < alerts.index("shard=first")


def test_all_alerts_can_be_reached(open_rig: Rig) -> None:
    labels = [f"shard-{number:03}" for number in range(130)]
    for shard in labels:
        name = open_rig.fire(labels={"shard": shard})
    assert f"/incidents/{name}/alerts" in seen(open_rig, f"/incidents/{name}").links
    first = seen(open_rig, f"/incidents/{name}/alerts")
    (following,) = [link for link in first.links if "after=" in link]
    both = first.text + seen(open_rig, following).text
    assert [shard for shard in labels if both.count(f"shard={shard}") != 1] == []


def test_what_is_not_there_is_a_page_too(open_rig: Rig) -> None:
    for path in ("/incidents/INC-9", "/incidents/x", "/incidents/INC-9/alerts", "/runbooks/None"):
        answer = open_rig.client.get(path)
        assert answer.status_code == 404
        assert "All incidents" in answer.text
    assert open_rig.client.get("/incidents/INC-9/alerts?after=x").status_code == 404
    open_rig.fire()
    assert open_rig.client.get("/incidents/INC-1/alerts?after=x").status_code == 422


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ("[1, 2, 3]", "Flappingresolves at"),
        ("[1, 2]", "Quietresolves when its operations are over"),
    ],
)
def test_it_says_what_it_waits_for(open_rig: Rig, changes: str, words: str) -> None:
    name = open_rig.fire()
    database = open_rig.settings.database_url.removeprefix("sqlite:///")
    with sqlite3.connect(database) as rows:
        rows.execute("UPDATE incidents SET resolve_due_at = 1, changes_json = ?", (changes,))
    rows.close()
    assert words in seen(open_rig, f"/incidents/{name}").text


def test_without_its_database_it_says_so(open_rig: Rig) -> None:
    open_rig.fire()
    database = open_rig.settings.database_url.removeprefix("sqlite:///")
    with sqlite3.connect(database) as away:
        away.execute("ALTER TABLE incidents RENAME TO away")
    away.close()
    for path in ("/incidents", "/incidents/INC-1", "/incidents/INC-1/events"):
        answer = open_rig.client.get(path)
        assert answer.status_code == 503
        assert "database" in answer.text


@pytest.mark.parametrize(
    "path", ["/incidents", "/incidents/INC-1", "/incidents/INC-9", "/runbooks/GraphqlDown"]
)
def test_every_page_has_strict_headers_and_nothing_inline(open_rig: Rig, path: str) -> None:
    open_rig.fire()
    answer = open_rig.client.get(path)
    policy = answer.headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "frame-ancestors 'none'" in policy
    assert "unsafe" not in policy
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.headers["referrer-policy"] == "same-origin"
    page = Seen(answer.text)
    assert not page.every("style")
    assert not [tag for tag in page.tags if "style" in tag.attributes]
    for tag in page.every("script"):
        assert (tag.attributes["src"] or "").startswith("/static/")


def test_it_shows_the_numbers_against_their_targets(open_rig: Rig) -> None:
    name = open_rig.fire()
    told = {"at": open_rig.clock(), "unit": "ms", "target": 500.0}
    facts = [
        Fact(name="slow", title="p95", value=1200, **told),
        Fact(name="fast", title="p50", value=120, **told),
        Fact(name="late", title="p99", value=None, missing=Missing.TIMEOUT, **told),
        Fact(name="traffic", value=41, before=40, unit="req/s", at=open_rig.clock()),
    ]
    with open_rig.bot.db.write() as tx:
        evidence.keep(tx, 1, facts, None, moved=True)
    page = seen(open_rig, f"/incidents/{name}")

    assert "p951.2 s over the target of 500 ms" in page.text
    assert "p50120 ms target 500 ms" in page.text
    assert "p99n/a timeout" in page.text
    assert "Traffic41 req/s 1 h before 40 req/s" in page.text
    assert [tag for tag in page.every("strong") if tag.attributes == {"class": "over-target"}]
