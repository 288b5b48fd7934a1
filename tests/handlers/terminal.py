"""A terminal that follows an operation of a bot in this process."""

import threading
from collections.abc import Callable, Collection
from dataclasses import dataclass, field

from bot.domain.operations.operation import State
from bot.secret import Secret
from bot.settings import Settings
from handlers.following import Followed, follow
from handlers.line import Line
from handlers.remote import Answer, ask
from tests.handlers.web.rig import Rig

PATIENCE = 20.0


@dataclass(kw_only=True)
class Terminal:
    """Follows in a thread of its own; `lines` are what it has said."""

    rig: Rig
    address: str
    lines: list[str] = field(default_factory=list)
    answers: list[Answer] = field(default_factory=list)
    _news: threading.Condition = field(default_factory=threading.Condition)
    _thread: threading.Thread | None = None

    def run(self, *words: str) -> None:
        settings = Settings(base_url=self.address, token=Secret(self.rig.token()))
        self._thread = threading.Thread(target=self._run, args=(words, settings))
        self._thread.start()

    def expect(self, words: str) -> None:
        with self._news:
            found = self._news.wait_for(lambda: self._has(words), PATIENCE)
        assert found, f"{words!r} was never said:\n{self.lines}"

    def end(self) -> Answer:
        assert self._thread is not None
        self._thread.join(PATIENCE)
        assert self.answers, f"it still follows:\n{self.lines}"
        return self.answers[0]

    def _run(self, words: tuple[str, ...], settings: Settings) -> None:
        self.answers.append(ask(words, settings, self._follow, self._say))

    def _follow(
        self, line: Line, name: str, say: Callable[[str], None], wanted: Collection[State]
    ) -> Followed:
        return follow(line, name, say, wanted, every=0.05, patience=0.5)

    def _say(self, words: str) -> None:
        with self._news:
            self.lines.append(words)
            self._news.notify_all()

    def _has(self, words: str) -> bool:
        return any(words in line for line in self.lines)


def begun(terminal: Terminal, *more: str) -> None:
    """Asked for in the terminal, and being planned."""
    terminal.run("rollback", "production", "--component", "graphql-api", "--wait", *more)
    terminal.expect("OP-1 is being planned")
