"""A slash command, typed by a person in a channel."""

import html
import re

from sandbox.slack import payloads
from sandbox.slack.acts.stage import Stage, trouble
from sandbox.slack.answers import respond, tell
from sandbox.slack.channel import Channel
from sandbox.slack.errors import Json, SlackError
from sandbox.slack.outbound import Answer, Envelope
from sandbox.slack.workspace import Workspace


def command(stage: Stage, *, user: str, channel: str, text: str) -> Answer:
    """Sends it, waits for the ack, and shows the ack's words or Slack's own complaint."""
    ws = stage.ws
    place = ws.channels[channel]
    name, _, rest = text.strip().partition(" ")
    if name not in ws.app.commands:
        tell(ws, user, place.id, f"`{name}` is not a valid command.")
        raise SlackError("unknown_command")
    with ws.feed.lock:
        key = ws.response_urls.issue(user, place.id)
        payload = payloads.slash_command(
            ws,
            user=user,
            channel=place,
            command=name,
            text=_sent(ws, rest.strip()),
            key=key,
        )
    answer = stage.outbound.ask(Envelope.COMMAND, payload)
    if not answer.ok:
        tell(ws, user, place.id, f'{name} failed with the error "{trouble(answer)}"')
        return answer
    _show(ws, answer, user=user, place=place, key=key, name=name)
    return answer


def _show(ws: Workspace, answer: Answer, *, user: str, place: Channel, key: str, name: str) -> None:
    body: Json = answer.body if isinstance(answer.body, dict) else {"text": answer.body or ""}
    if not body.get("text") and not body.get("blocks"):
        return
    try:
        whisper = respond(ws, body, ws.response_urls.peek(key))
    except SlackError:
        tell(ws, user, place.id, f'{name} failed with the error "invalid_command_response"')
        return
    if whisper:
        ws.response_urls.remember(key, whisper=whisper)


def _sent(ws: Workspace, text: str) -> str:
    """As it reaches the app: escaped, with names as ids when the app's manifest says so."""
    escaped = html.escape(text, quote=False)
    return with_ids(ws, escaped, labels=True) if ws.app.escapes_names else escaped


def with_ids(ws: Workspace, text: str, *, labels: bool) -> str:
    """`@grace`, `@oncall` and `#general` as the ids that Slack puts in their place."""

    def replaced(match: re.Match[str]) -> str:
        sign, name = match.group(1), match.group(2)
        for each in ws.people.values():
            if sign == "@" and each.name == name:
                return f"<@{each.id}|{name}>" if labels else f"<@{each.id}>"
        for group in ws.usergroups.values():
            if sign == "@" and group.handle == name:
                return f"<!subteam^{group.id}|@{name}>" if labels else f"<!subteam^{group.id}>"
        found = ws.named_channel(name) if sign == "#" else None
        return f"<#{found.id}|{found.name}>" if found else match.group(0)

    return re.sub(r"(?<![\w&<])([@#])([\w.-]*\w)", replaced, text)
