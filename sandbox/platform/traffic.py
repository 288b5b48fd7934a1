"""People and probes: requests through the front door of every component, at its own rate."""

import asyncio
from collections.abc import Coroutine, Mapping
from random import Random

import httpx

from sandbox.platform.component import Component

_TIMEOUT = 10.0
_PROBE_EVERY = 1.0


async def traffic(components: Mapping[str, Component], addresses: Mapping[str, str]) -> None:
    """Send requests and probes until cancelled; `addresses` are the components' base URLs."""
    # A browser never waits for the visitor before it, and loopback needs no proxy.
    async with (
        httpx.AsyncClient(timeout=_TIMEOUT, trust_env=False) as client,
        asyncio.TaskGroup() as group,
    ):
        for name, component in components.items():
            group.create_task(_probe(client, addresses[name]))
            if component.rate:
                group.create_task(_visit(client, addresses[name], component.rate))


async def _probe(client: httpx.AsyncClient, address: str) -> None:
    while True:
        await _get(client, f"{address}/healthz")
        await asyncio.sleep(_PROBE_EVERY)


async def _visit(client: httpx.AsyncClient, address: str, rate: float) -> None:
    chance = Random()  # noqa: S311 - no secret hangs on it
    async with asyncio.TaskGroup() as visitors:
        while True:
            _begin(visitors, _get(client, f"{address}/"))
            await asyncio.sleep(chance.expovariate(rate))


def _begin(visitors: asyncio.TaskGroup, visit: Coroutine[None, None, None]) -> None:
    visitors.create_task(visit)


async def _get(client: httpx.AsyncClient, url: str) -> None:
    try:
        await client.get(url)
    except httpx.TransportError:
        # The port is closing, or a visitor gave up; the server's own count is what matters.
        return
