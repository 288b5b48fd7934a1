"""Which labels a silence asks for: as narrow as what fires now really shares."""

from collections.abc import Sequence

from bot.domain.incidents.alert import StoredAlert
from bot.domain.incidents.routing import ENVIRONMENT_LABELS

# `job` is left out: on many alerts it names the exporter, and says nothing of the part.
_PART_LABELS = ("component", "service", "app")


def matchers_of(name: str, firing: Sequence[StoredAlert]) -> dict[str, str]:
    """The alert's name, the part and the environment: each only if all of `firing` say the same.

    The environment is there so that a silence for staging never quiets production.
    """
    matchers = {"alertname": name}
    for labels in (_PART_LABELS, ENVIRONMENT_LABELS):
        for label in labels:
            values = {one.labels.get(label, "") for one in firing}
            if len(values) == 1 and (value := values.pop()):
                matchers[label] = value
                break
    return matchers
