"""Slack's Web API as our Chat: their types and errors stop here, and every call has a timeout."""

import logging
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any

from slack_sdk import WebClient
from slack_sdk.web import SlackResponse

from bot.adapters.slack_errors import FAILURES, outcome_of, translated
from bot.domain.errors import GiveUp
from bot.ports.chat import Mark, Message, Posted, Profile, Workspace
from bot.secret import Secret

TIMEOUT = 10
VIEW_TIMEOUT = 2  # a trigger is good for three seconds
EVENT_TYPE = "candlefish_incident"
_PAGE = 200
_PAGES = 50
_CHANNELS_A_PAGE = 999  # the most Slack gives: it takes twenty of these calls a minute
_STAY_PLAIN: Mapping[str, Any] = {"parse": "none", "link_names": False}

# slack_sdk logs whole bodies at DEBUG and unreadable answers at ERROR; ours is the one log.
_silent = logging.Logger("unheard", level=logging.CRITICAL + 1)  # noqa: LOG001 - on purpose in no tree of loggers


def _unheard(method: str, outcome: str) -> None:
    """Counts nothing."""


class SlackChat:
    """`token` is read anew for each call, so that it rotates; `heard` counts (method, outcome)."""

    def __init__(
        self,
        token: Secret,
        base_url: str,
        *,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
        heard: Callable[[str, str], None] = _unheard,
    ) -> None:
        self._token, self._now, self._heard = token, now, heard
        self._client = _client(base_url, TIMEOUT)
        self._quick = _client(base_url, VIEW_TIMEOUT)

    def post(self, channel: str, message: Message, mark: Mark, *, thread: str | None = None) -> str:
        more = {"thread_ts": thread} if thread else {}
        answer = self._call(
            "chat.postMessage",
            self._client.chat_postMessage,
            channel=channel,
            unfurl_links=False,
            unfurl_media=False,
            **_body(message, mark),
            **more,
        )
        return str(answer["ts"])

    def edit(self, channel: str, ts: str, message: Message, mark: Mark) -> None:
        body = _body(message, mark)
        self._call("chat.update", self._client.chat_update, channel=channel, ts=ts, **body)

    def delete(self, channel: str, ts: str) -> None:
        self._call("chat.delete", self._client.chat_delete, channel=channel, ts=ts)

    def marked(
        self, channel: str, since: datetime, *, thread: str | None = None
    ) -> Sequence[Posted]:
        oldest = f"{since.timestamp():.6f}"
        asked: dict[str, Any] = {"channel": channel, "oldest": oldest, "include_all_metadata": True}
        if thread:
            pages = self._pages(
                "conversations.replies", self._client.conversations_replies, ts=thread, **asked
            )
        else:
            pages = self._pages(
                "conversations.history", self._client.conversations_history, **asked
            )
        found = [posted for page in pages for posted in map(_posted, page["messages"]) if posted]
        return [posted for posted in found if posted.ts != thread]

    def open_view(self, trigger: str, view: Mapping[str, Any]) -> None:
        self._call("views.open", self._quick.views_open, trigger_id=trigger, view=dict(view))

    def publish_home(self, user: str, view: Mapping[str, Any]) -> None:
        self._call("views.publish", self._client.views_publish, user_id=user, view=dict(view))

    def channel_id(self, name: str) -> str | None:
        word = name.removeprefix("#")
        pages = self._pages(
            "conversations.list",
            self._client.conversations_list,
            size=_CHANNELS_A_PAGE,
            exclude_archived=True,
            types="public_channel",
        )
        for page in pages:
            for channel in page["channels"]:
                if word in (channel["id"], channel.get("name")):
                    return str(channel["id"])
        return None

    def is_member(self, channel: str) -> bool:
        answer = self._call("conversations.info", self._client.conversations_info, channel=channel)
        return bool(answer["channel"].get("is_member"))

    def group_members(self, group: str) -> Sequence[str]:
        answer = self._call(
            "usergroups.users.list", self._client.usergroups_users_list, usergroup=group
        )
        return [str(user) for user in answer["users"]]

    def profile(self, user: str) -> Profile:
        answer = self._call("users.info", self._client.users_info, user=user)
        found: Mapping[str, Any] = answer["user"]
        return Profile(user=user, team=str(found.get("team_id", "")), barred=_barred(found))

    def workspace(self) -> Workspace:
        answer = self._call("auth.test", self._client.auth_test)
        headers = {name.lower(): str(value) for name, value in answer.headers.items()}
        scopes = headers.get("x-oauth-scopes", "")
        return Workspace(
            team=str(answer["team_id"]),
            bot_user=str(answer["user_id"]),
            scopes=frozenset(scope.strip() for scope in scopes.split(",") if scope.strip()),
            clock_skew_seconds=self._skew(headers.get("date", "")),
        )

    def _skew(self, date: str) -> float:
        """How far our clock is ahead of Slack's."""
        try:
            theirs = parsedate_to_datetime(date)
        except ValueError:
            return 0.0
        return (self._now() - theirs).total_seconds() if theirs.tzinfo else 0.0

    def _call(
        self, method: str, function: Callable[..., SlackResponse], **arguments: Any
    ) -> SlackResponse:
        try:
            answer = function(token=self._token.reveal(), **arguments)
        except FAILURES as error:
            ours = translated(method, error)
            self._heard(method, outcome_of(ours))
            raise ours from None  # theirs holds the answer's body
        self._heard(method, "ok")
        return answer

    def _pages(
        self,
        method: str,
        function: Callable[..., SlackResponse],
        *,
        size: int = _PAGE,
        **arguments: Any,
    ) -> Iterator[SlackResponse]:
        cursor = ""
        for _ in range(_PAGES):
            answer = self._call(method, function, limit=size, cursor=cursor, **arguments)
            yield answer
            cursor = (answer.get("response_metadata") or {}).get("next_cursor") or ""
            if not cursor:
                return
        raise GiveUp(f"{method} has more than {size * _PAGES} results; the bot reads no further")


def _client(base_url: str, timeout: int) -> WebClient:
    return WebClient(
        base_url=f"{base_url.rstrip('/')}/",
        timeout=timeout,
        retry_handlers=[],
        logger=_silent,
    )


def _body(message: Message, mark: Mark) -> dict[str, Any]:
    payload = {"incident": mark.incident, "intent": mark.intent}
    return {
        "text": message.text,
        "blocks": [dict(block) for block in message.blocks],
        "metadata": {"event_type": EVENT_TYPE, "event_payload": payload},
        **_STAY_PLAIN,
    }


def _posted(message: Mapping[str, Any]) -> Posted | None:
    metadata = message.get("metadata") or {}
    payload = metadata.get("event_payload") or {}
    if metadata.get("event_type") != EVENT_TYPE or not payload.get("intent"):
        return None
    mark = Mark(incident=str(payload.get("incident", "")), intent=str(payload["intent"]))
    return Posted(ts=str(message["ts"]), mark=mark)


def _barred(user: Mapping[str, Any]) -> str | None:
    reasons = {
        "deleted": "this account is deactivated",
        "is_bot": "this account is a bot",
        "is_stranger": "this account belongs to another workspace",
        "is_ultra_restricted": "this account is a guest",
        "is_restricted": "this account is a guest",
    }
    return next((reason for field, reason in reasons.items() if user.get(field)), None)
