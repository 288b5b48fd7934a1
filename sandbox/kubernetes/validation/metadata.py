"""Names, labels and annotations that no object may carry."""

import re
from collections.abc import Iterator, Mapping

from sandbox.kubernetes.kinds import NAMESPACE, SERVICE, Kind
from sandbox.kubernetes.objects import Object
from sandbox.kubernetes.statuses import Cause
from sandbox.kubernetes.validation.causes import invalid_value, required

LONGEST_NAME = 253
LONGEST_LABEL = 63
LABEL_VALUE = re.compile(r"(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?")
KEY_NAME = re.compile(r"([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]")
DNS_LABEL = re.compile(r"[a-z0-9]([-a-z0-9]*[a-z0-9])?")
SUBDOMAIN = re.compile(r"[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*")

SUBDOMAIN_WORDS = (
    "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.',"
    " and must start and end with an alphanumeric character (e.g. 'example.com', regex used for "
    "validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*')"
)
LABEL_WORDS = (
    "a valid label must be an empty string or consist of alphanumeric characters, '-', '_' or '.', "
    "and must start and end with an alphanumeric character (e.g. 'MyValue',  or 'my_value',  or "
    "'12345', regex used for validation is '(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?')"
)
KEY_WORDS = (
    "name part must consist of alphanumeric characters, '-', '_' or '.', and must start and end "
    "with an alphanumeric character (e.g. 'MyName',  or 'my.name',  or '123-abc', regex used for "
    "validation is '([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]')"
)


def metadata_causes(kind: Kind, obj: Object) -> Iterator[Cause]:
    metadata = obj["metadata"]
    name = metadata.get("name", "")
    if not name:
        yield required("metadata.name", "name or generateName is required")
    elif not _is_name(kind, name):
        yield invalid_value("metadata.name", name, SUBDOMAIN_WORDS)
    yield from label_causes("metadata.labels", metadata.get("labels") or {})
    for key in metadata.get("annotations") or {}:
        if not _is_key(key.lower()):
            yield invalid_value("metadata.annotations", key, KEY_WORDS)


def label_causes(field: str, labels: Mapping[str, str]) -> Iterator[Cause]:
    for key, value in labels.items():
        if not _is_key(key):
            yield invalid_value(field, key, KEY_WORDS)
        if len(value) > LONGEST_LABEL:
            yield invalid_value(field, value, f"must be no more than {LONGEST_LABEL} bytes")
        elif not LABEL_VALUE.fullmatch(value):
            yield invalid_value(field, value, LABEL_WORDS)


def _is_name(kind: Kind, name: str) -> bool:
    if kind in {NAMESPACE, SERVICE}:
        return len(name) <= LONGEST_LABEL and DNS_LABEL.fullmatch(name) is not None
    return len(name) <= LONGEST_NAME and SUBDOMAIN.fullmatch(name) is not None


def _is_key(key: str) -> bool:
    prefix, slash, name = key.rpartition("/")
    return (not slash or SUBDOMAIN.fullmatch(prefix) is not None) and (
        len(name) <= LONGEST_LABEL and KEY_NAME.fullmatch(name) is not None
    )
