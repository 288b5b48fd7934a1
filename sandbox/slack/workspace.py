"""One Slack workspace with one app installed: everything the twin remembers."""

import time
from collections.abc import Callable
from dataclasses import replace

from sandbox.slack.app import App
from sandbox.slack.board import Board
from sandbox.slack.channel import Channel
from sandbox.slack.errors import Json, SlackError
from sandbox.slack.feed import Feed
from sandbox.slack.files import Files
from sandbox.slack.message import Message
from sandbox.slack.modals import Modals
from sandbox.slack.people import TEAM_DOMAIN, TEAM_ID, TEAM_NAME, USUAL, Person, Seed, Usergroup
from sandbox.slack.stamps import Stamps
from sandbox.slack.stored import stored
from sandbox.slack.tickets import ResponseUrls, SocketTickets, Triggers


class Workspace:
    """Whoever reads and then writes holds `feed.lock` in between."""

    def __init__(
        self,
        *,
        seed: Seed = USUAL,
        app: App | None = None,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self.app = app or App()
        self.root = ""
        self.stamps = Stamps(clock)
        self.feed = Feed()
        self.board = Board(self.feed)
        self.modals = Modals(self.feed, self.stamps)
        self.files = Files(self.feed, self.stamps, lambda: self.root)
        self.triggers = Triggers(self.stamps)
        self.response_urls = ResponseUrls(self.stamps)
        self.socket_tickets = SocketTickets(self.stamps)
        self.people = {each.id: each for each in (*seed.people, self.app.as_person())}
        self.usergroups = {each.id: each for each in seed.usergroups}
        self.picked: dict[str, Json] = {}
        self.channels: dict[str, Channel] = {}
        self._seed_channels(seed)

    def _seed_channels(self, seed: Seed) -> None:
        everyone = frozenset(each.id for each in seed.people if not each.is_stranger)
        inside = frozenset(each.id for each in seed.people if not each.is_restricted)
        for identity, name, members in (
            ("C1", "ops-emergency", everyone | {self.app.user_id}),
            ("C2", "general", inside),
        ):
            self.channels[identity] = Channel(
                id=identity,
                name=name,
                created=int(self.stamps.now()),
                members=members,
                creator=seed.people[0].id if seed.people else self.app.user_id,
            )

    def team(self) -> Json:
        return {"id": TEAM_ID, "name": TEAM_NAME, "domain": TEAM_DOMAIN}

    def person(self, user: str) -> Person:
        found = self.people.get(user)
        if found is None:
            raise SlackError("user_not_found")
        return found

    def group(self, identity: str) -> Usergroup:
        found = self.usergroups.get(identity)
        if found is None:
            raise SlackError("no_such_subteam")
        return found

    def channel(self, identity: str) -> Channel:
        found = self.channels.get(identity)
        if found is None or not found.visible_to(self.app.user_id):
            raise SlackError("channel_not_found")
        return found

    def joined(self, identity: str) -> Channel:
        """The channel, when the app is in it."""
        found = self.channel(identity)
        if self.app.user_id not in found.members:
            raise SlackError("not_in_channel")
        return found

    def named_channel(self, name: str) -> Channel | None:
        bare = name.removeprefix("#")
        with self.feed.lock:
            return next((each for each in self.channels.values() if each.name == bare), None)

    def direct(self, user: str) -> Channel:
        """The direct messages between this person and the app, opened when need be."""
        self.person(user)
        members = frozenset({user, self.app.user_id})
        with self.feed.lock:
            for each in self.channels.values():
                if each.is_im and each.members == members:
                    return each
            made = Channel(
                id=self.stamps.id("D"),
                name=self.app.name,
                created=int(self.stamps.now()),
                members=members,
                is_im=True,
            )
            return self.put_channel(made)

    def put_channel(self, channel: Channel) -> Channel:
        with self.feed.lock:
            self.channels[channel.id] = channel
            self.feed.changed()
            return channel

    def add_member(self, channel: Channel, user: str) -> Channel:
        return self.put_channel(replace(channel, members=channel.members | {user}))

    def say(
        self,
        channel: Channel,
        user: str,
        *,
        text: str = "",
        blocks: list[Json] | None = None,
        thread_ts: str | None = None,
        broadcast: bool = False,
        metadata: Json | None = None,
        files: tuple[Json, ...] = (),
        subtype: str | None = None,
    ) -> Message:
        """Posts, after the thread (when one is named) has been found."""
        with self.feed.lock:
            if thread_ts is not None:
                self.board.parent(channel.id, thread_ts)
            message = Message(
                channel=channel.id,
                ts=self.stamps.ts(),
                user=user,
                by_app=user == self.app.user_id,
                text=text,
                blocks=stored(blocks or [], self.stamps),
                sent=tuple(blocks or ()),
                thread_ts=thread_ts,
                broadcast=broadcast,
                metadata=metadata,
                files=files,
                subtype=subtype,
            )
            self.board.put(message, *(channel.members if channel.is_im else ()))
            return message
