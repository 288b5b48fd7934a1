"""Opens the forms: which one a click or a bare verb means, and what it lets a person choose."""

from collections.abc import Mapping
from dataclasses import replace

from bot.bot import Bot
from bot.cards import modals
from bot.cards.actions import Choice
from bot.cards.modals import About
from bot.domain.errors import Refused
from bot.domain.incidents.alert import Status
from bot.domain.incidents.incident import Incident
from bot.domain.names import number_of_incident
from bot.domain.operations.scope import operable
from bot.domain.verbs.reply import Reply
from bot.domain.verbs.saying import one_word
from bot.domain.verbs.table import BY_NAME
from handlers.slack.desk import Desk
from handlers.slack.shapes import Click, Command

# The forms, and the verb that each of them says.
FORMS: Mapping[str, str] = {
    "declare": "incident declare",
    "note": "incident note",
    "severity": "incident severity",
    "silence": "silence",
    "resolve": "incident resolve",
    "rollback": "rollback",
}
BY_CHOICE: Mapping[Choice, str] = {
    Choice.NOTE: "note",
    Choice.SEVERITY: "severity",
    Choice.SILENCE: "silence",
    Choice.RESOLVE: "resolve",
    Choice.ROLLBACK: "rollback",
}
# Alone, these two mean something: the only incident, and everything.
_BY_BARE_VERB = {verb: form for form, verb in FORMS.items() if form not in ("resolve", "rollback")}
_NOTHING_OPEN = (
    "No incident is open. To look at an old one: `/candlefish incident show INC-1`; "
    'to open one: `/candlefish incident declare "what is broken"`.'
)
_MOST_INCIDENTS = 100
_LOOKED_THROUGH = 10  # incidents whose alerts a bare `silence` offers
_ALERTS_READ = 200


def named(verb: str) -> str | None:
    """The form that a verb without its words may open."""
    return _BY_BARE_VERB.get(verb)


def open_incidents(bot: Bot) -> list[Incident]:
    """The most severe first, as many as a select can offer."""
    return bot.most_urgent(_MOST_INCIDENTS)


def opened_by_click(desk: Desk, click: Click, form: str, incident: str | None) -> Reply:
    """An empty reply where the form is open; else what to say instead."""
    place = click.channel.id if click.channel else None
    return _opened(desk, click.trigger_id, About(form=form, incident=incident, place=place))


def opened_by_command(desk: Desk, form: str, said: Command) -> Reply:
    """An empty reply where the form is open; else what to say instead."""
    about = About(form=form, place=said.channel_id)
    may_look = desk.ask("incident list", said.user_id, place=said.channel_id)
    if may_look.status:
        return may_look
    return _opened(desk, said.trigger_id, about)


def _opened(desk: Desk, trigger: str, about: About) -> Reply:
    wanted = about
    found: list[Incident] = []
    if about.form != "declare":
        number = number_of_incident(about.incident) if about.incident else None
        found = [desk.bot.incident(number)] if number else open_incidents(desk.bot)
        if not found and about.form != "silence":
            return Reply(text=_NOTHING_OPEN, status=Refused.status)
        if len(found) == 1 and about.form != "silence":
            wanted = replace(about, only=found[0].name)
    view = _view(desk.bot, wanted, found)
    return desk.opened(trigger, view, typed(about))


def _view(bot: Bot, about: About, found: list[Incident]) -> dict[str, object]:
    match about.form:
        case "declare":
            return modals.declare(about, sorted(bot.catalogue().components))
        case "note":
            return modals.note(about, found)
        case "severity":
            return modals.severity(about, found)
        case "silence":
            return modals.silence(about, found, _firing(bot, found))
        case "rollback":
            return modals.rollback(about, found, _releasable(bot, found))
        case _:
            return modals.resolve(about, found)


def _releasable(bot: Bot, found: list[Incident]) -> list[str]:
    """The components that can be rolled back where the incident is."""
    places = {one.environment for one in found}
    known = bot.catalogue().components.items()
    names = sorted(name for name, one in known if any(operable(one, place) for place in places))
    if not names:
        raise Refused(
            "No component here has Deployments or a site, so nothing can be rolled back.",
            "Give components a `rollout` in components.yaml.",
        )
    return names


def _firing(bot: Bot, found: list[Incident]) -> list[str]:
    """Names of alerts, those that fire most first."""
    times: dict[str, int] = {}
    for one in found[:_LOOKED_THROUGH]:
        for alert in bot.alerts(one.id, limit=_ALERTS_READ):
            name = alert.labels.get("alertname", "")
            if name and alert.status is Status.FIRING:
                times[name] = times.get(name, 0) + 1
    return sorted(times, key=lambda name: (-times[name], name))


def typed(about: About) -> str:
    """The command that does without the form."""
    verb = BY_NAME[FORMS[about.form]]
    if about.incident is None or about.form == "declare":
        return f"/candlefish {verb.example}"
    named = about.incident
    samples = [
        f'"{one.sample}"' if one.kind.value == "text" else one_word(one.sample)
        for one in verb.arguments
    ]
    words = [named, *samples] if verb.incident_first else [*samples, named]
    return f"/candlefish {' '.join([verb.name, *words])}"
