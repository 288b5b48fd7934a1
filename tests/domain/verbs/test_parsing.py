"""The verb table and its parser: what people say, and what they meant when they said it wrong."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.errors import Misuse
from bot.domain.verbs.parsing import VERBS, Command, Verb, parse, verb_alone
from bot.domain.verbs.saying import typed, written
from bot.domain.verbs.verb import TEXT_LENGTH
from bot.domain.verbs.words import tidy

NAMES = {
    "menu", "help", "status", "escalate", "timeline", "silence", "oncall", "deploys",
    "incident declare", "incident list", "incident show", "incident ack", "incident resolve",
    "incident reopen", "incident mitigate", "incident merge", "incident split",
    "incident note", "incident severity", "incident role",
    "rollback", "restart", "scale", "freeze", "unfreeze",
    "operation list", "operation show", "operation approve", "operation cancel",
    "operation revert", "operation close",
}  # fmt: skip


def meaning(command: Command) -> tuple[str, dict[str, str], tuple[str, ...], tuple[int, ...]]:
    return command.verb.name, dict(command.values), command.many, command.incidents


def test_the_table_has_these_verbs_and_no_other() -> None:
    assert {verb.name for verb in VERBS} == NAMES
    phrases = [phrase for verb in VERBS for phrase in verb.phrases]
    assert len(phrases) == len(set(phrases))


@pytest.mark.parametrize("verb", VERBS, ids=lambda verb: verb.name)
def test_every_example_is_understood(verb: Verb) -> None:
    assert parse(verb.example).verb is verb


@pytest.mark.parametrize("verb", VERBS, ids=lambda verb: verb.name)
def test_whatever_changes_needs_a_responder(verb: Verb) -> None:
    assert verb.changes == (verb.role in {"responder", "operator"})


@pytest.mark.parametrize(
    ("text", "verb", "values", "incidents"),
    [
        ("", "menu", {}, ()),
        ("/candlefish", "menu", {}, ()),
        ("HELP", "help", {}, ()),
        ("help incident ack", "help", {"verb": "incident ack"}, ()),
        ("ack --help", "help", {"verb": "incident ack"}, ()),
        ("status", "status", {}, ()),
        ("status graphql-api", "status", {"component": "graphql-api"}, ()),
        ("incident", "incident show", {}, ()),
        ("incident INC-42", "incident show", {}, (42,)),
        ("incident 42", "incident show", {}, (42,)),
        ("inc-42", "incident show", {}, (42,)),
        ("incident show inc42", "incident show", {}, (42,)),
        ("incidents", "incident list", {}, ()),
        ("list incidents", "incident list", {}, ()),
        ("Incident Ack inc-1", "incident ack", {}, (1,)),
        ("incident INC-1", "incident show", {}, (1,)),
        ("INC-1 ack", "incident ack", {}, (1,)),
        ("incident INC-1 ack", "incident ack", {}, (1,)),
        ("INC-1 resolve all good", "incident resolve", {"note": "all good"}, (1,)),
        ("INC-1 incident merge INC-2", "incident merge", {}, (1, 2)),
        ("ack", "incident ack", {}, ()),
        ("ack 7", "incident ack", {}, (7,)),
        ("acknowledge INC-7", "incident ack", {}, (7,)),
        ("close INC-7", "incident resolve", {}, (7,)),
        ('resolve "all good" INC-7', "incident resolve", {"note": "all good"}, (7,)),
        ("resolve INC-7 all good", "incident resolve", {"note": "all good"}, (7,)),
        ("note INC-1: restarted it", "incident note", {"text": "restarted it"}, (1,)),
        ("note see INC-2 too", "incident note", {"text": "see INC-2 too"}, ()),
        ("note INC-1 is like INC-2", "incident note", {"text": "is like INC-2"}, (1,)),
        ("note 42 errors", "incident note", {"text": "42 errors"}, ()),
        (
            "note \u201cit\u2019s down\u201d INC-3",
            "incident note",
            {"text": "it\u2019s down"},
            (3,),
        ),
        ('note "INC-3"', "incident note", {"text": "INC-3"}, ()),
        ("incident severity sev2 INC-1", "incident severity", {"severity": "sev2"}, (1,)),
        ("incident severity INC-1 SEV2", "incident severity", {"severity": "sev2"}, (1,)),
        ("incident severity critical", "incident severity", {"severity": "sev2"}, ()),
        (
            "incident severity sev2 INC-1 checkout too",
            "incident severity",
            {"severity": "sev2", "why": "checkout too"},
            (1,),
        ),
        (
            "incident role <@U1|ada> IC INC-1",
            "incident role",
            {"role": "ic", "person": "@slack:U1"},
            (1,),
        ),
        ("incident role commander me", "incident role", {"role": "ic", "person": "me"}, ()),
        ("incident merge INC-41", "incident merge", {}, (41,)),
        ("incident merge INC-41 INC-42", "incident merge", {}, (41, 42)),
        (
            'incident declare "Checkout is down" --severity=sev1 --component graphql-api',
            "incident declare",
            {"title": "Checkout is down", "severity": "sev1", "component": "graphql-api"},
            (),
        ),
        (
            "incident declare \u2014severity SEV1 Checkout is down",
            "incident declare",
            {"title": "Checkout is down", "severity": "sev1"},
            (),
        ),
        ("escalate", "escalate", {}, ()),
        (
            'escalate INC-42 --level 3 "need a DBA"',
            "escalate",
            {"level": "3", "why": "need a DBA"},
            (42,),
        ),
        ("timeline INC-4 --export Markdown", "timeline", {"export": "markdown"}, (4,)),
        (
            'silence DiskFull 2H "load test" INC-1',
            "silence",
            {"alert": "DiskFull", "duration": "2h", "why": "load test"},
            (1,),
        ),
        (
            "silence 1h30m DiskFull INC-1 while it grows",
            "silence",
            {"alert": "DiskFull", "duration": "1h30m", "why": "while it grows"},
            (1,),
        ),
        ("rollback", "rollback", {}, ()),
        (
            "rollback --component graphql-api --to-version v1.2.3 --dry-run INC-4",
            "rollback",
            {"component": "graphql-api", "to-version": "v1.2.3", "dry-run": "yes"},
            (4,),
        ),
        (
            'rollback --component=a --component b --force "all of it is down"',
            "rollback",
            {"component": "a\nb", "force": "all of it is down"},
            (),
        ),
        ("rollback --environment staging", "rollback", {"environment": "staging"}, ()),
        (
            "restart graphql-api leaks memory INC-2",
            "restart",
            {"part": "graphql-api", "why": "leaks memory"},
            (2,),
        ),
        ("scale graphql-api 6", "scale", {"part": "graphql-api", "replicas": "6"}, ()),
        ("scale 6 graphql-api", "scale", {"part": "graphql-api", "replicas": "6"}, ()),
        ("freeze", "freeze", {}, ()),
        ("operation", "operation list", {}, ()),
        ("operations", "operation list", {}, ()),
        ("operation show", "operation show", {}, ()),
        ("operation show INC-2", "operation show", {}, (2,)),
        ("OP-7", "operation show", {"operation": "OP-7"}, ()),
        ("operation op-7", "operation show", {"operation": "OP-7"}, ()),
        ("operation 7", "operation show", {"operation": "OP-7"}, ()),
        (
            "OP-7 approve --plan-hash 1a2b3c4d5e6f",
            "operation approve",
            {"operation": "OP-7", "plan-hash": "1a2b3c4d5e6f"},
            (),
        ),
        (
            "operation OP-7 cancel wrong one",
            "operation cancel",
            {"operation": "OP-7", "why": "wrong one"},
            (),
        ),
        ("approve op-1", "operation approve", {"operation": "OP-1"}, ()),
        ("operation revert 2", "operation revert", {"operation": "OP-2"}, ()),
        ("operation keep OP-2", "operation close", {"operation": "OP-2"}, ()),
        ("oncall", "oncall", {}, ()),
        ("on call", "oncall", {}, ()),
    ],
)
def test_parse(text: str, verb: str, values: dict[str, str], incidents: tuple[int, ...]) -> None:
    assert meaning(parse(text)) == (verb, values, (), incidents)


def test_split_takes_many_alerts() -> None:
    command = parse('incident split RedisDown INC-42 "Disk Full" 42')

    assert meaning(command) == ("incident split", {}, ("RedisDown", "Disk Full", "42"), (42,))


@pytest.mark.parametrize(
    ("text", "verb", "many"),
    [
        ("rollback production", "rollback", ("production",)),
        ("roll back graphql-api", "rollback", ("graphql-api",)),
        ("rollback staging a b", "rollback", ("staging", "a", "b")),
        ('freeze graphql-api "until the review"', "freeze", ("graphql-api", "until the review")),
        ("thaw graphql-api", "unfreeze", ("graphql-api",)),
    ],
)
def test_places_and_components_are_words(text: str, verb: str, many: tuple[str, ...]) -> None:
    assert meaning(parse(text)) == (verb, {}, many, ())


@pytest.mark.parametrize(
    ("text", "fact", "better"),
    [
        ("operation aprove OP-1", "no verb “operation aprove”", "operation approve OP-1"),
        ("operation foo", "no verb “operation foo”", None),
        ("restart", "needs a component", "restart graphql-api"),
        ("scale graphql-api", "needs how many replicas", "scale 6 graphql-api"),
        ("rollback --dryrun", "only `--component`, `--to-version`, `--dry-run`, `--force` and",
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


@pytest.mark.parametrize(
    ("arguments", "meant"),
    [
        (["ack", "INC-1"], ("incident ack", {}, (), (1,))),
        (["note", "INC-1", "two words"], ("incident note", {"text": "two words"}, (), (1,))),
        (
            ["note", 'she said "no"', "INC-1"],
            ("incident note", {"text": 'she said "no"'}, (), (1,)),
        ),
        (["note", "--force is bad"], ("incident note", {"text": "--force is bad"}, (), ())),
        (["note", "it's down"], ("incident note", {"text": "it's down"}, (), ())),
        (
            ["incident", "declare", "Slow", "--component=the api", "--severity", "sev1"],
            (
                "incident declare",
                {"title": "Slow", "component": "the api", "severity": "sev1"},
                (),
                (),
            ),
        ),
    ],
)
def test_what_a_terminal_sends(arguments: list[str], meant: object) -> None:
    assert meaning(parse(typed(arguments))) == meant


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("incident declare", "incident declare"),
        ("/candlefish note", "incident note"),
        ("note it", None),
        ("ack INC-1", None),
        ("", None),
        ("xyzzy", None),
    ],
)
def test_verb_alone(text: str, name: str | None) -> None:
    verb = verb_alone(text)

    assert (verb.name if verb else None) == name


SNIPPETS = [
    *(phrase for verb in VERBS for phrase in verb.phrases),
    "INC-1", "inc-2", "42", "--severity", "--level=3", "--export", "sev1", "sve2", "2h", "@ada",
    "<@U1|ada>", "ic", '"a b"', "\u201cc\u201d", '"', "it's", "\u2014level", "&lt;", "`x`",
    "\n", "--",
]  # fmt: skip
SAID = st.lists(st.sampled_from(SNIPPETS) | st.text(max_size=8), max_size=7).map(" ".join)


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


@given(SAID)
def test_a_command_written_out_means_the_same(text: str) -> None:
    try:
        command = parse(text)
    except Misuse:
        return
    said = written(command.verb, command.values, command.many, command.incidents)

    if tidy(said) == said:  # Slack's own writing in a text is read again
        assert meaning(parse(said)) == meaning(command)
