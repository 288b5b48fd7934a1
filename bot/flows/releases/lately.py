"""What changed before an incident began, as the ledger has it."""

from sqlalchemy import Connection

from bot.domain.incidents.incident import Incident
from bot.domain.ops_data.catalogue import Catalogue
from bot.domain.releases.learning import BLIND
from bot.domain.releases.ledger import LedgerRelease
from bot.domain.releases.suspects import LATER, LOOK_BACK, suspects
from bot.store import releases


def changed_lately(tx: Connection, incident: Incident, catalogue: Catalogue) -> list[LedgerRelease]:
    """Of its component and those within two hops; nothing where no component is named."""
    if incident.component is None:
        return []
    near = {incident.component, *catalogue.neighbours.get(incident.component, ())}
    began = incident.started_at
    since = began - LOOK_BACK - BLIND  # what made way for the first of them as well
    served = releases.served(tx, incident.environment, near, since, began + LATER)
    return suspects(served, incident.component, began)
