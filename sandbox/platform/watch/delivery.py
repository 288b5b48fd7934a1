"""One notification on its way: a 5xx or a broken connection is tried again, a 4xx is not."""

import asyncio
import time
from random import Random

import httpx

from sandbox.platform.watch.receiver import Receiver

_FIRST_WAIT, _GROWTH, _LONGEST_WAIT, _SPREAD = 0.5, 1.5, 60.0, 0.5
_TRY_AGAIN = 500


async def delivered(
    client: httpx.AsyncClient, receiver: Receiver, body: dict[str, object], chance: Random
) -> bool:
    """Post the body as it is now until a 2xx, a 4xx or the end of the flush; True after a 2xx."""
    deadline = time.monotonic() + max(receiver.flush, receiver.group_interval)
    wait = _FIRST_WAIT
    while True:
        code = await _post(client, receiver, body)
        if code is not None and code < _TRY_AGAIN:
            return httpx.codes.is_success(code)
        pause = min(wait, _LONGEST_WAIT) * chance.uniform(1 - _SPREAD, 1 + _SPREAD)
        if time.monotonic() + pause > deadline:
            return False
        await asyncio.sleep(pause)
        wait *= _GROWTH


async def _post(
    client: httpx.AsyncClient, receiver: Receiver, body: dict[str, object]
) -> int | None:
    headers = {"Authorization": f"Bearer {receiver.token}", "User-Agent": "Alertmanager/0.25.0"}
    try:
        answer = await client.post(
            receiver.url, json=body, headers=headers, timeout=receiver.timeout
        )
    except httpx.TransportError:
        return None
    return answer.status_code
