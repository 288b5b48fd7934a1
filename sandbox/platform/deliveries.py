"""Releases on their way: at most one for a component, and how its last one ended."""

import asyncio

from sandbox.platform.pipeline import NotShipped, Pipeline


class Deliveries:
    def __init__(self, pipeline: Pipeline) -> None:
        self._pipeline = pipeline
        self._said: dict[str, str] = {}
        self._under_way: dict[str, asyncio.Task[None]] = {}

    async def run(self) -> None:
        """Until cancelled; then nothing that is under way waits any longer."""
        try:
            await asyncio.Event().wait()
        finally:
            self._pipeline.close()

    def said(self, component: str) -> str:
        """In words for the page; nothing before the first."""
        return self._said.get(component, "")

    def is_under_way(self, component: str) -> bool:
        return component in self._under_way

    def begin(self, component: str, tag: str) -> None:
        """On the running event loop; the pipeline itself waits in a thread."""
        self._said[component] = f"shipping {tag} …"
        self._under_way[component] = asyncio.create_task(self._ship(component, tag))

    async def _ship(self, component: str, tag: str) -> None:
        try:
            shipped = await asyncio.to_thread(self._pipeline.ship, component, tag)
        except NotShipped as error:
            self._said[component] = str(error)
        else:
            where = f" on {shipped.color}" if shipped.color else ""
            self._said[component] = f"shipped {tag}{where}"
        finally:
            del self._under_way[component]
