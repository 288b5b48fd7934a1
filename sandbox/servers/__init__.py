"""Real servers on loopback, so that tests and the demo meet the behaviour of the real thing."""

from sandbox.servers.alertmanager import Alertmanager, alertmanager
from sandbox.servers.binaries import Binary, NotInstalled, missing
from sandbox.servers.child import Child, NotReady
from sandbox.servers.postgres import Postgres, postgres
from sandbox.servers.prometheus import Prometheus, prometheus

__all__ = [
    "Alertmanager",
    "Binary",
    "Child",
    "NotInstalled",
    "NotReady",
    "Postgres",
    "Prometheus",
    "alertmanager",
    "missing",
    "postgres",
    "prometheus",
]
