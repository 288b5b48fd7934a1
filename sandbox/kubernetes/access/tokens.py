"""The bearer tokens that the cluster knows."""

import secrets
from collections.abc import Iterable, Mapping
from threading import Lock
from typing import Any

from sandbox.kubernetes.access.rules import EVERYTHING, Role, Token, read_rules

ADMIN = Token(name="kubernetes-admin", roles=(Role(rules=(EVERYTHING,)),))
ANONYMOUS = Token(name="system:anonymous")


class Tokens:
    def __init__(self) -> None:
        self._lock = Lock()
        self._known: dict[str, Token] = {}
        self.admin = self.add(ADMIN)

    def add(self, token: Token) -> str:
        """The bearer text that stands for it."""
        bearer = secrets.token_urlsafe(24)
        with self._lock:
            self._known[bearer] = token
        return bearer

    def grant(
        self, name: str, rules: Iterable[Mapping[str, Any]], *, namespace: str | None = None
    ) -> str:
        """One Role, its `rules` as in YAML; `namespace` None binds it for the whole cluster."""
        role = Role(rules=read_rules(rules), namespace=namespace)
        return self.add(Token(name=name, roles=(role,)))

    def replace(self, bearer: str, token: Token) -> None:
        """The same bearer from now on stands for other rights."""
        with self._lock:
            self._known[bearer] = token

    def revoke(self, bearer: str) -> None:
        with self._lock:
            del self._known[bearer]

    def who(self, authorization: str) -> Token | None:
        """Whom an Authorization header names; None: nobody that we know."""
        if not authorization:
            return ANONYMOUS
        scheme, _, bearer = authorization.partition(" ")
        with self._lock:
            return self._known.get(bearer.strip()) if scheme.lower() == "bearer" else None
