"""Who is in the workspace: people, their groups, and the file that can replace the usual ones."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from sandbox.slack.errors import Json

TEAM_ID = "T1"
TEAM_NAME = "Candlefish"
TEAM_DOMAIN = "candlefish"


@dataclass(frozen=True, kw_only=True)
class Person:
    id: str
    name: str
    real_name: str = ""
    email: str = ""
    is_admin: bool = False
    is_restricted: bool = False
    is_ultra_restricted: bool = False
    is_stranger: bool = False
    is_bot: bool = False
    deleted: bool = False
    team_id: str = TEAM_ID

    def as_api(self, *, with_email: bool) -> Json:
        real_name = self.real_name or self.name
        profile = {
            "real_name": real_name,
            "real_name_normalized": real_name,
            "display_name": self.name,
            "display_name_normalized": self.name,
            "team": self.team_id,
        }
        if with_email and self.email:
            profile["email"] = self.email
        return {
            "id": self.id,
            "team_id": self.team_id,
            "name": self.name,
            "real_name": real_name,
            "deleted": self.deleted,
            "tz": "Etc/UTC",
            "tz_label": "Coordinated Universal Time",
            "tz_offset": 0,
            "profile": profile,
            "is_admin": self.is_admin,
            "is_owner": False,
            "is_primary_owner": False,
            "is_restricted": self.is_restricted,
            "is_ultra_restricted": self.is_ultra_restricted,
            "is_bot": self.is_bot,
            "is_app_user": False,
            "updated": 0,
            **({"is_stranger": True} if self.is_stranger else {}),
        }


@dataclass(frozen=True, kw_only=True)
class Usergroup:
    id: str
    handle: str
    name: str = ""
    users: tuple[str, ...] = ()
    disabled: bool = False

    def as_api(self, *, with_users: bool) -> Json:
        found: Json = {
            "id": self.id,
            "team_id": TEAM_ID,
            "is_usergroup": True,
            "name": self.name or self.handle,
            "handle": self.handle,
            "description": "",
            "date_delete": 1 if self.disabled else 0,
            "user_count": len(self.users),
        }
        return {**found, "users": list(self.users)} if with_users else found


@dataclass(frozen=True, kw_only=True)
class Seed:
    people: tuple[Person, ...]
    usergroups: tuple[Usergroup, ...] = ()


def _person(identity: str, name: str, real_name: str, **more: Any) -> Person:
    email = f"{name}@candlefish.example"
    return Person(id=identity, name=name, real_name=real_name, email=email, **more)


USUAL = Seed(
    people=(
        _person("U1", "ada", "Ada Lovelace"),
        _person("U2", "grace", "Grace Hopper"),
        _person("U3", "linus", "Linus Pauling"),
        _person("U4", "margaret", "Margaret Hamilton", is_admin=True),
        _person("U5", "guest", "A Guest", is_restricted=True),
        _person("U6", "radia", "Radia Perlman"),
    ),
    usergroups=(Usergroup(id="S012", handle="oncall", name="On call", users=("U2", "U3")),),
)


def load(path: Path) -> Seed:
    """Reads `people: [{id, name, …}]` and `usergroups: [{id, handle, users}]`.

    Raises ValueError with the file's name when it is not of that form.
    """
    read = yaml.safe_load(path.read_text(encoding="utf-8"))
    if not isinstance(read, Mapping) or "people" not in read:
        raise ValueError(f"{path}: expected a list under `people`, each with id and name")
    try:
        people = tuple(Person(**each) for each in read["people"])
        groups = tuple(
            Usergroup(**{**each, "users": tuple(each.get("users", ()))})
            for each in read.get("usergroups") or ()
        )
    except TypeError as error:
        raise ValueError(f"{path}: {error}") from error
    return Seed(people=people, usergroups=groups)
