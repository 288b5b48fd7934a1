"""Who may open the pages: the holder of a personal link, of its cookie, or of an API token."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from http import HTTPStatus
from typing import Self
from urllib.parse import urlencode

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from bot.domain.ops_data.people import Role
from bot.settings import Settings
from handlers.keys import LocalKey
from handlers.tokens import Audience, BadToken, Verifier, sign

LINK_LIVES = timedelta(minutes=10)
SESSION_LIVES = timedelta(hours=8)
_PARAMETER = "t"


class NoEntry(Exception):
    """Nothing that opens the pages came with the request; the text says why."""


@dataclass(frozen=True, kw_only=True)
class Door:
    """`open_pages` lets everybody in, for the demo."""

    key: LocalKey
    verifier: Verifier
    now: Callable[[], datetime]
    base_url: str
    open_pages: bool = False

    @classmethod
    def of(cls, settings: Settings, verifier: Verifier, now: Callable[[], datetime]) -> Self:
        return cls(
            key=verifier.local,
            verifier=verifier,
            now=now,
            base_url=settings.base_url,
            open_pages=settings.open_pages,
        )

    @property
    def cookie(self) -> str:
        """Browsers accept a `__Host-` cookie from this very host alone, and only over https."""
        return "__Host-candlefish" if self._secure else "candlefish"

    @property
    def _secure(self) -> bool:
        return self.base_url.startswith("https://")

    def page_link(self, path: str, *, actor: str, role: Role = Role.VIEWER) -> str:
        """A personal address of a page such as `/incidents/INC-1`, good for ten minutes."""
        token = self._token(actor, role, LINK_LIVES, Audience.PAGE)
        return f"{self.base_url}{path}?{urlencode({_PARAMETER: token})}"

    def check(self, request: Request) -> None:
        """Raises NoEntry for those who may not come in."""
        if self.open_pages:
            return
        scheme, _, bearer = request.headers.get("authorization", "").partition(" ")
        try:
            if scheme.lower() == "bearer":
                self.verifier.verify(bearer.strip(), audience=Audience.API, now=self.now())
                return
            session = request.cookies.get(self.cookie)
            if session is None:
                raise NoEntry("This page is not open to everyone.")
            self.verifier.verify(session, audience=Audience.SESSION, now=self.now())
        except BadToken as bad:
            raise NoEntry(bad.fact) from None

    def enter(self, request: Request) -> Response | None:
        """For a personal link: the way to the clean address, with a cookie; else `None`."""
        link = request.query_params.get(_PARAMETER)
        if link is None:
            return None
        response = RedirectResponse(_clean_address(request), HTTPStatus.SEE_OTHER)
        response.headers["Cache-Control"] = "no-store"
        response.headers["Referrer-Policy"] = "no-referrer"
        try:
            claims = self.verifier.verify(link, audience=Audience.PAGE, now=self.now())
        except BadToken as bad:
            self._unless_inside(request, bad)
            return response
        response.set_cookie(
            self.cookie,
            self._token(claims.sub, claims.role, SESSION_LIVES, Audience.SESSION),
            max_age=int(SESSION_LIVES.total_seconds()),
            httponly=True,
            samesite="lax",
            secure=self._secure,
        )
        return response

    def _unless_inside(self, request: Request, bad: BadToken) -> None:
        """An old link is as good as none for somebody whose cookie still holds."""
        try:
            self.check(request)
        except NoEntry:
            raise NoEntry(bad.fact) from None

    def _token(self, sub: str, role: Role, ttl: timedelta, audience: Audience) -> str:
        return sign(self.key, sub=sub, role=role, ttl=ttl, audience=audience, now=self.now())


def _clean_address(request: Request) -> str:
    others = [(name, value) for name, value in request.query_params.multi_items() if name != "t"]
    return request.url.path + (f"?{urlencode(others)}" if others else "")
