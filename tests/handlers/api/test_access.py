"""Who gets in: the bearer of a token signed by a key that the bot trusts, for the API, in time."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from handlers.api.access import Gate
from handlers.api.pace import Pace
from handlers.tokens import Audience
from tests.handlers.web.rig import Rig, forged, stranger

PATHS = (
    "/incidents",
    "/incidents/INC-1",
    "/incidents/INC-1/alerts",
    "/incidents/INC-1/timeline",
)
NO_ENTRY: dict[str, Callable[[Rig], dict[str, Any]]] = {
    "none": lambda rig: {},
    "empty": lambda rig: {"Authorization": ""},
    "no token": lambda rig: {"Authorization": "Bearer"},
    "another scheme": lambda rig: {"Authorization": f"Basic {rig.token()}"},
    "garbage": lambda rig: rig.bearer("garbage"),
    "bytes that are no text": lambda rig: {"Authorization": b"Bearer \xff\xfe.\xe9.\xe9"},
    "three dots": lambda rig: rig.bearer("..."),
    "very long": lambda rig: rig.bearer("a" * 20_000),
    "expired": lambda rig: rig.bearer(rig.token(ttl=timedelta(seconds=-1))),
    "for pages": lambda rig: rig.bearer(rig.token(audience=Audience.PAGE)),
    "HS256": lambda rig: rig.bearer(forged("HS256", rig.clock())),
    "another key": lambda rig: rig.bearer(forged("RS256", rig.clock(), key=stranger())),
    "unsigned": lambda rig: rig.bearer(forged("none", rig.clock(), key=None)),
    "signature cut off": lambda rig: rig.bearer(rig.token().rpartition(".")[0] + "."),
}


@pytest.mark.parametrize("kind", NO_ENTRY)
def test_without_a_good_token_every_path_answers_401_with_a_reason(still: Rig, kind: str) -> None:
    headers = NO_ENTRY[kind](still)
    answers = [still.client.get(f"/api/v1{path}", headers=headers) for path in PATHS]
    answers.append(still.client.post("/api/v1/commands", headers=headers, json={"text": "status"}))
    for answer in answers:
        assert answer.status_code == 401
        assert answer.headers["www-authenticate"].startswith("Bearer")
        assert answer.json().keys() == {"error"}
        assert answer.json()["error"]


def test_a_good_token_opens_every_path(still: Rig) -> None:
    for path in PATHS:
        assert still.client.get(f"/api/v1{path}", headers=still.bearer()).status_code == 200


def test_a_cookie_of_the_pages_opens_no_api(rig: Rig) -> None:
    rig.client.get("/incidents", params={"t": rig.token(audience=Audience.PAGE)})
    assert rig.client.get("/incidents").status_code == 200
    assert rig.client.get("/api/v1/incidents").status_code == 401


def test_who_asks_too_fast_waits_and_nobody_else_does(rig: Rig) -> None:
    slow: dict[str, Any] = {"per_minute": 1, "burst": 2}
    rig.api.state.gate = Gate(
        verifier=rig.gate.verifier, now=rig.clock, reads=Pace(**slow), commands=Pace(**slow)
    )
    ada = [rig.client.get("/api/v1/incidents", headers=rig.bearer()).status_code for _ in range(3)]
    refused = rig.client.get("/api/v1/incidents", headers=rig.bearer())
    other = rig.client.get("/api/v1/incidents", headers=rig.bearer(rig.token(sub="grace")))
    assert ada == [200, 200, 429]
    assert refused.status_code == 429
    assert 1 <= int(refused.headers["retry-after"]) <= 60
    assert other.status_code == 200


@pytest.mark.parametrize("origin", ["https://ops.example.org", "https://evil.example.org"])
def test_no_page_elsewhere_may_call_the_api_by_default(still: Rig, origin: str) -> None:
    answer = still.client.get("/api/v1/incidents", headers={**still.bearer(), "Origin": origin})
    assert "access-control-allow-origin" not in answer.headers
