"""Who made what: controller references in an object's metadata."""

from typing import Any

Object = dict[str, Any]


def reference(api_version: str, kind: str, owner: Object) -> Object:
    return {
        "apiVersion": api_version,
        "kind": kind,
        "name": owner["metadata"]["name"],
        "uid": owner["metadata"]["uid"],
        "controller": True,
        "blockOwnerDeletion": True,
    }


def controller_of(thing: Object) -> Object | None:
    references = thing["metadata"].get("ownerReferences", ())
    return next((one for one in references if one.get("controller")), None)


def is_owned_by(thing: Object, owner: Object) -> bool:
    reference = controller_of(thing)
    return reference is not None and reference["uid"] == owner["metadata"]["uid"]


def owner_name(thing: Object, kind: str) -> str:
    """The name of its controller if that is of this kind, else nothing."""
    reference = controller_of(thing)
    return reference["name"] if reference and reference["kind"] == kind else ""
