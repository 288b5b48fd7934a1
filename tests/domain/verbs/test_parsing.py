"""What people say, and what is understood."""

import pytest
from hypothesis import given

from bot.domain.errors import Misuse
from bot.domain.verbs.parsing import Command, parse, verb_alone
from bot.domain.verbs.saying import typed, written
from bot.domain.verbs.words import tidy
from tests.domain.verbs.said import SAID


def meaning(command: Command) -> tuple[str, dict[str, str], tuple[str, ...], tuple[int, ...]]:
    listed = () if command.verb.text else tuple(word.text for word in command.many)
    return command.verb.name, dict(command.values), listed, command.incidents


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


@pytest.mark.parametrize("text", ["scale graphql-api 6", "scale 6 graphql-api"])
def test_a_number_of_replicas_stands_anywhere(text: str) -> None:
    assert meaning(parse(text)) == ("scale", {"replicas": "6"}, ("graphql-api",), ())


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


@given(SAID)
def test_a_command_written_out_means_the_same(text: str) -> None:
    try:
        command = parse(text)
    except Misuse:
        return
    said = written(command.verb, command.values, command.many, command.incidents)

    if tidy(said) == said:  # Slack's own writing in a text is read again
        assert meaning(parse(said)) == meaning(command)
