"""What Slack published and recorded: limits, tiers and payloads; no test without them."""

import json
import os
from typing import Any

import pytest

from tests.vendor_contracts import ABSENT, FOLDER

CONTRACTS = FOLDER / "slack"
if not CONTRACTS.is_dir():
    if os.environ.get("CI"):
        pytest.fail(ABSENT, pytrace=False)
    pytest.skip(ABSENT, allow_module_level=True)


def read(name: str) -> Any:
    return json.loads((CONTRACTS / name).read_text(encoding="utf-8"))
