"""The hands and eyes of the people in the workspace: they type, press, and look."""

from collections.abc import Callable
from dataclasses import dataclass

from sandbox.slack.acts import click as clicks
from sandbox.slack.acts import form
from sandbox.slack.acts.command import command
from sandbox.slack.acts.stage import Stage
from sandbox.slack.acts.talk import open_home, say
from sandbox.slack.errors import Json, SlackError
from sandbox.slack.message import Message, Whisper
from sandbox.slack.outbound import Answer
from sandbox.slack.screen import SECONDS, Card, Modal, Screen, pressed
from sandbox.slack.view import View


@dataclass(frozen=True, kw_only=True)
class Shown:
    """What Slack showed at once: private answers, messages, and the modal now open."""

    answer: Answer
    whispers: tuple[Card, ...]
    messages: tuple[Card, ...]
    view: View | None

    @property
    def text(self) -> str:
        return "\n".join(card.text for card in (*self.whispers, *self.messages))


class Hands:
    """A user is an id (`U1`), a channel an id or a name (`C1`, `#ops-emergency`)."""

    def __init__(self, stage: Stage) -> None:
        self.stage = stage
        self.ws = stage.ws

    def wait_for(self, predicate: Callable[[], object], seconds: float = SECONDS) -> bool:
        """Looks after every change until it holds; False when the time is over."""
        return self.ws.feed.wait_for(predicate, seconds)

    def channel_id(self, word: str) -> str:
        found = self.ws.channels.get(word) or self.ws.named_channel(word)
        if found is None:
            raise SlackError("channel_not_found")
        return found.id

    def channel(self, word: str, *, user: str = "U1") -> Screen:
        return Screen(hands=self, channel=self.channel_id(word), user=user)

    def messages(self, channel: str) -> list[Card]:
        """The top level of a channel, oldest first."""
        found = self.ws.board.top_level(self.channel_id(channel))
        return [self._card(each) for each in found]

    def thread(self, ts: str, *, channel: str = "C1") -> list[Card]:
        found = self.ws.board.replies(self.channel_id(channel), ts)
        return [self._card(each) for each in found]

    def whispers(self, user: str) -> list[Card]:
        return [self._card(each) for each in self.ws.board.whispers(user)]

    def views(self, user: str) -> list[View]:
        """The open modals, the visible one last."""
        return self.ws.modals.stack(user)

    def modal(self, user: str) -> Modal:
        return Modal(hands=self, user=user)

    def home(self, user: str) -> View | None:
        return self.ws.modals.home(user)

    def command(self, user: str, text: str, *, channel: str = "C1") -> Shown:
        """`text` begins with the command: `/candlefish help`."""
        place = self.channel_id(channel)
        before = {card.whisper: card.ts for card in self.whispers(user)}
        posted = {card.ts for card in self.messages(place)}
        answer = command(self.stage, user=user, channel=place, text=text)
        return Shown(
            answer=answer,
            whispers=tuple(
                card for card in self.whispers(user) if before.get(card.whisper) != card.ts
            ),
            messages=tuple(card for card in self.messages(place) if card.ts not in posted),
            view=self.ws.modals.top(user),
        )

    def click(self, on: Card | Modal | Message | Whisper | View, label: str, *, user: str) -> None:
        """Presses what says `label` (or has that action id); SlackError when no ack came."""
        container = on.current if isinstance(on, Card | Modal) else on
        block, element, value = pressed(container.blocks, label)
        clicks.act(
            self.stage,
            user=user,
            on=container,
            block_id=block["block_id"],
            action_id=element["action_id"],
            value=value,
        )

    def select(
        self,
        on: Card | Modal | Message | Whisper | View,
        action_id: str,
        value: object,
        *,
        user: str,
    ) -> None:
        """Picks `value` (an option's value, a user's id, a date) in the element `action_id`."""
        container = on.current if isinstance(on, Card | Modal) else on
        clicks.act(
            self.stage, user=user, on=container, block_id="", action_id=action_id, value=value
        )

    def submit(self, view: View, values: Json, *, user: str = "") -> str:
        """Sends the form (block → action → value); Slack's word for why not, or ''."""
        if user and user != view.user:
            raise AssertionError(f"this view is open for {view.user}, not for {user}")
        try:
            form.submit(self.stage, view=view, values=values)
        except SlackError as error:
            return error.word
        return ""

    def close(self, view: View) -> None:
        form.close(self.stage, view=view)

    def open_home(self, user: str) -> None:
        open_home(self.stage, user=user)

    def say(
        self, user: str, text: str, *, channel: str = "C1", thread_ts: str | None = None
    ) -> Card:
        place = self.channel_id(channel)
        return self._card(say(self.stage, user=user, channel=place, text=text, thread_ts=thread_ts))

    def _card(self, each: Message | Whisper) -> Card:
        whisper = each.id if isinstance(each, Whisper) else ""
        return Card(hands=self, channel=each.channel, ts=each.ts, whisper=whisper)
