"""Style sheet, script and icon: cached for good under the name of their content."""

import re

import pytest

from handlers.web import assets
from tests.handlers.web.rig import Rig


@pytest.mark.parametrize("name", ["style.css", "page.js", "icon.svg"])
def test_a_file_is_cached_as_long_as_it_is_the_same(still: Rig, name: str) -> None:
    current = still.client.get(assets.address(name))
    assert current.status_code == 200
    assert "immutable" in current.headers["cache-control"]
    assert current.headers["x-content-type-options"] == "nosniff"
    other = still.client.get(f"/static/{name}?v=older")
    assert other.headers["cache-control"] == "no-cache"
    again = still.client.get(f"/static/{name}", headers={"If-None-Match": other.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")


@pytest.mark.parametrize(
    "name", ["nothing.css", "..%2frender.py", "%2e%2e/render.py", "../assets.py", "page.js%00"]
)
def test_nothing_else_is_served(still: Rig, name: str) -> None:
    assert still.client.get(f"/static/{name}").status_code == 404


def test_pages_name_files_that_exist(open_rig: Rig) -> None:
    found = re.findall(r'(?:src|href)="(/static/[^"]+)"', open_rig.client.get("/incidents").text)
    assert len(found) == 4
    for address in found:
        assert open_rig.client.get(address).status_code == 200
