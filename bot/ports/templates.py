"""The release ledger's memory of pod templates, for what the cluster has forgotten."""

from typing import Protocol

from bot.domain.cluster.workload import Template


class Templates(Protocol):
    def find(self, environment: str, component: str, template_hash: str) -> Template | None: ...
