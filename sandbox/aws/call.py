"""Which operation of which AWS service a request asks for, and whose key it is signed with."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from urllib.parse import parse_qs

from starlette.types import Scope

from sandbox.twin.call import read_call

_CREDENTIAL = re.compile(r"Credential=([^/]+)/\d+/([^/]+)/([^/]+)/")
_WRITES = re.compile(
    r"Create|Put|Update|Delete|Modify|Rotate|Cancel|Restore|Add|Remove|Tag|Untag|Start|Stop|Reboot"
    r"|Copy|BatchDelete"
)


@dataclass(frozen=True, kw_only=True)
class AwsCall:
    """`action` is AWS's name of the operation, empty where the service speaks REST."""

    method: str
    path: str
    query: str
    headers: Mapping[str, str]
    body: bytes
    service: str = ""
    region: str = ""
    access_key: str = ""
    action: str = ""
    form: Mapping[str, list[str]] = field(default_factory=dict)

    @property
    def name(self) -> str:
        return f"{self.service}:{self.action}"

    @property
    def address(self) -> str:
        """What faults and the journal know it by: `/rds/CreateDBSnapshot`."""
        return f"/{self.service}/{self.action}" if self.action else self.path

    @property
    def writes(self) -> bool:
        return _WRITES.match(self.action) is not None


def read_aws_call(scope: Scope, body: bytes) -> AwsCall:
    raw = read_call(scope, body)
    signed = _CREDENTIAL.search(raw.headers.get("authorization", ""))
    access_key, region, service = signed.groups() if signed else ("", "", "")
    form = _form(raw.headers.get("content-type", ""), body)
    target = raw.headers.get("x-amz-target", "").rpartition(".")[2]
    return AwsCall(
        method=raw.method,
        path=raw.path,
        query=raw.query,
        headers=raw.headers,
        body=body,
        service=service,
        region=region,
        access_key=access_key,
        action=target or "".join(form.get("Action", ())),
        form=form,
    )


def _form(content_type: str, body: bytes) -> dict[str, list[str]]:
    if not content_type.startswith("application/x-www-form-urlencoded"):
        return {}
    return parse_qs(body.decode("utf-8", "replace"), keep_blank_values=True)
