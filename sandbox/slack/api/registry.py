"""The methods that the twin serves, with the scope and the kind of token each one asks for."""

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

from sandbox.slack.call import Call
from sandbox.slack.errors import Json
from sandbox.slack.workspace import Workspace

Function = Callable[[Workspace, Call], Json]


class Token(StrEnum):
    BOT = "xoxb"
    APP = "xapp"


@dataclass(frozen=True, kw_only=True)
class Method:
    function: Function
    scope: str = ""
    token: Token = Token.BOT


METHODS: dict[str, Method] = {}


def method(
    name: str, *, scope: str = "", token: Token = Token.BOT
) -> Callable[[Function], Function]:
    def add(function: Function) -> Function:
        METHODS[name] = Method(function=function, scope=scope, token=token)
        return function

    return add
