"""What a registry asks for at its door: `WWW-Authenticate`, read as far as registries use it."""

import re
from collections.abc import Mapping
from dataclasses import dataclass

_PART = re.compile(r'(?P<name>[a-z_]+)="(?P<value>[^"]*)"', re.IGNORECASE)


@dataclass(frozen=True, kw_only=True, slots=True)
class Challenge:
    """`scheme` in lower case, with what it needs: for `bearer` the realm that gives tokens."""

    scheme: str
    parts: Mapping[str, str]

    @property
    def realm(self) -> str:
        return self.parts.get("realm", "")


def read(header: str) -> Challenge:
    scheme, _, rest = header.strip().partition(" ")
    parts = {found["name"].lower(): found["value"] for found in _PART.finditer(rest)}
    return Challenge(scheme=scheme.lower(), parts=parts)
