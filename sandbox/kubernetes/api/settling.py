"""What a client may not write: names, places and the metadata that the server owns."""

from sandbox.kubernetes.api.complaints import bad_request
from sandbox.kubernetes.kinds import Kind
from sandbox.kubernetes.objects import Object
from sandbox.kubernetes.refusals import Rejected
from sandbox.kubernetes.statuses import Cause, failure, invalid

SERVERS = ("deletionTimestamp", "deletionGracePeriodSeconds", "selfLink")


def settle_new(kind: Kind, obj: Object, namespace: str) -> Object:
    """Puts a new object into its namespace and drops what only the server may say."""
    metadata = obj["metadata"]
    _same_namespace(metadata.get("namespace", ""), namespace)
    if kind.namespaced:
        metadata["namespace"] = namespace
    if not metadata.get("generateName"):
        metadata.setdefault("name", "")
    if metadata.get("resourceVersion"):
        raise bad_request("resourceVersion should not be set on objects to be created")
    for field in SERVERS:
        metadata.pop(field, None)
    if kind.has_status:
        obj.pop("status", None)
    return obj


def settle(kind: Kind, obj: Object, held: Object) -> Object:
    """Puts an update in the place of `held`; raises `Rejected` where it means another object."""
    metadata, before = obj["metadata"], held["metadata"]
    name = metadata.setdefault("name", before["name"])
    if name != before["name"]:
        raise bad_request(
            f"the name of the object ({name}) does not match the name on the URL ({before['name']})"
        )
    _same_namespace(metadata.get("namespace", ""), before.get("namespace", ""))
    if kind.namespaced:
        metadata["namespace"] = before["namespace"]
    uid = metadata.get("uid", "")
    if uid and uid != before["uid"]:
        raise Rejected(_other_uid(kind, name, uid, before["uid"]))
    if kind.custom and not metadata.get("resourceVersion"):
        message = "Invalid value: 0: must be specified for an update"
        field = "metadata.resourceVersion"
        cause = Cause(reason="FieldValueInvalid", message=message, field=field)
        raise Rejected(invalid(kind, name, [cause]))
    for field in SERVERS:
        metadata.pop(field, None)
        if field in before:
            metadata[field] = before[field]
    return obj


def _same_namespace(said: str, asked: str) -> None:
    if said and said != asked:
        raise bad_request(
            "the namespace of the provided object does not match the namespace sent on the request"
        )


def _other_uid(kind: Kind, name: str, uid: str, held: str) -> dict[str, object]:
    message = (
        f'Operation cannot be fulfilled on {kind.resource} "{name}": Precondition failed: UID in '
        f"precondition: {uid}, UID in object meta: {held}"
    )
    details = {"name": name, **({"group": kind.group} if kind.group else {}), "kind": kind.plural}
    return failure(409, "Conflict", message, details)
