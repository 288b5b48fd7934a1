"""What stands in the channels: messages, threads, and each person's private answers."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from sandbox.slack.channel import Channel
from sandbox.slack.errors import SlackError
from sandbox.slack.feed import Feed
from sandbox.slack.message import Message, Whisper


class Board:
    def __init__(self, feed: Feed) -> None:
        self._feed = feed
        # Timestamps only grow, so both stay in order by being added to.
        self._messages: dict[str, dict[str, Message]] = {}
        self._replies: dict[tuple[str, str], list[str]] = {}
        self._whispers: dict[str, Whisper] = {}

    def find(self, channel: str, ts: str) -> Message | None:
        return self._messages.get(channel, {}).get(ts)

    def get(self, channel: str, ts: str) -> Message:
        found = self.find(channel, ts)
        if found is None or found.subtype == "tombstone":
            raise SlackError("message_not_found")
        return found

    def all(self, channel: str) -> list[Message]:
        """Oldest first."""
        with self._feed.lock:
            return list(self._messages.get(channel, {}).values())

    def top_level(self, channel: str) -> list[Message]:
        return [each for each in self.all(channel) if each.is_top_level]

    def replies(self, channel: str, thread_ts: str) -> list[Message]:
        with self._feed.lock:
            messages = self._messages.get(channel, {})
            stamps = self._replies.get((channel, thread_ts), ())
            return [messages[ts] for ts in stamps if ts in messages]

    def parent(self, channel: str, thread_ts: str) -> Message:
        """The message that a thread hangs on; replies have no threads of their own."""
        found = self.find(channel, thread_ts)
        if found is None or found.is_reply:
            raise SlackError("thread_not_found")
        return found

    def put(self, message: Message, *audience: str) -> None:
        with self._feed.lock:
            messages = self._messages.setdefault(message.channel, {})
            messages[message.ts] = message
            if message.is_reply and message.thread_ts:
                parent = messages[message.thread_ts]
                messages[parent.ts] = replace(parent, thread_ts=parent.ts)
                self._replies.setdefault((parent.channel, parent.ts), []).append(message.ts)
            self._feed.changed(*audience)

    def change(self, message: Message, **fields: Any) -> Message:
        changed = replace(message, **fields)
        with self._feed.lock:
            self._messages[message.channel][message.ts] = changed
            self._feed.changed()
        return changed

    def delete(self, message: Message) -> None:
        """Gone, or a tombstone where replies still hang on it."""
        with self._feed.lock:
            messages = self._messages[message.channel]
            if self.replies(message.channel, message.ts):
                messages[message.ts] = Message(
                    channel=message.channel,
                    ts=message.ts,
                    user="USLACKBOT",
                    text="This message was deleted.",
                    thread_ts=message.ts,
                    subtype="tombstone",
                )
            else:
                del messages[message.ts]
            self._feed.changed()

    def whisper(self, whisper: Whisper) -> None:
        """New, or in place of the one with the same id."""
        with self._feed.lock:
            self._whispers[whisper.id] = whisper
            self._feed.changed(whisper.user)

    def whispers(self, user: str) -> list[Whisper]:
        with self._feed.lock:
            return [each for each in self._whispers.values() if each.user == user]

    def whispered(self, identity: str) -> Whisper | None:
        return self._whispers.get(identity)

    def hush(self, identity: str) -> None:
        with self._feed.lock:
            whisper = self._whispers.pop(identity, None)
            if whisper is not None:
                self._feed.changed(whisper.user)

    def threads(self, channels: list[Channel]) -> Iterator[tuple[str, list[Message]]]:
        for channel in channels:
            for each in self.all(channel.id):
                if each.thread_ts == each.ts:
                    yield each.ts, self.replies(channel.id, each.ts)
