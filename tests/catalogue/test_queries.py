"""queries.yaml: read strictly, and no query gets in that could be too much for Prometheus."""

import pytest

from bot.catalogue.promql import faults
from bot.domain.ops_data.component import Kind
from tests.catalogue.desk import Desk
from tests.catalogue.test_ops_data import ROUTES, RUNBOOKS

GOOD = """\
environment_label: env
queries:
  errors:
    title: Errors
    unit: percent
    target: error_rate_percent
    kinds: [kubernetes]
    query: sum(rate($requests{$which,$code_label=~"5.."}[5m] $ago))
  used:
    unit: connections
    query: max(pg_stat_activity_count{$which})
"""


def test_what_the_file_says_is_what_the_catalogue_holds(desk: Desk) -> None:
    desk.write("queries.yaml", GOOD)

    assert desk.check() == []
    queries = desk.load().queries
    assert queries.environment_label == "env"
    errors, used = queries.queries
    assert (errors.name, errors.title, errors.unit) == ("errors", "Errors", "percent")
    assert (errors.target, errors.kinds) == ("error_rate_percent", {Kind.KUBERNETES})
    assert errors.holes == {"requests", "which", "code_label", "ago"}
    assert (used.title, used.target, used.kinds) == ("", "", frozenset())


def test_without_the_file_nothing_is_asked(desk: Desk) -> None:
    assert desk.load().queries.queries == ()


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("queries:", "question:", "2: queries.yaml: unknown key question"),
        ("target:", "goal:", "6: errors: unknown key goal"),
        ("error_rate_percent", "errors", "6: errors.target must be one of error_rate_percent"),
        ("[kubernetes]", "[kubernets]", "7: errors: kind kubernets does not exist; did you mean"),
        ("    unit: connections\n", "", "10: used: a number needs a title or a unit"),
        ("title: Errors", f"title: {'E' * 21}", "4: errors.title is longer than 20 characters"),
        ("label: env", "label: e-nv", "1: environment_label cannot be e-nv"),
        ("[5m]", "[2h]", "8: errors.query looks back 2h: an hour at most"),
        ("$requests", "$request", "8: errors.query has an unknown hole $request: there are"),
        (
            "    query: max(pg_stat_activity_count{$which})\n",
            "",
            "10: used: query is missing",
        ),
    ],
)
def test_a_mistake_is_told_with_its_line(desk: Desk, old: str, new: str, said: str) -> None:
    desk.write("queries.yaml", GOOD)
    desk.edit("queries.yaml", old, new)

    assert any(line.startswith(f"queries.yaml:{said}") for line in desk.check()), desk.check()


def test_there_is_an_end_to_how_many(desk: Desk) -> None:
    many = "".join(f"  q{n}: {{unit: x, query: 'up{{$which}}'}}\n" for n in range(13))
    desk.write("queries.yaml", f"queries:\n{many}")

    assert desk.check() == ["queries.yaml:2: queries: 13 are too many: 12 at most"]


@pytest.mark.parametrize(
    ("query", "why"),
    [
        ("sum(up)", "must pick each series"),
        ("sum($requests)", "must pick each series"),
        ("sum($requests{})", "must pick each series"),
        ('sum($requests{job="x"})', "must pick each series"),
        ('sum($requests{job="x",$which})', "must pick each series"),
        ('sum({__name__=~".+",$which})', "must pick each series"),
        ("sum($requests{$which}) + sum(up)", "has the word up"),
        ("sum($requests{$which}) + up{}", "must pick each series"),
        ('label_replace($requests{$which}, "a", "b", "c", "d")', "must pick each series"),
        ("absent($requests{$which})", "has the word absent"),
        ("rate($requests{$which}[30d])", "may hold ranges such as [5m]"),
        ("rate($requests{$which}[90m])", "looks back 90m"),
        ("max_over_time(rate($requests{$which}[5m])[30m:1s])", "may hold ranges such as [5m]"),
        ("max_over_time($requests{$which}[1h:1s])", "may hold ranges such as [5m]"),
        ("sum($requests{$which} offset 52w)", "has the word offset"),
        ("sum($requests{$which} @ 0)", "must pick each series"),
        ("sum($requests{$which}) $ago", "may hold $ago only right after"),
        ("sum($requests{$which}", "has a bracket that is not closed"),
        ("sum($requests{$which}) # all", "may hold ranges such as [5m]"),
        ("sum($requests{$which} $)", "has a $ that begins no name"),
        ("sum(${ago}{$which})", "must pick each series"),
        ("1 + " * 200 + "1", "is longer than 500 characters"),
        ("1 + 1", "must pick each series"),
    ],
)
def test_a_query_that_could_be_too_much_is_refused(query: str, why: str) -> None:
    assert any(why in fault for fault in faults(query)), list(faults(query))


def test_a_folder_of_that_name_is_a_problem_not_a_crash(desk: Desk) -> None:
    (desk.routes / "queries.yaml").mkdir()

    assert desk.check() == ["queries.yaml: cannot be read: Is a directory"]


def test_what_ships_asks_something_about_every_part_that_is_measured() -> None:
    shipped = Desk(routes=ROUTES, runbooks=RUNBOOKS).load()
    used = {hole for query in shipped.queries.queries for hole in query.holes}

    assert {"requests", "duration", "connections", "saves", "fcp"} <= used
