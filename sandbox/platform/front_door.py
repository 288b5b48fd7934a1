"""What answers on a component's port: its traffic, its health check and both colours' metrics."""

import asyncio
import time

from prometheus_client import CONTENT_TYPE_LATEST
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from sandbox.platform.world import Platform


def front_door(platform: Platform, component: str) -> Starlette:
    meters = platform.meters[component]

    async def metrics(request: Request) -> Response:
        platform.observe(component)
        return Response(meters.expose(), headers={"content-type": CONTENT_TYPE_LATEST})

    async def healthz(request: Request) -> Response:
        answers = platform.answers(component)
        meters.probed(answers=answers)
        words = "ok" if answers else f"{component}: no ready endpoint"
        return PlainTextResponse(f"{words}\n", status_code=200 if answers else 503)

    async def work(request: Request) -> Response:
        began = time.perf_counter()
        color, met = platform.meet(component)
        await asyncio.sleep(met.takes)
        meters.answered(color, met, seconds=time.perf_counter() - began)
        return PlainTextResponse(f"{component} {color} {met.code}\n", status_code=met.code)

    routes = [Route("/metrics", metrics), Route("/healthz", healthz)]
    if platform.components[component].kind.serves_http:
        routes.append(Route("/{path:path}", work, methods=["GET", "POST"]))
    return Starlette(routes=routes)
