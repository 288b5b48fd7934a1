"""The sites themselves, as visitors get them: each page says which build it is."""

from http import HTTPStatus

from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import BaseRoute, Route

from sandbox.netlify.account import Account, NoSuchSite
from sandbox.netlify.deploy import Deploy
from sandbox.netlify.site import NoSuchDeploy, Site

MARKER = "x-build-id"
_PAGE = """<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="build-id" content="{build}">
<title>{domain}</title>
</head>
<body><p>{domain}, release {title}</p></body>
</html>
"""


class Pages:
    def __init__(self, account: Account) -> None:
        self._account = account

    def routes(self) -> list[BaseRoute]:
        return [
            Route("/served/{site_id}/", self.live),
            Route("/served/{site_id}/deploys/{deploy_id}/", self.permanent),
        ]

    def live(self, request: Request) -> Response:
        try:
            site = self._account.site(request.path_params["site_id"])
        except NoSuchSite:
            return _missing()
        return _page(site, self._account.served(site.id))

    def permanent(self, request: Request) -> Response:
        try:
            site = self._account.site(request.path_params["site_id"])
            return _page(site, site.deploy(request.path_params["deploy_id"]))
        except (NoSuchSite, NoSuchDeploy):
            return _missing()


def _page(site: Site, deploy: Deploy | None) -> Response:
    if deploy is None or deploy.finished_at is None or deploy.error is not None:
        return _missing()
    page = _PAGE.format(build=deploy.build_id, domain=site.domain, title=deploy.title)
    caching = "public,max-age=0,must-revalidate"
    return HTMLResponse(page, headers={MARKER: deploy.build_id, "cache-control": caching})


def _missing() -> Response:
    return HTMLResponse("<h1>Page not found</h1>\n", HTTPStatus.NOT_FOUND)
