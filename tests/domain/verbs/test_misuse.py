"""Words that no verb takes: what is wrong with them, and what was meant."""

import re

import pytest
from hypothesis import given

from bot.domain.errors import Misuse
from bot.domain.verbs.parsing import VERBS, parse
from bot.domain.verbs.verb import TEXT_LENGTH
from tests.domain.verbs.said import SAID


@pytest.mark.parametrize(
    ("text", "fact", "better"),
    [
        ("operation aprove OP-1", "no verb “operation aprove”", "operation approve OP-1"),
        ("operation foo", "no verb “operation foo”", None),
        ("restart", "needs a component", "restart graphql-api"),
        ("scale graphql-api", "needs how many replicas", "scale 6 graphql-api"),
        ("scale 4", "needs a component", "scale 4 graphql-api"),
        ("scale", "needs how many replicas", "scale 6 graphql-api"),
        ("rollback --dryrun",
         "only `--component`, `--to-version`, `--dry-run`, `--may-stall`, `--force` and",
         "rollback --dry-run"),
        ("rollback production --force", "and none was given",
         'rollback production --force "checkout is down, nobody else answers"'),
        ("rollback --to-version", "takes a version (V)", "rollback --to-version v1.4.1"),
        ("incident akc INC-1", "There is no verb “incident akc”.", "incident ack INC-1"),
        ("acc INC-1", "There is no verb “acc INC-1”.", "incident ack INC-1"),
        ("merge INC-1 into INC-2", "no verb “merge INC-1”", "incident merge INC-1 INC-2"),
        ("silense DiskFull", "no verb “silense DiskFull”", "silence DiskFull 2h"),
        ("silence DiskFull", "needs a duration such as 30m", "silence DiskFull 2h"),
        ("silence DiskFull tomorrow", "needs a duration", 'silence DiskFull 2h "tomorrow"'),
        ("silence", "needs an alert's name", "silence HighErrorRate 2h"),
        ("resolve 42", "could be a text or something else", "incident resolve INC-42"),
        ("note 42", "could be a text", 'incident note INC-42 "what you found"'),
        ("escalate 3", "could be a text", "escalate --level 3"),
        ("escalate --level INC-3", "takes a level (2..4), not “INC-3”", "escalate --level 3"),
        ("escalate --lvl 3 INC-1", "has no “--lvl”, only `--level`", "escalate --level 3 INC-1"),
        ("escalate --level", "and none was given", "escalate --level 3"),
        ("ack --force INC-1", "`incident ack` has no “--force”.", "incident ack INC-1"),
        ("ack INC-1 on it", "does not take “on it”", "incident ack INC-1"),
        ("ack INC-1 INC-2", "does not take “INC-2”", "incident ack INC-1"),
        ("timeline --export pdf", "markdown|json", "timeline --export markdown"),
        ("timeline --export jsn", "markdown|json", "timeline --export json"),
        ("incident severity sve1 INC-1", "needs a severity", "incident severity sev1 INC-1"),
        ("incident severity", "sev1..sev4", "incident severity sev2"),
        ("incident role icc @ada", "needs a role", "incident role ic @ada"),
        ("incident role ic", "needs a person", "incident role ic @me"),
        ("incident declare", "needs a title", 'incident declare "what is broken"'),
        ("incident declare --severity", "none was given", None),
        ("incident note INC-1", "needs a text", 'incident note INC-1 "what you found"'),
        ("incident merge", "needs an incident", "incident merge INC-2 INC-1"),
        ("incident foo", "no verb “incident foo”", None),
    ],
)  # fmt: skip
def test_wrong_words_are_put_right(text: str, fact: str, better: str | None) -> None:
    with pytest.raises(Misuse) as caught:
        parse(text)

    assert fact in caught.value.fact
    if better:
        assert caught.value.next_move == f"Did you mean `{better}`?"


@pytest.mark.parametrize("text", ["kpi 30d", "xyzzy", "'", "--", "🔥 🔥"])
def test_strange_words_are_sent_to_the_help(text: str) -> None:
    with pytest.raises(Misuse, match="There is no verb") as caught:
        parse(text)

    assert caught.value.next_move == "`help` shows every verb."


def test_too_long_a_text_is_refused_with_its_length() -> None:
    with pytest.raises(Misuse, match=r"at most 3,000 characters; this one has 3,001") as caught:
        parse(f"note {'x' * (TEXT_LENGTH + 1)}")

    assert parse(suggested(caught.value)).verb.name == "incident note"
    with pytest.raises(Misuse, match="8,000 are the most"):
        parse("note " + "x" * 10_000)


def suggested(misuse: Misuse) -> str:
    found = re.fullmatch(r"Did you mean `([^`]*)`\?", misuse.next_move, re.DOTALL)
    return found.group(1) if found else "help"


@given(SAID)
def test_a_suggestion_is_always_understood(text: str) -> None:
    better = text
    try:
        parse(text)
    except Misuse as misuse:
        better = suggested(misuse)

    assert parse(better).verb in VERBS
