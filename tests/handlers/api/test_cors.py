"""Pages of the origins that are named may call the API, and no others."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.databases import SqliteMaker
from tests.handlers.web.rig import Rig, rigged

OURS, THEIRS = "https://ops.example.org", "https://evil.example.org"


@pytest.fixture
def cors_rig(tmp_path: Path, sqlite_maker: SqliteMaker) -> Iterator[Rig]:
    with sqlite_maker.migrated(tmp_path), rigged(tmp_path, cors_origins=(OURS,)) as rig:
        yield rig


def preflight(rig: Rig, origin: str) -> dict[str, str]:
    headers = {
        "Origin": origin,
        "Access-Control-Request-Method": "GET",
        "Access-Control-Request-Headers": "authorization",
    }
    return dict(rig.client.request("OPTIONS", "/api/v1/incidents", headers=headers).headers)


def test_a_named_origin_may_ask(cors_rig: Rig) -> None:
    allowed = preflight(cors_rig, OURS)
    assert allowed["access-control-allow-origin"] == OURS
    assert "access-control-allow-credentials" not in allowed
    headers = {**cors_rig.bearer(), "Origin": OURS}
    answer = cors_rig.client.get("/api/v1/incidents", headers=headers)
    assert answer.headers["access-control-allow-origin"] == OURS


def test_another_origin_may_not(cors_rig: Rig) -> None:
    assert "access-control-allow-origin" not in preflight(cors_rig, THEIRS)
