"""The vendors' recorded payloads: where they are, and what happens to a test without them."""

import os
from pathlib import Path

import pytest

_VARIABLE = "CANDLEFISH_CONTRACTS"
_BESIDE = Path(__file__).parents[2] / "shared" / "contracts"
FOLDER = Path(os.environ.get(_VARIABLE) or _BESIDE).absolute()
ABSENT = f"the vendors' contracts are not at {FOLDER}; set {_VARIABLE} to their folder"


def files(pattern: str) -> list[object]:
    """Parameters for every contract that matches; one skipped parameter when there are none.

    With CI set, absence is a failure.
    """
    found = sorted(FOLDER.glob(pattern))
    if found:
        return [pytest.param(path, id=str(path.relative_to(FOLDER))) for path in found]
    if FOLDER.is_dir():
        raise LookupError(f"No contract matches {pattern} in {FOLDER}")
    if os.environ.get("CI"):
        raise LookupError(ABSENT)
    return [pytest.param(FOLDER, id="absent", marks=pytest.mark.skip(reason=ABSENT))]
