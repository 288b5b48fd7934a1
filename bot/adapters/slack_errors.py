"""What each of Slack's refusals means for us: try later, give up with the fix, or neither."""

import re
from collections.abc import Mapping
from http.client import HTTPException
from typing import Any

from slack_sdk.errors import SlackApiError, SlackClientError

from bot.domain.errors import GiveUp, Refused, Unavailable
from bot.ports.trouble import Expired, Gone, RateLimited

# Slack has not taken a call when it raises one of these; after anything else it may have.
FAILURES = (SlackClientError, HTTPException, OSError)

_TOKEN = "set CANDLEFISH_SLACK_BOT_TOKEN to the app's present bot token (xoxb-…)"  # noqa: S105 - advice, no token
_INVITE = "invite the bot: /invite @Candlefish in the channel of CANDLEFISH_SLACK_CHANNEL"
_ADMIN = "ask an administrator of the workspace to let the app do this"
_FIXES: Mapping[str, str] = {
    **dict.fromkeys(("invalid_auth", "not_authed", "token_revoked", "token_expired"), _TOKEN),
    "account_inactive": f"the bot user was removed: install the app again, then {_TOKEN}",
    "not_allowed_token_type": _TOKEN,
    "channel_not_found": _INVITE,
    "not_in_channel": _INVITE,
    "is_archived": "unarchive the channel, or name another one in CANDLEFISH_SLACK_CHANNEL",
    "no_permission": _ADMIN,
    "restricted_action": _ADMIN,
    "access_denied": _ADMIN,
    "org_login_required": _ADMIN,
    "ekm_access_denied": _ADMIN,
    "team_access_not_granted": _ADMIN,
}
_GONE = frozenset({"message_not_found", "thread_not_found"})
_EXPIRED = frozenset(
    {"expired_trigger_id", "exchanged_trigger_id", "trigger_expired", "trigger_exchanged"}
)
_LATER = frozenset(
    {"internal_error", "fatal_error", "service_unavailable", "request_timeout", "team_added_to_org"}
)
_WORD = re.compile(r"[a-z0-9_]{1,60}")
_RATE_LIMITED = 429
_SERVER_ERROR = 500
_PAUSE = 1.0


def outcome_of(error: Exception) -> str:
    """One word for the metrics."""
    names = {RateLimited: "rate_limited", GiveUp: "given_up", Gone: "gone", Expired: "expired"}
    return names.get(type(error), "refused" if isinstance(error, Refused) else "unavailable")


def translated(method: str, error: Exception) -> Exception:
    """Ours for theirs; neither token nor body goes into the words."""
    if not isinstance(error, SlackApiError):
        return Unavailable(f"Slack does not answer {method} ({type(error).__name__}).")
    status, headers, word = _read(error)
    if status == _RATE_LIMITED or word in {"ratelimited", "rate_limited"}:
        return RateLimited(f"Slack limits {method}.", retry_after=_retry_after(headers))
    if status >= _SERVER_ERROR or word in _LATER or not _WORD.fullmatch(word):
        return Unavailable(f"Slack does not answer {method} (HTTP {status}).")
    return _refused(method, word, error)


def _refused(method: str, word: str, error: SlackApiError) -> Exception:
    if word in _GONE:
        return Gone(f"Slack: {word}")
    if word in _EXPIRED:
        return Expired("The form came too late: press the button again.")
    if word == "missing_scope":
        needed = str(error.response.get("needed") or "?")
        scope = needed if re.fullmatch(r"[a-z:,._]{1,100}", needed) else "?"
        return GiveUp(f"Slack refuses {method}: add the scope {scope} to the app, install it again")
    if word in _FIXES:
        return GiveUp(f"Slack refuses {method} ({word}): {_FIXES[word]}")
    return Refused(f"Slack refuses {method}: {word}.")


def _read(error: SlackApiError) -> tuple[int, Mapping[str, str], str]:
    response = error.response
    data: Any = response.data
    word = data.get("error", "") if isinstance(data, dict) else ""
    headers = {str(name).lower(): str(value) for name, value in response.headers.items()}
    return int(response.status_code), headers, str(word)


def _retry_after(headers: Mapping[str, str]) -> float:
    try:
        return max(float(headers.get("retry-after", _PAUSE)), _PAUSE)
    except ValueError:
        return _PAUSE
