"""What every listener needs at hand: the bot, and the ways in which one person is answered."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

import structlog

from bot.bot import Bot
from bot.cards.answers import answer, people_in
from bot.cards.modals import notice
from bot.domain.errors import GiveUp, Refused, Unavailable
from bot.domain.verbs.reply import Asked, Reply, Surface
from handlers.slack.private import Private
from handlers.slack.shapes import Click
from handlers.web.access import Door

log = structlog.get_logger()


def actor_of(user: str) -> str:
    return f"slack:{user}"


def delivery(kind: str, *parts: str) -> str:
    """The key of a delivery, the same when Slack sends it again; parts that are empty tell none."""
    if not all(parts):
        return ""
    return f"slack:{kind}:{sha256(chr(0).join(parts).encode()).hexdigest()}"


@dataclass(frozen=True, kw_only=True)
class Desk:
    bot: Bot
    door: Door
    private: Private

    def first_time(self, delivery: str) -> bool:
        """Whether this delivery is new, for what is no change of an incident."""
        return not delivery or not self.bot.seen_before(delivery)

    def ask(
        self,
        text: str,
        user: str,
        *,
        place: str | None,
        incident: str | None = None,
        once: str = "",
    ) -> Reply:
        asked = Asked(
            text=text,
            actor=actor_of(user),
            surface=Surface.SLACK,
            place=place,
            incident=incident,
            once=once,
        )
        return self.bot.command(asked)

    def opened(self, trigger: str, view: Mapping[str, Any], instead: str = "") -> Reply:
        """An empty reply where the form is open; else why not, and what to type `instead`."""
        told = guarded(lambda: self._open(trigger, view))
        if told.status == 0 or not instead:
            return told
        return Reply(text=f"{told.text} Type it instead: `{instead}`", status=told.status)

    def _open(self, trigger: str, view: Mapping[str, Any]) -> Reply:
        self.bot.open_form(trigger, view)
        return Reply(text="")

    def shown(self, reply: Reply, user: str) -> dict[str, Any]:
        """The reply as a private answer, with a personal link where it is cut."""
        names = self.bot.names(people_in(reply.text))
        return answer(reply.text, names, link=("Open the page", self._page(reply, user)))

    def _page(self, reply: Reply, user: str) -> str:
        told = reply.data.get("incident") or reply.data.get("id") or ""
        named = isinstance(told, str) and told.startswith("INC-")
        path = f"/incidents/{told}" if named else "/incidents"
        return self.door.page_link(path, actor=actor_of(user))

    def tell(self, click: Click, body: Mapping[str, Any]) -> None:
        """Answers a click: beside the message it was made on, or in a box over the App Home."""
        user = click.user.id
        if click.response_url:
            self.private.say(click.response_url, body, user)
            return
        told = self.opened(click.trigger_id, notice(body["blocks"]))
        if told.status:
            log.error("slack.unanswered", user=user, why=told.text)


def guarded(ask: Callable[[], Reply]) -> Reply:
    """What `ask` answers, or the words of what it raises."""
    try:
        return ask()
    except Refused as no:
        return Reply(text=str(no), status=no.status)
    except Unavailable as error:
        return Reply(text=f"{error} Nothing was done; try again in a moment.", status=error.status)
    except GiveUp as error:
        log.warning("slack.given_up", why=str(error))
        return Reply(text=f"{error}. Nothing was done.", status=Unavailable.status)
