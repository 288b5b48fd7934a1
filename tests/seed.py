"""The number that random tests start from: fixed in `make test`, new in `make test-long`."""

import os
import secrets

FIXED = 20_260


def seed(*, whole: bool) -> int:
    """Printed, so that a run can be had again: `SEED=… pytest …`."""
    given = os.environ.get("SEED")
    chosen = int(given) if given else secrets.randbelow(10**6) if whole else FIXED
    print(f"SEED={chosen}")  # noqa: T201 (pytest shows it beside a failure)
    return chosen
