"""The pulling half of the OCI distribution API, as the reference registry answers it."""

from collections.abc import Callable

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute, Route

from sandbox.registry.access import Doorkeeper
from sandbox.registry.errors import Code, error
from sandbox.registry.image import MANIFEST_TYPE, digest_of
from sandbox.registry.shelf import Shelf

VERSION = {"Docker-Distribution-Api-Version": "registry/2.0"}
NO_OCI = "OCI manifest found, but accept header does not support OCI manifests"
Endpoint = Callable[[Request], Response]


class Api:
    def __init__(self, shelf: Shelf, keeper: Doorkeeper) -> None:
        self._shelf = shelf
        self._keeper = keeper

    def routes(self) -> list[BaseRoute]:
        return [
            Route("/v2/", self._guarded(self.base)),
            Route("/v2/{name:path}/manifests/{reference}", self._guarded(self.manifest)),
            Route("/v2/{name:path}/blobs/{digest}", self._guarded(self.blob)),
            Route("/v2/{name:path}/tags/list", self._guarded(self.tags)),
            Route("/token", self._keeper.token),
        ]

    def base(self, request: Request) -> Response:
        return JSONResponse({})

    def manifest(self, request: Request) -> Response:
        """A client that does not name the OCI type in `Accept` is told there is none."""
        name, reference = request.path_params["name"], request.path_params["reference"]
        image = self._shelf.find(name, reference)
        if image is None:
            key = "Revision" if ":" in reference else "Tag"
            return error(Code.MANIFEST_UNKNOWN, detail={"Name": name, key: reference})
        if MANIFEST_TYPE not in _accepted(request):
            return error(Code.MANIFEST_UNKNOWN, message=NO_OCI)
        headers = {"Docker-Content-Digest": image.digest, "ETag": f'"{image.digest}"'}
        return Response(image.manifest, media_type=MANIFEST_TYPE, headers=headers)

    def blob(self, request: Request) -> Response:
        digest = request.path_params["digest"]
        found = self._shelf.blob(request.path_params["name"], digest)
        if found is None:
            return error(Code.BLOB_UNKNOWN, detail=digest)
        headers = {"Docker-Content-Digest": digest_of(found)}
        return Response(found, media_type="application/octet-stream", headers=headers)

    def tags(self, request: Request) -> Response:
        name = request.path_params["name"]
        tags = self._shelf.tags(name)
        if not tags:
            return error(Code.NAME_UNKNOWN, detail={"name": name})
        return JSONResponse({"name": name, "tags": tags})

    def _guarded(self, endpoint: Endpoint) -> Endpoint:
        def guarded(request: Request) -> Response:
            refused = self._keeper.refuse(request, request.path_params.get("name", ""))
            response = endpoint(request) if refused is None else refused
            response.headers.update(VERSION)
            return response

        return guarded


def _accepted(request: Request) -> set[str]:
    """Media types without their weights; the reference registry takes `*/*` for none."""
    given = ",".join(request.headers.getlist("accept")).split(",")
    return {each.partition(";")[0].strip().lower() for each in given}
