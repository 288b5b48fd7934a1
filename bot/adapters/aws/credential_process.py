"""A profile's `credential_process`, for which AWS's own client would wait for ever."""

import os
import signal
import subprocess
from contextlib import suppress
from functools import partial
from typing import Any

import botocore.session
from botocore.credentials import ProcessProvider

from bot.ports.trouble import TimedOut

SECONDS = 10.0


class _Bounded(subprocess.Popen[bytes]):
    def communicate(
        self,
        input: bytes | None = None,  # noqa: A002 (Popen's name)
        timeout: float | None = None,
    ) -> tuple[Any, Any]:
        """Raises `TimedOut`; what it began may hold its output open, and is killed with it."""
        try:
            return super().communicate(input, SECONDS if timeout is None else timeout)
        except subprocess.TimeoutExpired:
            with self, suppress(ProcessLookupError):
                os.killpg(self.pid, signal.SIGKILL)
            raise TimedOut("The credential_process of the AWS profile takes too long.") from None


def bounded(session: botocore.session.Session) -> None:
    """Gives the session's profile a process that ends; one of a source profile stays as it is."""
    chain = session.get_component("credential_provider")
    profile = session.get_config_variable("profile") or "default"
    ours = ProcessProvider(
        profile, lambda: session.full_config, popen=partial(_Bounded, start_new_session=True)
    )
    chain.insert_before(ProcessProvider.METHOD, ours)
