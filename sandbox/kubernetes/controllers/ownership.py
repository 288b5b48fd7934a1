"""Who made what: controller references in an object's metadata."""

from collections.abc import Mapping

from sandbox.kubernetes.kinds import Kind
from sandbox.kubernetes.objects import Object
from sandbox.kubernetes.store import Store


def reference(kind: Kind, owner: Object) -> Object:
    return {
        "apiVersion": kind.api_version,
        "kind": kind.name,
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


def owner_name(thing: Object, kind: Kind) -> str:
    """The name of its controller if that is of this kind, else nothing."""
    reference = controller_of(thing)
    return reference["name"] if reference and reference["kind"] == kind.name else ""


def owned(store: Store, kind: Kind, owner: Object, labels: Mapping[str, str]) -> list[Object]:
    """Those of one kind that `owner` controls and its selector finds."""
    namespace = owner["metadata"]["namespace"]
    return [one for one in store.list(kind, namespace, labels=labels) if is_owned_by(one, owner)]
