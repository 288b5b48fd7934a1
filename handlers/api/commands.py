"""POST /commands: the verbs in plain words, for the terminal and for programs."""

from http import HTTPStatus
from typing import Annotated, Any

import msgspec
from fastapi import APIRouter, Depends, HTTPException, Request
from starlette.requests import ClientDisconnect

from bot.domain.errors import Misuse
from bot.domain.verbs.reply import Asked, Surface
from handlers.api.access import Commander
from handlers.api.failures import described
from handlers.api.incidents import TheBot
from handlers.api.models import CommandModel, ReplyModel
from handlers.body import TooLarge, read_body
from handlers.names import spoken

LARGEST = 64 * 1024


class Command(msgspec.Struct, frozen=True):
    text: str
    incident: str | None = None


_decoder = msgspec.json.Decoder(Command)


def parsed(body: bytes) -> Command:
    """Raises Misuse for a body that is no command; FastAPI's own parsing would quote it."""
    try:
        command = _decoder.decode(body)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        raise Misuse('The body should be JSON: {"text": "status", "incident": null}.') from None
    if "\0" in command.text or "\0" in (command.incident or ""):
        raise Misuse("The words should hold no NUL character.")
    return command


async def body_of(request: Request) -> Command:
    try:
        return parsed(await read_body(request, LARGEST))
    except TooLarge:
        reason = f"A command has at most {LARGEST // 1024} KiB."
        raise HTTPException(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, reason) from None
    except ClientDisconnect:
        reason = "The body never came to its end."
        raise HTTPException(HTTPStatus.BAD_REQUEST, reason) from None


router = APIRouter(tags=["commands"])


@router.post(
    "/commands",
    summary="Say a verb; an answer of the bot is always 200, `status` says which",
    response_model=ReplyModel,
    responses=described(
        HTTPStatus.UNAUTHORIZED,
        HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
        HTTPStatus.UNPROCESSABLE_ENTITY,
        HTTPStatus.TOO_MANY_REQUESTS,
        HTTPStatus.SERVICE_UNAVAILABLE,
    ),
    openapi_extra={
        "requestBody": {
            "required": True,
            "content": {"application/json": {"schema": CommandModel.model_json_schema()}},
        }
    },
)
def command(bot: TheBot, caller: Commander, said: Annotated[Command, Depends(body_of)]) -> Any:
    reply = bot.command(
        Asked(
            text=said.text,
            actor=f"cli:{caller.sub}",
            surface=Surface.API,
            incident=said.incident,
            role=caller.role.value,
        )
    )
    return {"status": reply.status, "text": spoken(reply.text, bot), "data": dict(reply.data)}
