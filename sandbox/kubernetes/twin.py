"""A Kubernetes API on a loopback port, in a thread, with everything a test wants to turn."""

from collections.abc import Collection, Iterable, Mapping
from typing import Any

from sandbox.kubernetes.access.tokens import Tokens
from sandbox.kubernetes.api.admission import Policies
from sandbox.kubernetes.api.answer import plain_failure
from sandbox.kubernetes.api.server import ApiServer
from sandbox.kubernetes.kubeconfig import kubeconfig
from sandbox.kubernetes.schema import Schema
from sandbox.kubernetes.store import Store
from sandbox.twin.journal import Received
from sandbox.twin.server import HttpTwin


class KubernetesTwin(HttpTwin):
    """`with KubernetesTwin() as cluster:`; controllers are somebody else's work on `store`.

    `newer_fields`: fields that this cluster knows and the official client does not yet, by the
    client's model name: {"V1PodSpec": ["nextYearsField"]}.
    """

    def __init__(
        self,
        *,
        port: int = 0,
        store: Store | None = None,
        newer_fields: Mapping[str, Collection[str]] | None = None,
    ) -> None:
        self.store = store or Store()
        self._api = ApiServer(self.store, Schema(newer=newer_fields or {}))
        super().__init__(self._api, port=port, refusal=plain_failure, name="kubernetes-twin")

    @property
    def tokens(self) -> Tokens:
        return self._api.tokens

    @property
    def policies(self) -> Policies:
        """Admission policies, as ValidatingAdmissionPolicy objects would be."""
        return self._api.policies

    @property
    def admin_token(self) -> str:
        """May do everything everywhere."""
        return self.tokens.admin

    def token(
        self,
        name: str,
        rules: Iterable[Mapping[str, Any]] | None = None,
        *,
        namespace: str | None = None,
    ) -> str:
        """A bearer for a user with the `rules` of a Role's YAML; None: may do everything.

        `namespace` None binds them for the whole cluster.
        """
        everything = [{"apiGroups": ["*"], "resources": ["*"], "verbs": ["*"]}]
        return self.tokens.grant(name, everything if rules is None else rules, namespace=namespace)

    def kubeconfig(self, *, token: str = "", namespace: str = "") -> str:
        """Text of a kubeconfig; without a token the administrator's."""
        return kubeconfig(self.url, token=token or self.admin_token, namespace=namespace)

    def effects(self, client: str = "") -> list[Received]:
        """Writes over HTTP that really changed something, by one user or by all, in order."""
        return [
            each for each in self.journal.requests() if each.changed and client in {"", each.client}
        ]

    def expire(self) -> None:
        """Forgets the past: an older resourceVersion or `continue` is 410 from now on."""
        self.store.history.compact()
        self._api.verbs.reading.pages.forget()

    @property
    def open_watches(self) -> int:
        return self._api.watches.count

    def cut_watches(self) -> None:
        """Every open watch loses its connection."""
        self._api.watches.cut()

    def bookmark_every(self, seconds: float) -> None:
        self._api.watches.bookmark_seconds = seconds

    def stop(self) -> None:
        self._api.watches.close()
        super().stop()
