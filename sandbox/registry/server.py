"""An image registry on a loopback port."""

import time
from collections.abc import Callable, Iterable

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from sandbox.registry.access import Access, Account, Doorkeeper
from sandbox.registry.api import Api
from sandbox.registry.errors import refusal
from sandbox.registry.image import Image
from sandbox.registry.shelf import Shelf, seeded
from sandbox.twin.server import HttpTwin


class RegistryTwin(HttpTwin):
    """`with RegistryTwin() as registry:`; images are named as in `host/name:tag@digest`."""

    def __init__(
        self,
        *,
        port: int = 0,
        access: Access = Access.OPEN,
        account: Account | None = None,
        images: Iterable[Image] | None = None,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self.account = account or Account()
        self.shelf = Shelf(seeded() if images is None else images)
        self.keeper = Doorkeeper(access, self.account, root=lambda: self.url, clock=clock)
        routes = Api(self.shelf, self.keeper).routes()
        routes.append(Route("/sandbox/images", self._pushed, methods=["POST"]))
        super().__init__(Starlette(routes=routes), port=port, refusal=refusal, name="registry-twin")

    @property
    def host(self) -> str:
        """What stands before the name in an image's reference."""
        return f"127.0.0.1:{self.port}"

    def push(self, name: str, tag: str) -> str:
        """A build put an image here; its digest."""
        image = Image(name=name, tag=tag)
        self.shelf.push(image)
        return image.digest

    def remove(self, name: str, reference: str) -> None:
        """The registry's clean-up took the image with this tag or digest."""
        self.shelf.remove(name, reference)

    def _pushed(self, request: Request) -> Response:
        """For a pipeline in another process, which has no layers to upload."""
        name, tag = request.query_params["name"], request.query_params["tag"]
        return JSONResponse({"digest": self.push(name, tag)})
