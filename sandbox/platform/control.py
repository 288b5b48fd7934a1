"""The control page and its JSON twin: break a component, make it slow, mend it."""

import json
from base64 import b64encode
from collections.abc import Mapping
from hashlib import sha256
from urllib.parse import parse_qsl

import jinja2
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, RedirectResponse, Response
from starlette.routing import Route

from sandbox.platform.component import Kind
from sandbox.platform.deliveries import Deliveries
from sandbox.platform.health import Health
from sandbox.platform.releases import OwnReleases
from sandbox.platform.tag import next_tag
from sandbox.platform.world import Platform

_FORM = "application/x-www-form-urlencoded"
_PAGES = jinja2.Environment(
    loader=jinja2.PackageLoader("sandbox.platform"), autoescape=True, trim_blocks=True
)


# A refresh by `meta` would not load an address that ends in a fragment anew. One that came while an
# order is on its way would cancel it.
_RELOAD = (
    "const again = setTimeout(() => location.reload(), 5000);"
    "addEventListener('submit', () => clearTimeout(again))"
)
_POLICY = (
    "default-src 'none'; style-src 'unsafe-inline'; form-action 'self'; base-uri 'none'; "
    f"script-src 'sha256-{b64encode(sha256(_RELOAD.encode()).digest()).decode()}'"
)


class _Misuse(Exception):
    """The order cannot be followed; the message says what can."""


class Control:
    def __init__(
        self,
        platform: Platform,
        addresses: Mapping[str, str],
        links: Mapping[str, str],
        deliveries: Deliveries | None = None,
    ) -> None:
        """`deliveries` only where a cluster is followed: there releases can be shipped."""
        self._platform = platform
        self._deliveries = deliveries
        self._addresses = addresses
        self._links = links

    def app(self) -> Starlette:
        return Starlette(
            routes=[
                Route("/", self.page),
                Route("/components", self.listed),
                Route("/components/{name}", self.order, methods=["POST"]),
            ]
        )

    async def page(self, request: Request) -> Response:
        words = _PAGES.get_template("control.html").render(
            components=[self._shown(name) for name in self._platform.components],
            links=self._links,
            reload=_RELOAD,
        )
        return HTMLResponse(words, headers={"Content-Security-Policy": _POLICY})

    async def listed(self, request: Request) -> Response:
        return JSONResponse({"items": [self._shown(name) for name in self._platform.components]})

    async def order(self, request: Request) -> Response:
        name = request.path_params["name"]
        if name not in self._platform.components:
            known = ", ".join(self._platform.components)
            return JSONResponse({"error": f"no component {name!r}; try {known}"}, status_code=404)
        body = await request.body()
        # curl calls everything a form, JSON too.
        is_form = request.headers.get("content-type", "").startswith(_FORM)
        by_form = is_form and not body.startswith(b"{")
        try:
            self._follow(name, _from_form(body) if by_form else _from_json(body))
        except _Misuse as misuse:
            return JSONResponse({"error": str(misuse)}, status_code=422)
        if by_form:
            return RedirectResponse(f"/#{name}", status_code=303)
        return JSONResponse(self._shown(name))

    def _follow(self, name: str, order: Mapping[str, str]) -> None:
        if not order or set(order) - {"health", "tag", "live", "ship"}:
            raise _Misuse(f'unknown order {dict(order)}; try {{"health": "failing"}}')
        if color := order.get("live"):
            self._switch(name, color)
        if "ship" in order:
            self._ship(name, _health(order["ship"]))
        if word := order.get("health"):
            live = self._platform.live(name)
            tags = self._tags(name)
            tag = order.get("tag") or (live.tag if live else "")
            if tag not in tags:
                raise _Misuse(f"no release {tag!r} of {name}; running: {', '.join(tags)}")
            self._platform.set_health(name, tag, _health(word))

    def _tags(self, name: str) -> list[str]:
        return sorted({release.tag for release in self._platform.running(name)})

    def _ship(self, name: str, health: Health) -> None:
        if self._deliveries is None or not self._can_ship(name):
            raise _Misuse(f"nothing can be shipped to {name} here: no cluster runs it")
        if self._deliveries.is_under_way(name):
            raise _Misuse(f"{name} has a release under way; try again when it is there")
        self._deliveries.begin(name, next_tag(self._tags(name), health))

    def _can_ship(self, name: str) -> bool:
        is_in_cluster = self._platform.components[name].kind is Kind.KUBERNETES
        return self._deliveries is not None and is_in_cluster

    def _switch(self, name: str, color: str) -> None:
        releases = self._platform.releases
        colors = [release.color for release in self._platform.running(name)]
        if not isinstance(releases, OwnReleases) or color not in colors:
            raise _Misuse(f"{name} cannot be switched to {color!r} here; it runs {colors}")
        releases.switch(name, color)
        self._platform.observe(name)

    def _shown(self, name: str) -> dict[str, object]:
        platform = self._platform
        live = platform.live(name)
        return {
            "name": name,
            "kind": platform.components[name].kind.value,
            "health": platform.health(name).value,
            "live": live and live.color,
            "url": self._addresses[name],
            "releases": [
                {
                    "color": release.color,
                    "tag": release.tag,
                    "health": platform.health_of(name, release).value,
                    "live": release == live,
                }
                for release in platform.running(name)
            ],
            **self._delivery(name),
        }

    def _delivery(self, name: str) -> dict[str, str]:
        """Nothing where nothing can be shipped."""
        if self._deliveries is None or not self._can_ship(name):
            return {}
        return {"delivery": self._deliveries.said(name)}


def _health(word: str) -> Health:
    if word not in list(Health):
        raise _Misuse(f"no health {word!r}; one of {', '.join(Health)}")
    return Health(word)


def _from_form(body: bytes) -> dict[str, str]:
    return dict(parse_qsl(body.decode(errors="replace")))


def _from_json(body: bytes) -> dict[str, str]:
    try:
        order = json.loads(body)
    except ValueError as error:
        raise _Misuse('the body is not JSON; try {"health": "failing"}') from error
    if not isinstance(order, dict) or not all(isinstance(word, str) for word in order.values()):
        raise _Misuse('the body is not an order; try {"health": "failing"}')
    return order
