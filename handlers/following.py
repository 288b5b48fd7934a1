"""Follows an operation from the terminal until it is over or a person must decide.

It only reads: whoever stops following stops nothing.
"""

import time
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from typing import Any

from bot.domain.errors import Unavailable
from bot.domain.operations.operation import State
from handlers.line import Line, not_candlefish
from handlers.progress import ended, last_words, news

EVERY = 1.0  # seconds
PATIENCE = 60.0  # seconds: a bot that is started anew answers before
INTERRUPTED = 130  # as every shell says it
DONE = frozenset({State.SUCCEEDED, State.DRY_RUN})
_TAKEN_BACK = frozenset({State.CANCELLED, State.UNDONE})
_AS_IT_IS = frozenset({State.SUCCEEDED, State.STUCK})


@dataclass(frozen=True, kw_only=True)
class Followed:
    """`operation` as it was seen last, if it was."""

    status: int
    text: str
    operation: Mapping[str, Any] = field(default_factory=dict)


def wanted(verb: str, begun: Mapping[str, Any]) -> Collection[State]:
    """The ends that a verb asks for; `begun` is the operation as its answer has it.

    A revert of what is done begins an operation of its own, which is to be done as any other.
    """
    if verb == "operation close":
        return _AS_IT_IS
    own = verb == "operation revert" and begun.get("state") == State.PLANNING
    return _TAKEN_BACK if verb in ("operation cancel", "operation revert") and not own else DONE


def follow(
    line: Line,
    name: str,
    say: Callable[[str], None],
    wanted: Collection[State] = DONE,
    *,
    every: float = EVERY,
    patience: float = PATIENCE,
) -> Followed:
    """Says each thing once, when it is new; it ended well where it is as it was `wanted`."""
    seen: Mapping[str, Any] = {}
    heard_at = time.monotonic()
    try:
        while True:
            try:
                now = line.call("GET", f"/operations/{name}")
            except Unavailable as error:
                if time.monotonic() - heard_at > patience:
                    return _lost(name, str(error), seen)
            else:
                if now.get("id") != name:
                    raise not_candlefish(line)
                heard_at = time.monotonic()
                for words in news(seen, now):
                    say(words)
                seen = now
                if ended(now):
                    status = 0 if now["state"] in wanted else 1
                    return Followed(status=status, text=last_words(now), operation=now)
            time.sleep(every)
    except KeyboardInterrupt:
        return _left(name, seen)


def _lost(name: str, why: str, seen: Mapping[str, Any]) -> Followed:
    text = f"{why} {name} goes on as soon as it runs again: `candlefish operation show {name}`."
    return Followed(status=Unavailable.status, text=text, operation=seen)


def _left(name: str, seen: Mapping[str, Any]) -> Followed:
    text = f"{name} goes on. To look: `candlefish operation show {name}`; "
    text += f"to stop it: `candlefish operation cancel {name}`."
    return Followed(status=INTERRUPTED, text=text, operation=seen)
