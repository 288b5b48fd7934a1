"""A stand-in for the bot that only takes webhooks."""

import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

Body = dict[str, Any]


@dataclass
class Listener:
    """Takes webhooks as the bot does: checks the token, answers, remembers."""

    url: str = ""
    token: str = "the-token"
    about: str = ""
    """When set, the only alert that counts: on a busy machine another part may be found slow."""
    answers: list[int] = field(default_factory=list)
    """Status codes for the next requests; 200 when used up."""
    seen: list[tuple[int, Body]] = field(default_factory=list)
    news: threading.Condition = field(default_factory=threading.Condition)

    def take(self, authorization: str | None, body: Body) -> int:
        if self.about not in {"", body["groupLabels"]["alertname"]}:
            return 200
        with self.news:
            code = self.answers.pop(0) if self.answers else 200
            if authorization != f"Bearer {self.token}":
                code = 401
            self.seen.append((code, body))
            self.news.notify_all()
        return code

    def wait(self, wanted: Callable[[Body], bool], *, within: float = 30.0) -> Body:
        """The first webhook answered 200 that is wanted."""

        def first() -> Body | None:
            return next((body for code, body in self.seen if code == 200 and wanted(body)), None)

        with self.news:
            self.news.wait_for(first, timeout=within)
            found = first()
        assert found is not None, self.told()
        return found

    def told(self) -> list[tuple[int, str, str]]:
        return [
            (code, body["status"], body["groupLabels"]["alertname"]) for code, body in self.seen
        ]

    def wait_count(self, count: int, *, within: float = 30.0) -> None:
        with self.news:
            assert self.news.wait_for(lambda: len(self.seen) >= count, within), self.told()
