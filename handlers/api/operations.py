"""GET /operations and one operation, for programs and for the terminal that follows it."""

from dataclasses import replace
from http import HTTPStatus
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Path

from bot.domain.errors import Refused
from bot.domain.names import number_of_operation
from bot.domain.operations.listing import OperationFilter
from bot.domain.operations.wire import operation_json
from handlers.api import query
from handlers.api.access import reader
from handlers.api.cursor import Listed, written
from handlers.api.failures import described
from handlers.api.incidents import TheBot
from handlers.api.operation_models import OperationModel, OperationPage


def the_number(number: Annotated[str, Path(examples=["OP-7"])]) -> int:
    found = number_of_operation(number)
    if found is None:
        raise Refused("There is no operation of that name.", "They are called OP-1, OP-2, …")
    return found


Number = Annotated[int, Depends(the_number)]
Wanted = Annotated[OperationFilter, Depends(query.operations)]

router = APIRouter(
    prefix="/operations",
    tags=["operations"],
    dependencies=[Depends(reader)],
    responses=described(
        HTTPStatus.UNAUTHORIZED,
        HTTPStatus.UNPROCESSABLE_ENTITY,
        HTTPStatus.TOO_MANY_REQUESTS,
        HTTPStatus.SERVICE_UNAVAILABLE,
    ),
)


@router.get("", summary="Operations, the newest first", response_model=OperationPage)
def list_operations(
    bot: TheBot, wanted: Annotated[OperationFilter, Depends(query.operations)]
) -> Any:
    found = bot.operations(replace(wanted, limit=wanted.limit + 1))
    items = found[: wanted.limit]
    progress = bot.steps(*(one.id for one in items))
    more = written(Listed.OPERATIONS, items[-1].id) if len(found) > len(items) else None
    return {
        "items": [operation_json(one, progress[one.id]) for one in items],
        "next_cursor": more,
    }


@router.get(
    "/{number}",
    summary="One operation: its plan, its checks, how far its steps came",
    response_model=OperationModel,
    responses=described(HTTPStatus.NOT_FOUND),
)
def show_operation(bot: TheBot, number: Number) -> Any:
    return operation_json(bot.operation(number), bot.steps(number)[number])
