"""Requests over some connections kept alive, each sent when the one before was answered."""

import asyncio
import time
from collections.abc import Sequence
from dataclasses import dataclass

import uvloop

from sandbox.servers.loopback import HOST

CONNECTIONS = 32


@dataclass(frozen=True, kw_only=True)
class Measured:
    """`rate` is requests a second; the others are milliseconds."""

    rate: float
    p50: float
    p99: float


def post(path: str, body: bytes, headers: Sequence[str] = ()) -> bytes:
    lines = [
        f"POST {path} HTTP/1.1",
        f"Host: {HOST}",
        "Content-Type: application/json",
        f"Content-Length: {len(body)}",
        *headers,
    ]
    return "\r\n".join(lines).encode() + b"\r\n\r\n" + body


def measure(port: int, requests: Sequence[bytes], connections: int = CONNECTIONS) -> Measured:
    """Every answer must be a 200: anything else ends the run."""
    return uvloop.run(_measure(port, requests, connections))


async def _measure(port: int, requests: Sequence[bytes], connections: int) -> Measured:
    waits: list[float] = []
    began = time.perf_counter()
    shares = (requests[start::connections] for start in range(connections))
    await asyncio.gather(*(_one(port, share, waits) for share in shares))
    took = time.perf_counter() - began
    waits.sort()
    return Measured(
        rate=len(requests) / took,
        p50=waits[len(waits) // 2] * 1000,
        p99=waits[int(len(waits) * 0.99)] * 1000,
    )


async def _one(port: int, requests: Sequence[bytes], waits: list[float]) -> None:
    reader, writer = await asyncio.open_connection(HOST, port)
    for request in requests:
        began = time.perf_counter()
        await _answered(reader, writer, request)
        waits.append(time.perf_counter() - began)
    writer.close()


async def _answered(
    reader: asyncio.StreamReader, writer: asyncio.StreamWriter, request: bytes
) -> None:
    writer.write(request)
    head = await reader.readuntil(b"\r\n\r\n")
    if not head.startswith(b"HTTP/1.1 200"):
        raise SystemExit(head.decode(errors="replace"))
    length = head.lower().partition(b"content-length:")[2].partition(b"\r\n")[0]
    await reader.readexactly(int(length))


def paced(port: int, requests: Sequence[bytes], *, per_second: float) -> None:
    """Sends them at this pace, over as many connections as that takes."""
    uvloop.run(_paced(port, requests, 1 / per_second))


async def _paced(port: int, requests: Sequence[bytes], gap: float, connections: int = 8) -> None:
    starts = time.perf_counter()

    async def share(first: int) -> None:
        reader, writer = await asyncio.open_connection(HOST, port)
        for turn in range(first, len(requests), connections):
            await asyncio.sleep(max(starts + turn * gap - time.perf_counter(), 0))
            await _answered(reader, writer, requests[turn])
        writer.close()

    await asyncio.gather(*(share(first) for first in range(connections)))
