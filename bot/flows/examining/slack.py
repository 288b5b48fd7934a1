"""Slack: the token, its scopes, the clocks, the channel and the signing secret."""

from collections.abc import Iterator

from bot.domain.errors import GiveUp, Unavailable
from bot.domain.slack_app import SCOPES
from bot.flows.examining.finding import Finding, bad, good, off, tried
from bot.ports.chat import Chat, Workspace

MOST_SKEW = 5.0  # seconds; Slack's signatures fail at 300


def slack(chat: Chat | None, channel: str) -> Iterator[Finding]:
    if chat is None:
        fix = "Set CANDLEFISH_SLACK_BOT_TOKEN; `candlefish init` prints the app's manifest."
        yield off("slack", fix)
        return
    try:
        workspace = chat.workspace()
    except Unavailable as error:
        fix = "See to the network, the proxy, or CANDLEFISH_SLACK_API_URL."
        yield bad("slack", str(error), fix)
    except GiveUp as error:
        fix = "Set CANDLEFISH_SLACK_BOT_TOKEN to the xoxb- token (OAuth & Permissions)."
        yield bad("slack token", str(error), fix)
    else:
        yield from _app(workspace)
        fix = f"Invite the bot: `/invite @candlefish` in {channel}."
        yield tried("slack channel", lambda: _membership(chat, channel, fix), fix)


def signing(secrets: int, *, socket_mode: bool) -> Finding:
    name = "slack signing secret"
    if socket_mode:
        return good(name, "Socket Mode needs none")
    if secrets:
        return good(name, "set")
    says = "no signing secret, so every request from Slack is refused"
    fix = "Set CANDLEFISH_SLACK_SIGNING_SECRETS (Basic Information, App Credentials)."
    return bad(name, says, fix)


def _app(workspace: Workspace) -> Iterator[Finding]:
    yield good("slack token", f"good for team {workspace.team}")
    missing = [scope for scope in SCOPES if scope not in workspace.scopes]
    if missing:
        says = f"missing: {', '.join(missing)}"
        fix = "Add them under OAuth & Permissions, or by `candlefish init`'s manifest; reinstall."
        yield bad("slack scopes", says, fix)
    else:
        yield good("slack scopes", "all granted")
    skew = workspace.clock_skew_seconds
    if abs(skew) > MOST_SKEW:
        says = f"this clock is {skew:+.0f} s off Slack's; at 300 s every request is refused"
        yield bad("clock", says, "Synchronise it: `timedatectl set-ntp true`.")
    else:
        yield good("clock", f"{skew:+.1f} s beside Slack's")


def _membership(chat: Chat, channel: str, fix: str) -> Finding:
    number = chat.channel_id(channel)
    if number is None:
        says = f"no channel {channel} that the bot can see"
        return bad("slack channel", says, f"Create it, or set CANDLEFISH_SLACK_CHANNEL. {fix}")
    if not chat.is_member(number):
        return bad("slack channel", f"the bot is not in {channel}", fix)
    return good("slack channel", f"the bot is in {channel}")
