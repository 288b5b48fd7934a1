"""A request's body, read whole but never beyond its bound."""

from starlette.requests import Request

_DIGITS = 18  # int() itself refuses thousands of them


class TooLarge(Exception):
    """The body is larger than this endpoint takes."""


async def read_body(request: Request, most: int) -> bytes:
    """The body's bytes; raises `TooLarge` as soon as it is over `most` bytes."""
    declared = request.headers.get("content-length", "")
    if (
        declared.isascii()
        and declared.isdigit()
        and (len(declared) > _DIGITS or int(declared) > most)
    ):
        raise TooLarge
    parts: list[bytes] = []
    size = 0
    async for part in request.stream():
        size += len(part)
        if size > most:
            raise TooLarge
        parts.append(part)
    return b"".join(parts)
