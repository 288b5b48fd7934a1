"""Turns a request's body into an object of its kind, or says why it is none."""

import json
from typing import Any

import yaml

from sandbox.kubernetes.api.ask import Ask
from sandbox.kubernetes.api.complaints import bad_request, unsupported_type
from sandbox.kubernetes.api.options import Options
from sandbox.kubernetes.kinds import Kind
from sandbox.kubernetes.objects import Object
from sandbox.kubernetes.refusals import Rejected
from sandbox.kubernetes.schema import Schema, WrongType
from sandbox.kubernetes.statuses import failure

JSON_TYPES = {"", "application/json", "*/*"}
YAML = "application/yaml"


def read_json(body: bytes) -> Any:
    try:
        return json.loads(body)
    except ValueError as error:
        raise bad_request(f"error decoding patch: {error}") from error


def read_object(ask: Ask) -> Object:
    """The body of a POST or PUT; raises `Rejected`."""
    if ask.content_type in JSON_TYPES:
        found = read_json(ask.call.body or b"{}")
    elif ask.content_type == YAML:
        try:
            found = yaml.safe_load(ask.call.body)
        except yaml.YAMLError as error:
            raise bad_request(f"error converting YAML to JSON: {error}") from error
    else:
        raise unsupported_type(custom=ask.kind is not None and ask.kind.custom)
    if not isinstance(found, dict):
        raise bad_request("couldn't get version/kind; json parse error: the body is no object")
    return found


def typed(kind: Kind, obj: Object) -> Object:
    """Checks kind and apiVersion, which a custom resource must name and others may."""
    said = (obj.get("apiVersion", ""), obj.get("kind", ""))
    if kind.custom and not all(said):
        raise bad_request(f"Object 'Kind' is missing in '{json.dumps(obj)}'")
    if said[0] and said[0] != kind.api_version:
        raise bad_request(
            f"the API version in the data ({said[0]}) does not match the expected API version "
            f"({kind.api_version})"
        )
    if said[1] and said[1] != kind.name:
        raise bad_request(
            f'{kind.name} in version "{kind.version}" cannot be handled as a {kind.name}: '
            f"the object provided is a {said[1]}"
        )
    return {"kind": kind.name, "apiVersion": kind.api_version, **obj}


def decoded(
    schema: Schema, kind: Kind, obj: Object, options: Options, *, patch: Any = None
) -> tuple[Object, tuple[str, ...]]:
    """The object as the server understands it, and a warning for each field that it does not.

    `patch`: what made the object, which a strict refusal of a patch quotes.
    """
    if not isinstance(obj.get("metadata", {}), dict):
        raise bad_request("metadata is no object")
    try:
        found, unknown = schema.decoded(kind, obj)
    except WrongType as error:
        raise bad_request(
            f'{kind.name} in version "{kind.version}" cannot be handled as a {kind.name}: {error}'
        ) from error
    found.setdefault("metadata", {})
    said = tuple(f'unknown field "{field}"' for field in unknown)
    if said and options.strict:
        raise _strict(kind, ", ".join(said), patch)
    return found, () if options.silent else said


def _strict(kind: Kind, said: str, patch: Any) -> Rejected:
    said = f"strict decoding error: {said}"
    if patch is None:
        return bad_request(
            f'{kind.name} in version "{kind.version}" cannot be handled as a {kind.name}: {said}'
        )
    message = f"Invalid value: {json.dumps(json.dumps(patch))}: {said}"
    cause = {"reason": "FieldValueInvalid", "message": message, "field": "patch"}
    return Rejected(
        failure(422, "Invalid", f' "" is invalid: patch: {message}', {"causes": [cause]})
    )
