"""What the stories share: the real servers, or a loud skip."""

import pytest

from sandbox.servers import Binary, missing
from tests.conftest import lacking


@pytest.fixture(scope="session")
def monitored() -> None:
    """A real Prometheus and a real Alertmanager are on this machine."""
    if absent := missing(Binary.PROMETHEUS, Binary.ALERTMANAGER):
        lacking("; ".join(absent.values()))
