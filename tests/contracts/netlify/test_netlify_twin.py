"""The Netlify twin against Netlify's own OpenAPI document and a real deploy object."""

import json
from collections.abc import Iterator
from http import HTTPMethod
from pathlib import Path
from typing import Any

import pytest
import requests
from openapi_core import Config, OpenAPI
from openapi_core.contrib.requests import RequestsOpenAPIRequest
from openapi_core.testing import MockResponse

from sandbox.netlify.server import NetlifyTwin

SITE = "candlefish-docs-site"
READS = ["/user", "/sites", f"/sites/{SITE}", f"/sites/{SITE}/deploys?page=1&per_page=3"]
ACTS = ["/sites/{site}/deploys/{deploy}/restore", "/deploys/{deploy}/lock"]


@pytest.fixture(scope="module")
def vendor(contracts: Path) -> OpenAPI:
    document = json.loads((contracts / "netlify" / "openapi3_converted.json").read_text())
    # The same header as OAuth's; openapi-core knows no OAuth.
    document["components"]["securitySchemes"]["netlifyAuth"] = {"type": "http", "scheme": "bearer"}
    return OpenAPI.from_dict(document, config=Config(spec_validator_cls=None))


@pytest.fixture
def netlify() -> Iterator[NetlifyTwin]:
    with NetlifyTwin() as twin:
        yield twin


def holds(vendor: OpenAPI, twin: NetlifyTwin, method: str, path: str) -> requests.Response:
    """Sends it, and lets the vendor's document judge both the request and the answer."""
    headers = {"Authorization": f"Bearer {twin.token}"}
    sent = requests.Request(method, f"{twin.api_url}{path}", headers=headers).prepare()
    with requests.Session() as session:
        answer = session.send(sent, timeout=10)
    real = sent.copy()
    real.url = f"https://api.netlify.com/api/v1{path}"
    asked = RequestsOpenAPIRequest(real)
    vendor.validate_request(asked)
    body = json.dumps(without_nulls(answer.json())).encode() if answer.content else b""
    kind = answer.headers.get("content-type", "application/json")
    said = MockResponse(body, answer.status_code, content_type=kind)
    vendor.validate_response(asked, said)
    return answer


def without_nulls(value: Any) -> Any:
    """The document calls many fields strings or booleans that real objects have as null."""
    if isinstance(value, dict):
        return {key: without_nulls(each) for key, each in value.items() if each is not None}
    if isinstance(value, list):
        return [without_nulls(each) for each in value]
    return value


@pytest.mark.parametrize("path", READS)
def test_reading_holds(vendor: OpenAPI, netlify: NetlifyTwin, path: str) -> None:
    assert holds(vendor, netlify, HTTPMethod.GET, path).status_code == 200


@pytest.mark.parametrize("path", ACTS)
def test_publishing_holds(vendor: OpenAPI, netlify: NetlifyTwin, path: str) -> None:
    deploy = netlify.site(SITE).deploys[0].id

    answer = holds(vendor, netlify, HTTPMethod.POST, path.format(site=SITE, deploy=deploy))

    assert answer.json()["id"] == deploy


def test_the_relative_rollback_holds(vendor: OpenAPI, netlify: NetlifyTwin) -> None:
    assert holds(vendor, netlify, HTTPMethod.PUT, f"/sites/{SITE}/rollback").content == b""


def test_an_error_holds(vendor: OpenAPI, netlify: NetlifyTwin) -> None:
    assert holds(vendor, netlify, HTTPMethod.GET, "/deploys/nope").status_code == 404


def test_a_failed_deploy_has_the_fields_and_the_nulls_of_a_real_one(
    contracts: Path, netlify: NetlifyTwin
) -> None:
    real = json.loads((contracts / "netlify" / "deploy_failed.json").read_text())
    build = netlify.start_build(SITE, "v1.4.3")
    netlify.finish_build(build.id, error="Build script returned non-zero exit code: 127")
    headers = {"Authorization": f"Bearer {netlify.token}"}
    ours = requests.get(f"{netlify.api_url}/deploys/{build.id}", headers=headers, timeout=5).json()

    assert set(real) - set(ours) == {"log_access_attributes"}
    told_by_the_pipeline = {"commit_ref", "commit_url", "title"}
    for name in set(real) - {"log_access_attributes"} - told_by_the_pipeline:
        assert type(ours[name]) is type(real[name]), name
