"""The verbs about releases and operations: to look, to ask for one, to decide about one."""

from bot.domain.ops_data.people import Role
from bot.domain.verbs.verb import About, Argument, Kind, Verb

_WHERE = Argument(
    name="what", kind=Kind.WORDS, shown="WHERE|COMPONENT…", sample="graphql-api",
    what="an environment and components", required=False,
)  # fmt: skip
_PART = Argument(
    name="part", kind=Kind.WORD, shown="COMPONENT", sample="graphql-api", what="a component"
)
_PART_WHERE = Argument(
    name="what", kind=Kind.WORDS, shown="COMPONENT [WHERE]", sample="graphql-api",
    what="a component",
)  # fmt: skip
_WHY = Argument(
    name="why", kind=Kind.TEXT, shown='"why"', sample="too many connections", what="a reason",
    required=False,
)  # fmt: skip
_REASON = Argument(
    name="force", kind=Kind.WORD, shown='"why"', required=False,
    sample="checkout is down, nobody else answers", what="a reason (break-glass)",
)  # fmt: skip
_COMPONENT = Argument(
    name="component", kind=Kind.LIST, shown="C", sample="graphql-api", what="a component",
    required=False,
)  # fmt: skip
_DEPLOYED = Argument(
    name="component", kind=Kind.WORD, shown="component", sample="graphql-api",
    what="a component", required=False,
)  # fmt: skip
_ENVIRONMENT = Argument(
    name="environment", kind=Kind.WORD, shown="E", sample="production", what="an environment",
    required=False,
)  # fmt: skip
_DRY_RUN = Argument(
    name="dry-run", kind=Kind.SWITCH, shown="", sample="", what="only shows the plan",
    required=False,
)  # fmt: skip
_MAY_STALL = Argument(
    name="may-stall", kind=Kind.SWITCH, shown="", sample="", required=False,
    what="takes a restore point first, also where that holds up the database",
)  # fmt: skip
_OPERATION = Argument(
    name="operation", kind=Kind.OPERATION, shown="OP-1", sample="OP-1", what="an operation",
    required=False,
)  # fmt: skip
_ONE_OPERATION = (_OPERATION, _WHY)

OPERATION_VERBS: tuple[Verb, ...] = (
    Verb(
        name="deploys",
        summary="what was deployed, by whom, how it did, and what is known to be good",
        example="deploys graphql-api",
        arguments=(_DEPLOYED,),
        synonyms=("releases", "history"),
    ),
    Verb(
        name="rollback",
        summary="back to the last known good release, or to a version you name",
        example="rollback production --component graphql-api",
        role=Role.OPERATOR,
        forced=Role.RESPONDER,
        changes=True,
        about=About.SOME,
        arguments=(_WHERE,),
        flags=(
            _COMPONENT,
            Argument(
                name="to-version", kind=Kind.WORD, shown="V", sample="v1.4.1", what="a version",
                required=False,
            ),
            _DRY_RUN,
            _MAY_STALL,
            _REASON,
            _ENVIRONMENT,
        ),
        synonyms=("roll back", "rollback to"),
    ),
    Verb(
        name="restart",
        summary="restart a component's pods, one wave after the other",
        example="restart graphql-api",
        role=Role.OPERATOR,
        changes=True,
        about=About.SOME,
        arguments=(_PART, _WHY),
        flags=(_DRY_RUN, _ENVIRONMENT),
    ),
    Verb(
        name="scale",
        summary="run more or fewer replicas of a component",
        example="scale graphql-api 6",
        role=Role.OPERATOR,
        changes=True,
        about=About.SOME,
        arguments=(
            Argument(
                name="replicas", kind=Kind.COUNT, shown="N", sample="6", what="how many replicas"
            ),
            _PART_WHERE,
        ),
        flags=(_DRY_RUN, _ENVIRONMENT),
    ),
    Verb(
        name="freeze",
        summary="let deploys stand still, of one component or of all",
        example='freeze graphql-api "until the review"',
        role=Role.OPERATOR,
        changes=True,
        about=About.SOME,
        arguments=(_WHERE,),
        flags=(_ENVIRONMENT,),
    ),
    Verb(
        name="unfreeze",
        summary="let deploys go on",
        example='unfreeze graphql-api "the fix is in"',
        role=Role.OPERATOR,
        changes=True,
        about=About.SOME,
        arguments=(_WHERE,),
        flags=(_ENVIRONMENT,),
        synonyms=("thaw",),
    ),
    Verb(
        name="operation list",
        summary="the operations, the newest first",
        example="operation list",
        synonyms=("operations", "operation", "ops"),
    ),
    Verb(
        name="operation show",
        summary="an operation's plan, checks and steps",
        example="operation show OP-1",
        about=About.SOME,
        arguments=(_OPERATION,),
    ),
    Verb(
        name="operation approve",
        summary="let a plan run that you have read",
        example="operation approve OP-1 --plan-hash 1a2b3c4d5e6f",
        role=Role.RESPONDER,
        changes=True,
        rationed=False,
        about=About.SOME,
        arguments=(_OPERATION,),
        flags=(
            Argument(
                name="plan-hash", kind=Kind.WORD, shown="HASH", sample="1a2b3c4d5e6f",
                what="the beginning of the plan's hash", required=False,
            ),
        ),
        synonyms=("approve",),
    ),
    Verb(
        name="operation cancel",
        summary="stop it: what was begun is put back where that goes, after the switch too",
        example='operation cancel OP-1 "wrong component"',
        role=Role.RESPONDER,
        changes=True,
        rationed=False,
        about=About.SOME,
        arguments=_ONE_OPERATION,
    ),
    Verb(
        name="operation revert",
        summary="undo what an operation did",
        example='operation revert OP-1 "it was not the deploy"',
        role=Role.RESPONDER,
        changes=True,
        rationed=False,
        about=About.SOME,
        arguments=_ONE_OPERATION,
        flags=(_REASON,),
        synonyms=("revert",),
    ),
    Verb(
        name="operation next",
        summary="go on from a rollback that did not help to the next good release",
        example='operation next OP-1 "that one is bad too"',
        role=Role.RESPONDER,
        changes=True,
        rationed=False,
        about=About.SOME,
        arguments=_ONE_OPERATION,
    ),
    Verb(
        name="operation close",
        summary="take a stuck or undecided operation as it is",
        example='operation close OP-1 "put right by hand"',
        role=Role.RESPONDER,
        changes=True,
        rationed=False,
        about=About.SOME,
        arguments=_ONE_OPERATION,
        synonyms=("operation keep",),
    ),
)  # fmt: skip
