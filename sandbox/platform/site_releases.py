"""The releases that the sites' host serves, asked for again and again."""

import asyncio
import contextlib

import httpx

from sandbox.netlify.reader import Reader, Served
from sandbox.platform.releases import Place, Release

_EVERY = 0.5


class SiteReleases:
    """`url` is that of the Netlify twin; a deploy's title is its tag."""

    def __init__(self, url: str) -> None:
        self._reader = Reader(url)
        self._served: dict[str, Served] = {}
        self.known = asyncio.Event()

    def places(self, component: str) -> tuple[Place, ...]:
        served = self._served.get(component)
        if served is None:
            return ()
        return (Place(id=served.deploy, release=Release(tag=served.release)),)

    async def run(self) -> None:
        """Follow the host until cancelled."""
        try:
            while True:
                # The sites stay as they are while the host's API does not answer.
                with contextlib.suppress(httpx.HTTPError):
                    self._served = await asyncio.to_thread(self._reader.all)
                    self.known.set()
                await asyncio.sleep(_EVERY)
        finally:
            self._reader.close()
