"""A `candlefish serve` that can be killed and started again on the same folder and port."""

import contextlib
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from sandbox.servers.child import Child, start
from sandbox.servers.loopback import HOST, answers

SERVE = (sys.executable, "-m", "handlers.serve")
_ROOT = Path(__file__).parents[2]
_READY_SECONDS = 60.0
_MIGRATE_SECONDS = 60.0
_STOP_SECONDS = 20.0


@dataclass(kw_only=True)
class Candlefish:
    """Not started yet; `environ` is all that the process knows."""

    folder: Path
    environ: Mapping[str, str]
    port: int
    child: Child | None = None

    @property
    def url(self) -> str:
        return f"http://{HOST}:{self.port}"

    @property
    def log(self) -> Path:
        """What all its processes wrote, one after the other."""
        return self.folder / f"serve-{self.port}.log"

    @property
    def pid(self) -> int:
        return self._running().process.pid

    def migrate(self) -> None:
        """Brings the database to this release's schema, without serving."""
        subprocess.run(  # noqa: S603 - our own module
            [*SERVE, "--migrate-only"],
            env=dict(self.environ),
            cwd=self.folder,
            check=True,
            stdout=subprocess.DEVNULL,
            timeout=_MIGRATE_SECONDS,
        )

    def begin(self) -> Child:
        """Starts the process, which is not ready yet."""
        # Its own folder: a `.env` of the checkout is none of its business.
        self.child = start(
            "candlefish serve", SERVE, log=self.log, env=self.environ, cwd=self.folder
        )
        return self.child

    def start(self, *, within: float = _READY_SECONDS) -> None:
        """Returns once it is ready; raises NotReady with the end of its log."""
        self.begin().wait_ready(self.ready, within=within)

    def ready(self) -> bool:
        return answers(f"{self.url}/readyz")

    def kill(self) -> None:
        """SIGKILL: whatever it was doing, it does nothing more."""
        self._running().process.kill()
        self._running().process.wait(timeout=_STOP_SECONDS)

    def terminate(self) -> int:
        """SIGTERM; its exit status once it has ended by itself."""
        process = self._running().process
        process.send_signal(signal.SIGTERM)
        return process.wait(timeout=_STOP_SECONDS)

    def resident_mb(self) -> float:
        """What the process holds in memory now."""
        status = Path(f"/proc/{self.pid}/status").read_text(encoding="ascii")
        line = next(line for line in status.splitlines() if line.startswith("VmRSS:"))
        return int(line.split()[1]) / 1024

    def _running(self) -> Child:
        assert self.child is not None, "it was never started"  # noqa: S101 - a mistake of the caller
        return self.child


@contextlib.contextmanager
def candlefish(folder: Path, more: Mapping[str, str]) -> Iterator[Candlefish]:
    """Its data in `folder`, its port held for it while it is down; stopped at the end."""
    kept = {name: value for name, value in os.environ.items() if "CANDLEFISH" not in name}
    # The code beside this file, whatever checkout the environment was installed from.
    kept["PYTHONPATH"] = os.pathsep.join(filter(None, (str(_ROOT), kept.get("PYTHONPATH"))))
    with _held_port() as port:
        own = {"CANDLEFISH_DATA_DIR": str(folder), "CANDLEFISH_PORT": str(port)}
        bot = Candlefish(folder=folder, environ={**kept, **own, **more}, port=port)
        try:
            yield bot
        finally:
            if bot.child is not None:
                bot.child.stop()


@contextlib.contextmanager
def _held_port() -> Iterator[int]:
    """A free port that nobody else is given: bound, yet not listened on, so a server may be."""
    with socket.socket() as held:
        held.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        held.bind((HOST, 0))
        yield int(held.getsockname()[1])
