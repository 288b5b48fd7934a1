"""The ledger as the memory of pod templates that the cluster has forgotten."""

from bot.domain.cluster.workload import Template
from bot.store import releases
from bot.store.database import Database


class LedgerTemplates:
    """What `bot.ports.templates.Templates` asks for."""

    def __init__(self, db: Database) -> None:
        self._db = db

    def find(self, environment: str, component: str, template_hash: str) -> Template | None:
        with self._db.read() as tx:
            return releases.template(tx, environment, component, template_hash)
