"""Which objects a list or a watch is about."""

from sandbox.kubernetes.api.ask import Ask
from sandbox.kubernetes.api.complaints import bad_request
from sandbox.kubernetes.kinds import Kind
from sandbox.kubernetes.objects import Object, namespace_of
from sandbox.kubernetes.selectors import Matches, Unparsable, by_fields, by_labels


def chosen(ask: Ask, kind: Kind) -> Matches:
    """Namespace and both selectors together; raises `Rejected` for a selector that is none."""
    labels = ask.query.get("labelSelector", "")
    fields = ask.query.get("fieldSelector", "")
    try:
        by_label = by_labels(labels)
        by_field = by_fields(fields, kind)
    except Unparsable as error:
        raise bad_request(
            f'Unable to find "{kind.api_version}, Resource={kind.plural}" that match label '
            f'selector "{labels}", field selector "{fields}": {error}'
        ) from error

    def fits(obj: Object) -> bool:
        in_place = ask.namespace in {"", namespace_of(obj)}
        return in_place and by_label(obj) and by_field(obj)

    return fits
