"""Every verb there is. Help, menus, the parser and the tests read this table, and nothing else."""

from bot.domain.ops_data.people import Role
from bot.domain.verbs.table_operations import OPERATION_VERBS
from bot.domain.verbs.verb import About, Argument, Kind, Verb


def _text(name: str, what: str, sample: str, *, required: bool = True) -> Argument:
    return Argument(
        name=name, kind=Kind.TEXT, shown=f'"{name}"', sample=sample, what=what, required=required
    )


_WHY = _text("why", "a reason", "looks good again", required=False)
_NOTE = _text("note", "a note", "looks good again", required=False)
_SEVERITY = Argument(
    name="severity", kind=Kind.SEVERITY, shown="sev1..sev4", sample="sev2", what="a severity"
)
_COMPONENT = Argument(
    name="component",
    kind=Kind.WORD,
    shown="X",
    sample="graphql-api",
    what="a component",
    required=False,
)
_ALERT = Argument(
    name="alert", kind=Kind.WORD, shown="ALERT", sample="HighErrorRate", what="an alert's name"
)

VERBS: tuple[Verb, ...] = (
    Verb(
        name="menu",
        summary="open incidents, what needs you, and the verbs",
        example="menu",
    ),
    Verb(
        name="help",
        summary="what there is to say, or all about one verb",
        example="help silence",
        arguments=(_text("verb", "a verb", "silence", required=False),),
        synonyms=("?", "--help", "-h"),
    ),
    Verb(
        name="status",
        summary="what is broken, what is switched off, and all about one component",
        example="status graphql-api",
        arguments=(
            Argument(
                name="component",
                kind=Kind.WORD,
                shown="component",
                sample="graphql-api",
                what="a component",
                required=False,
            ),
        ),
    ),
    Verb(
        name="incident declare",
        summary="open an incident that no alert has told of",
        example='incident declare "Checkout shows an empty page" --severity sev2',
        role=Role.RESPONDER,
        changes=True,
        arguments=(_text("title", "a title", "what is broken"),),
        flags=(_SEVERITY, _COMPONENT),
        synonyms=("declare", "incident new", "incident create"),
    ),
    Verb(
        name="incident list",
        summary="the open incidents, the worst first",
        example="incident list",
        synonyms=("incidents", "list incidents", "list"),
    ),
    Verb(
        name="incident show",
        summary="one incident: what is broken, since when, who has it",
        example="incident show INC-1",
        about=About.ONE,
        synonyms=("incident", "show"),
    ),
    Verb(
        name="incident ack",
        summary="take it: everybody sees that you have it",
        example="incident ack INC-1",
        role=Role.RESPONDER,
        changes=True,
        about=About.ONE,
        aliases=("ack",),
        synonyms=("acknowledge", "incident acknowledge"),
    ),
    Verb(
        name="incident mitigate",
        summary="say that users no longer suffer, though the cause is not gone",
        example='incident mitigate INC-1 "rolled back by hand"',
        role=Role.RESPONDER,
        changes=True,
        about=About.ONE,
        arguments=(_NOTE,),
        synonyms=("mitigate", "incident mitigated"),
    ),
    Verb(
        name="incident resolve",
        summary="end it; it stays ended until an alert starts anew",
        example='incident resolve INC-1 "the disk was full"',
        role=Role.RESPONDER,
        changes=True,
        about=About.ONE,
        arguments=(_NOTE,),
        aliases=("resolve",),
        synonyms=("close", "incident close"),
    ),
    Verb(
        name="incident reopen",
        summary="open an ended incident again",
        example='incident reopen INC-1 "it is back"',
        role=Role.RESPONDER,
        changes=True,
        about=About.ENDED,
        arguments=(_NOTE,),
        synonyms=("reopen",),
    ),
    Verb(
        name="incident note",
        summary="write something on its timeline",
        example='incident note INC-1 "failover done, watching"',
        role=Role.RESPONDER,
        changes=True,
        about=About.ONE,
        arguments=(_text("text", "a text", "what you found"),),
        aliases=("note",),
    ),
    Verb(
        name="incident severity",
        summary="say how bad it is, the one way in which it falls",
        example='incident severity sev2 INC-1 "checkout is down too"',
        role=Role.RESPONDER,
        changes=True,
        about=About.ONE,
        arguments=(_SEVERITY, _WHY),
    ),
    Verb(
        name="incident role",
        summary="say who leads (ic), speaks (comms), works (ops) or writes (scribe)",
        example="incident role ic @me INC-1",
        role=Role.RESPONDER,
        changes=True,
        about=About.ONE,
        arguments=(
            Argument(
                name="role", kind=Kind.ROLE, shown="ic|comms|ops|scribe", sample="ic", what="a role"
            ),
            Argument(name="person", kind=Kind.PERSON, shown="@name", sample="@me", what="a person"),
        ),
    ),
    Verb(
        name="incident merge",
        summary="put the first into the second, or into the one at hand: one problem, one card",
        example="incident merge INC-2 INC-1",
        role=Role.RESPONDER,
        changes=True,
        about=About.TWO,
    ),
    Verb(
        name="incident split",
        summary="move alerts that are another problem into an incident of their own",
        example="incident split INC-1 RedisDown",
        role=Role.RESPONDER,
        changes=True,
        about=About.ONE,
        arguments=(
            Argument(
                name="alerts",
                kind=Kind.WORDS,
                shown="ALERT…",
                sample="RedisDown",
                what="alerts, by name or fingerprint",
                required=False,
            ),
        ),
    ),
    Verb(
        name="escalate",
        summary="call the next level, or the level you name",
        example='escalate INC-1 --level 3 "need a database person"',
        role=Role.RESPONDER,
        changes=True,
        about=About.ONE,
        arguments=(_text("why", "a reason", "need help", required=False),),
        flags=(
            Argument(
                name="level",
                kind=Kind.CHOICE,
                shown="2..4",
                sample="3",
                what="a level",
                required=False,
                choices=tuple("123456789"),
            ),
        ),
    ),
    Verb(
        name="timeline",
        summary="what happened, in its order",
        example="timeline INC-1 --export markdown",
        about=About.ONE,
        flags=(
            Argument(
                name="export",
                kind=Kind.CHOICE,
                shown="markdown|json",
                sample="markdown",
                what="a format",
                required=False,
                choices=("markdown", "json"),
            ),
        ),
    ),
    Verb(
        name="silence",
        summary="keep an alert quiet in Alertmanager for a while, at most 7 days",
        example='silence HighErrorRate 2h "load test" INC-1',
        role=Role.RESPONDER,
        changes=True,
        about=About.PERHAPS,
        arguments=(
            _ALERT,
            Argument(
                name="duration",
                kind=Kind.DURATION,
                shown="DURATION",
                sample="2h",
                what="a duration such as 30m, 2h or 1d",
            ),
            _text("why", "a reason", "load test", required=False),
        ),
    ),
    Verb(
        name="oncall",
        summary="who is called at which level",
        example="oncall",
        synonyms=("on-call", "on call"),
    ),
    *OPERATION_VERBS,
)

BY_NAME = {verb.name: verb for verb in VERBS}
BY_PHRASE = {phrase: verb for verb in VERBS for phrase in verb.phrases}
