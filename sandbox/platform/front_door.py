"""What answers on a component's port: its traffic, its health check and both colours' metrics."""

import asyncio

from prometheus_client import CONTENT_TYPE_LATEST
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from sandbox.platform.releases import Release
from sandbox.platform.world import Platform

VERSION = "x-candlefish-version"
"""The header in which every answer names the release that gave it."""

_NOBODY = 503


def front_door(platform: Platform, component: str) -> Starlette:
    meters = platform.meters[component]

    async def metrics(request: Request) -> Response:
        platform.observe(component)
        return Response(meters.expose(), headers={"content-type": CONTENT_TYPE_LATEST})

    async def healthz(request: Request) -> Response:
        answers = platform.answers(component)
        meters.probed(answers=answers)
        words = "ok" if answers else f"{component}: no ready endpoint"
        return PlainTextResponse(
            f"{words}\n",
            status_code=200 if answers else 503,
            headers=_version(platform.live(component) if answers else None),
        )

    async def work(request: Request) -> Response:
        release, met = platform.meet(component)
        color = release.color if release else ""
        await asyncio.sleep(met.takes)
        meters.answered(color, met, seconds=met.takes)
        return PlainTextResponse(
            f"{component} {color} {met.code}\n",
            status_code=met.code,
            # Whoever is down leaves the answer to the door itself.
            headers=_version(None if met.code == _NOBODY else release),
        )

    routes = [Route("/metrics", metrics), Route("/healthz", healthz)]
    if platform.components[component].kind.serves_http:
        routes.append(Route("/{path:path}", work, methods=["GET", "POST"]))
    return Starlette(routes=routes)


def _version(release: Release | None) -> dict[str, str]:
    return {VERSION: release.tag} if release else {}
