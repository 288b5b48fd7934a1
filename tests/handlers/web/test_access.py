"""How people get to the pages: a personal link, the cookie it leaves, or a token."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from handlers.tokens import Audience
from tests.databases import SqliteMaker
from tests.handlers.web.rig import Rig, forged, rigged, stranger

PAGES = ("/incidents", "/incidents/INC-1", "/incidents/INC-1/timeline", "/runbooks/GraphqlDown")


def link(rig: Rig, path: str = "/incidents/INC-1") -> str:
    address = urlsplit(rig.door.page_link(path, actor="slack:U1"))
    return f"{address.path}?{address.query}"


def test_without_anything_a_page_says_how_to_get_in(still: Rig) -> None:
    for path in PAGES:
        answer = still.client.get(path)
        assert answer.status_code == 401
        assert answer.headers["www-authenticate"] == "Bearer"
        assert "How to get in" in answer.text
        assert "/candlefish timeline INC-1" in answer.text
        assert "Nothing answers" not in answer.text


def test_a_link_leaves_a_cookie_and_leads_to_the_clean_address(rig: Rig) -> None:
    rig.fire()
    entered = rig.client.get(link(rig))
    assert entered.status_code == 303
    assert entered.headers["location"] == "/incidents/INC-1"
    assert entered.headers["referrer-policy"] == "no-referrer"
    cookie = entered.headers["set-cookie"]
    assert "HttpOnly" in cookie
    assert "SameSite=lax" in cookie
    assert "Max-Age=28800" in cookie
    for path in PAGES:
        assert rig.client.get(path).status_code == 200


def test_the_clean_address_keeps_what_else_was_asked(rig: Rig) -> None:
    entered = rig.client.get(f"{link(rig, '/incidents')}&state=open&component=a%26b")
    assert entered.headers["location"] == "/incidents?state=open&component=a%26b"


def test_a_link_holds_ten_minutes_and_its_cookie_eight_hours(rig: Rig) -> None:
    rig.fire()
    address = link(rig)
    rig.clock.forward(minutes=9, seconds=59)
    assert rig.client.get(address).status_code == 303
    rig.clock.forward(hours=7, minutes=59)
    assert rig.client.get("/incidents").status_code == 200
    rig.clock.forward(minutes=2)
    assert rig.client.get("/incidents").status_code == 401


def test_an_old_link_opens_nothing_for_a_stranger(rig: Rig) -> None:
    rig.fire()
    address = link(rig)
    rig.clock.forward(minutes=11)
    answer = rig.client.get(address)
    assert answer.status_code == 401
    assert "expired" in answer.text
    assert "set-cookie" not in answer.headers


def test_an_old_link_is_only_an_address_for_somebody_inside(rig: Rig) -> None:
    rig.fire()
    old = link(rig)
    rig.clock.forward(minutes=9)
    rig.client.get(link(rig))
    rig.clock.forward(minutes=2)
    answer = rig.client.get(old)
    assert (answer.status_code, answer.headers["location"]) == (303, "/incidents/INC-1")


def test_a_cookie_is_no_link_and_cannot_renew_itself(rig: Rig) -> None:
    rig.fire()
    entered = rig.client.get(link(rig))
    cookie = entered.headers["set-cookie"].partition("=")[2].partition(";")[0]
    rig.client.forget()

    answer = rig.client.get("/incidents", params={"t": cookie})

    assert answer.status_code == 401
    assert "set-cookie" not in answer.headers


@pytest.mark.parametrize("kind", ["garbage", "api", "expired", "HS256", "another key", "none"])
@pytest.mark.parametrize("way", ["link", "cookie"])
def test_a_token_that_is_no_good_opens_nothing(still: Rig, kind: str, way: str) -> None:
    now = still.clock()
    for_this = {"link": Audience.PAGE, "cookie": Audience.SESSION}[way]
    token = {
        "garbage": "a.b.c",
        "api": still.token(),
        "expired": still.token(audience=for_this, ttl=timedelta(seconds=-1)),
        "HS256": forged("HS256", now, aud=for_this),
        "another key": forged("RS256", now, key=stranger(), aud=for_this),
        "none": forged("none", now, key=None, aud=for_this),
    }[kind]
    asked = {"link": {"params": {"t": token}}, "cookie": {"cookies": {"candlefish": token}}}[way]
    headers = {"Cookie": f"candlefish={token}"} if way == "cookie" else {}
    answer = still.client.get("/incidents", params=asked.get("params"), headers=headers)
    assert answer.status_code == 401
    assert token not in answer.text


def test_an_api_token_opens_pages(still: Rig) -> None:
    assert still.client.get("/incidents", headers=still.bearer()).status_code == 200
    page_token = still.token(audience=Audience.PAGE)
    assert still.client.get("/incidents", headers=still.bearer(page_token)).status_code == 401


def test_open_pages_ask_for_nothing(open_rig: Rig) -> None:
    open_rig.fire()
    for path in PAGES:
        assert open_rig.client.get(path).status_code == 200


@pytest.fixture
def https_rig(tmp_path: Path, sqlite_maker: SqliteMaker) -> Iterator[Rig]:
    with (
        sqlite_maker.migrated(tmp_path),
        rigged(tmp_path, base_url="https://bot.example.org") as rig,
    ):
        yield rig


def test_over_https_the_cookie_never_leaves_it(https_rig: Rig) -> None:
    https_rig.fire()
    cookie = https_rig.client.get(link(https_rig)).headers["set-cookie"]
    assert cookie.startswith("__Host-candlefish=")
    assert "Secure" in cookie
    assert "Path=/" in cookie
    assert https_rig.client.get("/incidents/INC-1").status_code == 200
