"""The passwords of private registries, from a Docker `config.json`, as pull secrets hold it."""

import base64
import binascii
import json
from pathlib import Path
from typing import Any

from bot.adapters.images.reference import DOCKER_HUB
from bot.domain.errors import GiveUp

_HUB_IN_FILES = "index.docker.io"
Login = tuple[str, str]


class Logins:
    """The file is read at each question, so that its passwords rotate."""

    def __init__(self, file: Path | None) -> None:
        self._file = file

    def of(self, host: str) -> Login | None:
        """User and password; raises `GiveUp` where the file cannot be used."""
        if self._file is None:
            return None
        try:
            held = json.loads(self._file.read_text(encoding="utf-8"))["auths"]
            found = {_host(name): entry for name, entry in held.items()}.get(host)
            return None if found is None else _login(found)
        except (OSError, ValueError, LookupError, TypeError, AttributeError) as error:
            raise GiveUp(
                f"CANDLEFISH_REGISTRY_LOGINS cannot be used ({type(error).__name__}): it should "
                "name a Docker config.json with auths."
            ) from None


def _host(name: str) -> str:
    """Docker keeps its own as `https://index.docker.io/v1/`, others as a host or an address."""
    host = name.rpartition("://")[2].partition("/")[0]
    return DOCKER_HUB if host == _HUB_IN_FILES else host


def _login(entry: dict[str, Any]) -> Login:
    if "username" in entry:
        return str(entry["username"]), str(entry["password"])
    try:
        text = base64.b64decode(entry["auth"], validate=True).decode()
    except binascii.Error as error:
        raise ValueError from error
    user, _, password = text.partition(":")
    return user, password
