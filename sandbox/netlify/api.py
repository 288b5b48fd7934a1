"""The part of Netlify's API that reads and publishes deploys."""

from collections.abc import Callable, Mapping
from http import HTTPStatus

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute, Route

from sandbox.netlify.account import Account
from sandbox.netlify.deploy import Context, Deploy
from sandbox.netlify.gate import Endpoint, Gate
from sandbox.netlify.paging import page_of
from sandbox.netlify.publishing import locked, restored, rolled_back
from sandbox.netlify.shapes import USER_ID, deploy_body, site_body, stamp
from sandbox.netlify.site import Site
from sandbox.twin.call import note

BASE = "/api/v1"


class Api:
    """`root` is the twin's own address, which stands in every answer."""

    def __init__(self, account: Account, root: Callable[[], str]) -> None:
        self._account = account
        self._root = root

    def routes(self, gate: Gate) -> list[BaseRoute]:
        def route(method: str, path: str, endpoint: Endpoint) -> BaseRoute:
            return Route(f"{BASE}{path}", gate.before(endpoint), methods=[method])

        site, deploy = "/sites/{site_id}", "/deploys/{deploy_id}"
        return [
            route("GET", "/user", self.user),
            route("GET", "/sites", self.sites),
            route("GET", site, self.site),
            route("GET", f"{site}/deploys", self.deploys),
            route("POST", f"{site}/builds", self.build),
            route("PUT", f"{site}/rollback", self.rollback),
            route("GET", f"{site}{deploy}", self.deploy),
            route("POST", f"{site}{deploy}/restore", self.restore),
            route("GET", deploy, self.deploy),
            route("POST", f"{deploy}/lock", self.lock),
            route("POST", f"{deploy}/unlock", self.unlock),
        ]

    def user(self, request: Request) -> Response:
        count = len(self._account.sites())
        name = "Candlefish"
        email = "platform@candlefish.ai"
        return JSONResponse(
            {"id": USER_ID, "uid": None, "full_name": name, "email": email, "site_count": count}
        )

    def sites(self, request: Request) -> Response:
        url = f"{self._root()}{request.url.path}"
        page = page_of(self._account.sites(), request.query_params, url)
        bodies = [site_body(self._root(), site) for site in page.items]
        return JSONResponse(bodies, headers=page.headers)

    def site(self, request: Request) -> Response:
        return JSONResponse(site_body(self._root(), self._site(request)))

    def deploys(self, request: Request) -> Response:
        """Newest first; narrowed by state, branch, production and latest-published."""
        site, query = self._site(request), request.query_params
        found = [each for each in reversed(site.deploys) if _fits(each, query)]
        if query.get("latest-published") == "true":
            found = [each for each in found if each.id == site.published]
        page = page_of(found, query, f"{self._root()}{request.url.path}")
        bodies = [deploy_body(self._root(), site, deploy) for deploy in page.items]
        return JSONResponse(bodies, headers=page.headers)

    def deploy(self, request: Request) -> Response:
        site = self._site(request)
        return self._shown(site, request.path_params["deploy_id"])

    def build(self, request: Request) -> Response:
        """As a delivery pipeline asks for it; who runs the sandbox says when it is finished."""
        branch = request.query_params.get("branch", "")
        context = Context.PRODUCTION if branch in {"", "main"} else Context.PREVIEW
        title = request.query_params.get("title", "")
        site = self._site(request)
        made = self._account.start_build(site.id, title, context=context, branch=branch)
        note(request.scope).changed = True
        return JSONResponse(
            {
                "id": made.build_id,
                "deploy_id": made.id,
                "sha": made.commit,
                "done": False,
                "error": None,
                "created_at": stamp(made.created_at),
            }
        )

    def restore(self, request: Request) -> Response:
        site, deploy_id = self._site(request), request.path_params["deploy_id"]
        now = self._account.now()
        self._apply(request, site, lambda before: restored(before, deploy_id, now))
        return self._shown(self._account.site(site.id), deploy_id, HTTPStatus.CREATED)

    def rollback(self, request: Request) -> Response:
        now = self._account.now()
        self._apply(request, self._site(request), lambda before: rolled_back(before, now))
        return Response(status_code=HTTPStatus.NO_CONTENT)

    def lock(self, request: Request) -> Response:
        return self._locked(request, on=True)

    def unlock(self, request: Request) -> Response:
        return self._locked(request, on=False)

    def _locked(self, request: Request, *, on: bool) -> Response:
        site, deploy_id = self._site(request), request.path_params["deploy_id"]
        self._apply(request, site, lambda before: locked(before, deploy_id, on=on))
        return self._shown(self._account.site(site.id), deploy_id)

    def _apply(self, request: Request, site: Site, act: Callable[[Site], Site]) -> None:
        written = note(request.scope)
        written.changed = self._account.apply(site.id, act)
        written.effect = f"{request.url.path.rpartition('/')[2]} {site.id}"

    def _site(self, request: Request) -> Site:
        """The one in the path, or the one that the deploy in the path belongs to."""
        given = request.path_params.get("site_id")
        if given is not None:
            return self._account.site(given)
        return self._account.holding(request.path_params["deploy_id"])

    def _shown(self, site: Site, deploy_id: str, status: int = HTTPStatus.OK) -> Response:
        return JSONResponse(deploy_body(self._root(), site, site.deploy(deploy_id)), status)


def _fits(deploy: Deploy, query: Mapping[str, str]) -> bool:
    if query.get("production") == "true" and deploy.context is not Context.PRODUCTION:
        return False
    if query.get("deploy-previews") == "true" and deploy.context is not Context.PREVIEW:
        return False
    return (
        query.get("state", deploy.state) == deploy.state
        and query.get("branch", deploy.branch) == deploy.branch
    )
