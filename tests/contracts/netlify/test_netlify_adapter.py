"""Every request that our Netlify adapter makes, held against Netlify's own OpenAPI document."""

import json
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest
import requests
from openapi_core import Config, OpenAPI
from openapi_core.contrib.requests import RequestsOpenAPIRequest
from openapi_core.exceptions import OpenAPIError

from bot.adapters.netlify import Netlify
from bot.ports.sites import Sites
from bot.secret import Secret
from sandbox.netlify.server import NetlifyTwin
from sandbox.twin.journal import Received

SITE = "candlefish-docs-site"
API = "https://api.netlify.com"


CALLS: dict[str, Callable[[Netlify, str], object]] = {
    "check": lambda sites, _: sites.check(),
    "site": lambda sites, _: sites.site(SITE),
    "deploys": lambda sites, _: sites.deploys(SITE, limit=3),
    "deploy": lambda sites, deploy: sites.deploy(deploy),
    "restore": lambda sites, deploy: sites.restore(SITE, deploy),
    "lock": lambda sites, deploy: sites.lock(deploy),
    "unlock": lambda sites, deploy: sites.unlock(deploy),
}


@pytest.fixture(scope="module")
def vendor(contracts: Path) -> OpenAPI:
    document = json.loads((contracts / "netlify" / "openapi3_converted.json").read_text())
    # The same header as OAuth's; openapi-core knows no OAuth.
    document["components"]["securitySchemes"]["netlifyAuth"] = {"type": "http", "scheme": "bearer"}
    return OpenAPI.from_dict(document, config=Config(spec_validator_cls=None))


def made(call: Callable[[Netlify, str], object]) -> list[Received]:
    """What reached the twin, which lets nobody in without the token."""
    with NetlifyTwin() as twin, closing(Netlify(Secret(twin.token), twin.api_url)) as sites:
        call(sites, twin.site(SITE).deploys[0].id)
        return twin.journal.requests()


def as_sent(received: Received) -> RequestsOpenAPIRequest:
    query = f"?{received.query}" if received.query else ""
    headers = {**received.headers, "Authorization": "Bearer of-the-tests"}
    sent = requests.Request(
        received.method, f"{API}{received.path}{query}", headers=headers, data=received.body
    )
    return RequestsOpenAPIRequest(sent.prepare())


def test_every_verb_of_the_port_is_tried() -> None:
    verbs = {name for name in vars(Sites) if not name.startswith("_")}
    assert set(CALLS) == verbs


@pytest.mark.parametrize("name", CALLS)
def test_what_it_sends_holds(vendor: OpenAPI, name: str) -> None:
    requested = made(CALLS[name])
    assert requested
    for received in requested:
        vendor.validate_request(as_sent(received))
        assert "rollback" not in received.path


def test_the_document_would_refuse_another_request(vendor: OpenAPI) -> None:
    for method, path, query in [
        ("PUT", f"/api/v1/sites/{SITE}/deploys/1/restore", ""),
        ("GET", f"/api/v1/sites/{SITE}/deploys", "page=one"),
        ("POST", "/api/v1/deploys/1/freeze", ""),
    ]:
        with pytest.raises(OpenAPIError):
            vendor.validate_request(as_sent(Received(method=method, path=path, query=query)))
