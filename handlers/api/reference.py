"""/api/v1/docs: the operations as a page of our own, for the usual one loads scripts from afar."""

from datetime import UTC, datetime

from fastapi import APIRouter, Request, Response

from handlers.web.render import page

router = APIRouter(include_in_schema=False)


@router.get("/docs")
def operations(request: Request) -> Response:
    base = request.scope.get("root_path", "")
    epoch = datetime.fromtimestamp(0, UTC)  # no time stands on this page
    return page("operations.html", now=epoch, spec=request.app.openapi(), base=base)
