"""What people see, for tests that read like an incident: channels, cards, modals."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol

from sandbox.slack.elements_state import OFFERS, elements
from sandbox.slack.texts import offered

if TYPE_CHECKING:
    from collections.abc import Callable

    from sandbox.slack.errors import Json
    from sandbox.slack.message import Message, Whisper
    from sandbox.slack.view import View
    from sandbox.slack.workspace import Workspace

SECONDS = 30.0


class Hands(Protocol):
    """What a screen needs of whoever looks at it and presses on it."""

    ws: Workspace

    def wait_for(self, predicate: Callable[[], object], seconds: float) -> bool: ...
    def messages(self, channel: str) -> list[Card]: ...
    def thread(self, ts: str, *, channel: str) -> list[Card]: ...
    def whispers(self, user: str) -> list[Card]: ...
    def click(self, on: Card | Modal, label: str, *, user: str) -> None: ...
    def select(self, on: Card | Modal, action_id: str, value: object, *, user: str) -> None: ...
    def submit(self, view: View, values: Json, *, user: str) -> str: ...
    def close(self, view: View) -> None: ...


def words(part: Any) -> str:
    """Every text that is shown in these blocks, one line each."""
    if isinstance(part, list | tuple):
        return "\n".join(filter(None, map(words, part)))
    if not isinstance(part, dict):
        return ""
    own = part.get("text")
    lines = [own] if isinstance(own, str) else []
    lines += [words(value) for value in part.values() if isinstance(value, dict | list | tuple)]
    return "\n".join(filter(None, lines))


def pressed(blocks: tuple[Json, ...], label: str) -> tuple[Json, Json, object]:
    """The (block, element, value) that a person means by `label`.

    An action id, a button's words, or the words of an option in a menu.
    """
    for block, element in elements(blocks):
        if label in {element["action_id"], words(element.get("text"))}:
            return block, element, element.get("value")
    for block, element in elements(blocks):
        if element["type"] in OFFERS:
            for option in offered(element):
                if label in {option["value"], option["text"]["text"]}:
                    return block, element, option["value"]
    there = [words(element) or element["action_id"] for _, element in elements(blocks)]
    raise AssertionError(f"nothing here says {label!r}; there is {there}")


@dataclass(frozen=True, kw_only=True)
class Card:
    """One message or private answer; always as it is now, not as it was when found."""

    hands: Hands
    channel: str
    ts: str
    whisper: str = ""

    @property
    def current(self) -> Message | Whisper:
        board = self.hands.ws.board
        private = board.whispered(self.whisper) if self.whisper else None
        return private or board.get(self.channel, self.ts)

    @property
    def blocks(self) -> tuple[Json, ...]:
        return self.current.blocks

    @property
    def sent(self) -> list[Json]:
        """The blocks just as the app sent them, to compare with what it renders."""
        return list(self.current.sent)

    @property
    def text(self) -> str:
        """What a person reads: the blocks' words, or the text where there are no blocks."""
        now = self.current
        return words(now.blocks) or now.text

    @property
    def buttons(self) -> list[str]:
        found = [element for _, element in elements(self.blocks) if element["type"] == "button"]
        return [words(element["text"]) for element in found]

    @property
    def options(self) -> list[str]:
        """The words of every option of every menu."""
        menus = [element for _, element in elements(self.blocks) if element["type"] in OFFERS]
        return [words(option["text"]) for menu in menus for option in offered(menu)]

    def expect(self, text: str, *, seconds: float = SECONDS) -> Card:
        def shown() -> bool:
            return text in self.text

        if not self.hands.wait_for(shown, seconds):
            raise AssertionError(f"{text!r} never appeared; the card says:\n{self.text}")
        return self

    expect_update = expect

    def expect_reply(self, text: str, *, seconds: float = SECONDS) -> Card:
        """A message in this card's thread."""
        return _expect(lambda: self.replies, text, seconds, self.hands, "in the thread")

    @property
    def replies(self) -> list[Card]:
        return self.hands.thread(self.ts, channel=self.channel)

    def click(self, label: str, *, by: str = "U1") -> None:
        """Presses a button, or picks an option of a menu, by its words or its action id."""
        self.hands.click(self, label, user=by)

    def select(self, action_id: str, value: object, *, by: str = "U1") -> None:
        self.hands.select(self, action_id, value, user=by)


@dataclass(frozen=True, kw_only=True)
class Screen:
    """A channel as `user` sees it."""

    hands: Hands
    channel: str
    user: str

    @property
    def cards(self) -> list[Card]:
        return self.hands.messages(self.channel)

    @property
    def whispers(self) -> list[Card]:
        return [each for each in self.hands.whispers(self.user) if each.channel == self.channel]

    def expect_card(self, text: str, *, seconds: float = SECONDS) -> Card:
        return _expect(lambda: self.cards, text, seconds, self.hands, "in the channel")

    def expect_whisper(self, text: str, *, seconds: float = SECONDS) -> Card:
        return _expect(lambda: self.whispers, text, seconds, self.hands, f"to {self.user}")


@dataclass(frozen=True, kw_only=True)
class Modal:
    """The modal that `user` has open on top."""

    hands: Hands
    user: str

    @property
    def current(self) -> View:
        view = self.hands.ws.modals.top(self.user)
        if view is None:
            raise AssertionError(f"{self.user} has no modal open")
        return view

    @property
    def text(self) -> str:
        view = self.current
        return "\n".join([words(view.title), words(view.blocks), *view.errors.values()])

    def expect(self, text: str, *, seconds: float = SECONDS) -> Modal:
        modals = self.hands.ws.modals

        def shown() -> bool:
            return modals.top(self.user) is not None and text in self.text

        if not self.hands.wait_for(shown, seconds):
            now = self.text if modals.top(self.user) else "no modal"
            raise AssertionError(f"{text!r} never appeared; there is:\n{now}")
        return self

    def submit(self, **values: object) -> str:
        """Fills in by action id and sends; the error word, or '' when it was taken."""
        view = self.current
        known = {element["action_id"]: block for block, element in elements(view.blocks)}
        unknown = set(values) - set(known)
        if unknown:
            raise AssertionError(f"no such fields: {sorted(unknown)}; there are {sorted(known)}")
        filled: dict[str, dict[str, object]] = {}
        for name, value in values.items():
            filled.setdefault(known[name]["block_id"], {})[name] = value
        return self.hands.submit(view, filled, user=self.user)

    def click(self, label: str) -> None:
        self.hands.click(self, label, user=self.user)

    def close(self) -> None:
        self.hands.close(self.current)


def _expect(find: Any, text: str, seconds: float, hands: Hands, where: str) -> Card:
    found: list[Card] = []

    def shown() -> bool:
        found[:] = [card for card in find() if text in card.text]
        return bool(found)

    if not hands.wait_for(shown, seconds):
        there = "\n---\n".join(card.text for card in find()) or "nothing"
        raise AssertionError(f"{text!r} never appeared {where}; there is:\n{there}")
    return found[-1]
