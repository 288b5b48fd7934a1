"""What the real Netlify has no word for: how each release behaves, and when a build is done."""

from http import HTTPStatus

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute, Route

from sandbox.netlify.account import Account
from sandbox.netlify.deploy import Deploy
from sandbox.netlify.errors import refusal
from sandbox.netlify.site import NoSuchDeploy

BASE = "/sandbox"


class Backstage:
    """For the platform, which follows what is served, and for the hands that ship a release."""

    def __init__(self, account: Account) -> None:
        self._account = account

    def routes(self) -> list[BaseRoute]:
        return [
            Route(f"{BASE}/served", self.served),
            Route(f"{BASE}/builds/{{deploy_id}}/finish", self.finish, methods=["POST"]),
        ]

    def served(self, request: Request) -> Response:
        """By component of the platform: what its visitors get now."""
        found = {}
        for site in self._account.sites():
            deploy = self._account.served(site.id)
            if deploy is not None:
                row = {"site": site.id, **_row(deploy)}
                found.update(dict.fromkeys(site.components, row))
        return JSONResponse(found)

    def finish(self, request: Request) -> Response:
        error = request.query_params.get("error", "")
        try:
            deploy = self._account.finish_build(request.path_params["deploy_id"], error=error)
        except NoSuchDeploy:
            return refusal(HTTPStatus.NOT_FOUND)
        return JSONResponse(_row(deploy))


def _row(deploy: Deploy) -> dict[str, str]:
    return {
        "deploy": deploy.id,
        "build": deploy.build_id,
        "release": deploy.title,
        "health": deploy.health.value,
    }
