"""A message in a channel, and the answer that only one person sees."""

from dataclasses import dataclass

from sandbox.slack.app import App
from sandbox.slack.errors import Json
from sandbox.slack.people import TEAM_ID


@dataclass(frozen=True, kw_only=True)
class Message:
    channel: str
    ts: str
    user: str
    by_app: bool = False
    text: str = ""
    blocks: tuple[Json, ...] = ()
    sent: tuple[Json, ...] = ()
    """The blocks just as the app sent them, before Slack filled in its defaults."""
    thread_ts: str | None = None
    broadcast: bool = False
    metadata: Json | None = None
    edited: str | None = None
    files: tuple[Json, ...] = ()
    reactions: tuple[tuple[str, str], ...] = ()
    subtype: str | None = None
    pinned: bool = False

    @property
    def is_reply(self) -> bool:
        return self.thread_ts is not None and self.thread_ts != self.ts

    @property
    def is_top_level(self) -> bool:
        return not self.is_reply or self.broadcast

    def as_api(self, app: App, *, with_metadata: bool = False) -> Json:
        found: Json = {"type": "message", "user": self.user, "text": self.text, "ts": self.ts}
        found["team"] = TEAM_ID
        if self.by_app:
            found.update(bot_id=app.bot_id, app_id=app.id, bot_profile=app.profile())
        if self.blocks:
            found["blocks"] = list(self.blocks)
        if self.thread_ts:
            found["thread_ts"] = self.thread_ts
        if self.subtype or self.broadcast:
            found["subtype"] = self.subtype or "thread_broadcast"
        if self.edited:
            found["edited"] = {"user": self.user, "ts": self.edited}
        if self.files:
            found.update(files=list(self.files), upload=False)
        if self.reactions:
            found["reactions"] = self.reaction_counts()
        if self.pinned:
            found["pinned_to"] = [self.channel]
        if with_metadata and self.metadata:
            found["metadata"] = self.metadata
        return found

    def reaction_counts(self) -> list[Json]:
        names = dict.fromkeys(name for name, _ in self.reactions)
        return [
            {"name": name, "users": users, "count": len(users)}
            for name in names
            for users in [[user for each, user in self.reactions if each == name]]
        ]


@dataclass(frozen=True, kw_only=True)
class Whisper:
    """Ephemeral: seen by `user` alone, and gone when they reload."""

    id: str
    channel: str
    ts: str
    user: str
    text: str = ""
    blocks: tuple[Json, ...] = ()
    sent: tuple[Json, ...] = ()
    thread_ts: str | None = None
    files: tuple[Json, ...] = ()
