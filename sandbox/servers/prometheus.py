"""A real Prometheus on loopback."""

import contextlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import httpx

from sandbox.servers.binaries import Binary
from sandbox.servers.child import Child, start
from sandbox.servers.folder import folder_for
from sandbox.servers.loopback import HOST, answers, listening


@dataclass(frozen=True, kw_only=True)
class Prometheus:
    url: str
    child: Child

    def reload(self) -> None:
        """Read the configuration and the rules again."""
        httpx.post(f"{self.url}/-/reload", timeout=10.0, trust_env=False).raise_for_status()

    def value(self, query: str) -> float | None:
        """The first value of an instant query, or None when there is no series."""
        answer = httpx.get(
            f"{self.url}/api/v1/query", params={"query": query}, timeout=10.0, trust_env=False
        )
        answer.raise_for_status()
        result = answer.json()["data"]["result"]
        return float(result[0]["value"][1]) if result else None


@contextlib.contextmanager
def prometheus(config: Path, *, folder: Path | None = None, port: int = 0) -> Iterator[Prometheus]:
    """Run it with this configuration file; `folder` keeps data and log (default: a temporary one).

    Raises NotInstalled, or NotReady with the end of its log.
    """
    binary = Binary.PROMETHEUS.path()
    with folder_for("prometheus", folder) as home:

        def launch(chosen: int) -> Child:
            command = [
                str(binary),
                f"--config.file={config}",
                f"--storage.tsdb.path={home / 'data'}",
                "--storage.tsdb.retention.time=6h",
                f"--web.listen-address={HOST}:{chosen}",
                f"--web.external-url=http://{HOST}:{chosen}",
                "--web.enable-lifecycle",
            ]
            return start("Prometheus", command, log=home / "prometheus.log")

        def ready(chosen: int) -> bool:
            return answers(f"http://{HOST}:{chosen}/-/ready")

        with listening(launch, ready=ready, port=port) as server:
            yield Prometheus(url=f"http://{HOST}:{server.port}", child=server.child)
