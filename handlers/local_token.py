"""Tokens made on the bot's own host: for `candlefish token`, and for every verb in the terminal."""

import getpass
import os
from datetime import datetime, timedelta
from pathlib import Path

from bot.catalogue.load import load
from bot.domain.errors import Refused
from bot.domain.ops_data.catalogue import Catalogue
from bot.domain.ops_data.people import Person, Role, allows, person_of
from bot.settings import Settings
from handlers.keys import local_key
from handlers.tokens import Audience, sign

_BROADEST = (Role.ADMIN, Role.SECURITY, Role.OPERATOR, Role.RESPONDER, Role.VIEWER)


def local_token(
    settings: Settings, *, sub: str | None, role: Role | None, ttl: timedelta, now: datetime
) -> str:
    """An API token signed with the local key.

    A role may only narrow what people.yaml gives to `sub` (default: this login), except for the
    operating-system owner of the data folder. Raises `Refused`.
    """
    login = sub or _login()
    given = _role(settings, login, role)
    key = local_key(settings.data_dir)
    return sign(key, sub=login, role=given, ttl=ttl, audience=Audience.API, now=now)


def _login() -> str:
    try:
        return getpass.getuser()
    except (KeyError, OSError):  # a container may run as a number that has no name
        return f"uid-{os.getuid()}"


def _role(settings: Settings, login: str, wanted: Role | None) -> Role:
    owner = owns(settings.data_dir)
    catalogue = load(
        settings.routes_dir, settings.runbooks_dir, default_environment=settings.environment
    )
    person = _person(catalogue, login)
    held = person.roles if person else frozenset()
    if wanted is None:
        if person is None and owner:
            return Role.ADMIN
        return next((role for role in _BROADEST if allows(held, role)), Role.VIEWER)
    if owner or allows(held, wanted):
        return wanted
    raise Refused(
        f"{login} is no {wanted} in people.yaml.",
        "Ask for a narrower role, or as the owner of the data folder.",
    )


def owns(data_dir: Path) -> bool:
    """Whether this process runs as the owner of the data folder (or may make it)."""
    return not data_dir.exists() or data_dir.stat().st_uid == os.geteuid()


def _person(catalogue: Catalogue, login: str) -> Person | None:
    return person_of(catalogue.people, f"cli:{login}")
