"""What operations are read as."""

import subprocess
import sys

UNKNOWN = """
import bot.store.operations
from bot.domain.operations.check import Check
from bot.domain.operations.operation import Request, Stop
from bot.domain.operations.plan import Leg, Origin, Plan, Release, Step

types = (Check, Leg, Origin, Plan, Release, Request, Step, Stop)
print(*(one.__name__ for one in types if "__msgspec_cache__" not in vars(one)))
"""


def test_the_types_of_an_operation_are_known_before_there_are_threads() -> None:
    """Two threads that first need one of them at the same moment crash the process."""
    done = subprocess.run(
        [sys.executable, "-c", UNKNOWN], capture_output=True, text=True, timeout=60, check=True
    )

    assert done.stdout.split() == []
