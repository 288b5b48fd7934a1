"""A real Alertmanager on loopback."""

import contextlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from sandbox.servers.binaries import Binary
from sandbox.servers.child import Child, start
from sandbox.servers.folder import folder_for
from sandbox.servers.loopback import HOST, answers, listening


@dataclass(frozen=True, kw_only=True)
class Alertmanager:
    url: str
    child: Child


@contextlib.contextmanager
def alertmanager(
    config: Path, *, folder: Path | None = None, port: int = 0
) -> Iterator[Alertmanager]:
    """Run it with this configuration file; `folder` keeps data and log (default: a temporary one).

    Raises NotInstalled, or NotReady with the end of its log.
    """
    binary = Binary.ALERTMANAGER.path()
    with folder_for("alertmanager", folder) as home:

        def launch(chosen: int) -> Child:
            command = [
                str(binary),
                f"--config.file={config}",
                f"--storage.path={home / 'data'}",
                f"--web.listen-address={HOST}:{chosen}",
                f"--web.external-url=http://{HOST}:{chosen}",
                # Empty: no gossip. By default it listens on every interface.
                "--cluster.listen-address=",
            ]
            return start("Alertmanager", command, log=home / "alertmanager.log")

        def ready(chosen: int) -> bool:
            return answers(f"http://{HOST}:{chosen}/-/ready")

        with listening(launch, ready=ready, port=port) as server:
            yield Alertmanager(url=f"http://{HOST}:{server.port}", child=server.child)
