"""The description of the API is true: what it answers has the shapes that it names."""

from typing import Any

import pytest
from jsonschema import Draft202012Validator
from openapi_spec_validator import validate

from tests.handlers.operations import stepped, waiting
from tests.handlers.web.rig import Rig


@pytest.fixture
def spec(rig: Rig) -> dict[str, Any]:
    answer = rig.client.get("/api/v1/openapi.json")
    assert answer.status_code == 200
    found: dict[str, Any] = answer.json()
    return found


def schema_of(spec: dict[str, Any], method: str, path: str, status: int) -> dict[str, Any]:
    content = spec["paths"][path][method]["responses"][str(status)]["content"]
    schema = content["application/json"]["schema"]
    return {**schema, "components": spec["components"]}


def test_it_is_openapi(spec: dict[str, Any]) -> None:
    validate(spec)
    assert spec["servers"] == [{"url": "/api/v1"}]
    assert set(spec["paths"]) == {
        "/incidents",
        "/incidents/{number}",
        "/incidents/{number}/alerts",
        "/incidents/{number}/timeline",
        "/operations",
        "/operations/{number}",
        "/commands",
    }


@pytest.mark.parametrize("below", ["", "/{number}", "/{number}/alerts", "/{number}/timeline"])
def test_answers_have_the_described_shape_and_no_more(
    rig: Rig, spec: dict[str, Any], below: str
) -> None:
    name = rig.fire(labels={"pod": "a"})
    rig.command(f"ack {name}")
    headers = rig.bearer()
    answer = rig.client.get(f"/api/v1/incidents{below.format(number=name)}", headers=headers).json()
    schema = schema_of(spec, "get", f"/incidents{below}", 200)
    Draft202012Validator(schema).validate(answer)
    items = answer.get("items", [answer])
    shape = schema.get("$ref", "").rpartition("/")[2]
    described = spec["components"]["schemas"][shape]
    if "items" in answer:
        inner = described["properties"]["items"]["items"]["$ref"].rpartition("/")[2]
        described = spec["components"]["schemas"][inner]
    assert items
    assert all(item.keys() == described["properties"].keys() for item in items)


@pytest.mark.parametrize("below", ["", "/{number}"])
def test_operations_have_the_described_shape_and_no_more(
    rig: Rig, spec: dict[str, Any], below: str
) -> None:
    rig.fire()
    waiting(rig.bot)
    stepped(rig.bot, 1, "freeze")
    path = f"/api/v1/operations{below.format(number='OP-1')}"
    answer = rig.client.get(path, headers=rig.bearer()).json()
    Draft202012Validator(schema_of(spec, "get", f"/operations{below}", 200)).validate(answer)
    one = answer.get("items", [answer])[0]
    shapes = spec["components"]["schemas"]
    for told, shape in (
        (one, "OperationModel"), (one["plan"], "PlanModel"), (one["plan"]["legs"][0], "LegModel"),
        *((step, "StepModel") for step in one["plan"]["steps"]),
    ):  # fmt: skip
        assert told.keys() == shapes[shape]["properties"].keys()


def test_refusals_have_the_described_shape(rig: Rig, spec: dict[str, Any]) -> None:
    asked = {
        401: rig.client.get("/api/v1/incidents"),
        422: rig.client.get("/api/v1/incidents?limit=0", headers=rig.bearer()),
        404: rig.client.get("/api/v1/incidents/INC-9", headers=rig.bearer()),
    }
    for status, answer in asked.items():
        path = "/incidents/{number}" if status == 404 else "/incidents"
        assert answer.status_code == status
        Draft202012Validator(schema_of(spec, "get", path, status)).validate(answer.json())


def test_every_operation_asks_for_a_token(spec: dict[str, Any]) -> None:
    operations = [one for methods in spec["paths"].values() for one in methods.values()]
    assert all(one["security"] == [{"HTTPBearer": []}] for one in operations)
    assert all({"401", "422", "429", "503"} <= one["responses"].keys() for one in operations)


def test_the_page_of_operations_needs_nothing_from_elsewhere(rig: Rig) -> None:
    page = rig.client.get("/api/v1/docs")
    assert page.status_code == 200
    assert "default-src 'none'" in page.headers["content-security-policy"]
    assert "/api/v1/incidents/{number}/timeline" in page.text
    assert "http://" not in page.text
    assert "https://" not in page.text
