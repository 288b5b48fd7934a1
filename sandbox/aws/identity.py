"""Whose keys AWS knows, and what they may not do."""

from http import HTTPStatus

from starlette.responses import Response

from sandbox.aws.call import AwsCall
from sandbox.aws.errors import QUERY_SERVICES, error

ALWAYS_ALLOWED = "sts:GetCallerIdentity"


class Identity:
    """One user with one access key; signatures are not checked, keys are."""

    def __init__(self, account: str, access_key: str, user: str = "candlefish") -> None:
        self.arn = f"arn:aws:iam::{account}:user/{user}"
        self._access_key = access_key
        self._denied: set[str] = set()

    def deny(self, *names: str) -> None:
        """Takes rights away: `rds:CreateDBSnapshot`."""
        self._denied |= set(names)

    def allow(self, *names: str) -> None:
        self._denied -= set(names)

    def refuse(self, call: AwsCall) -> Response | None:
        if not call.access_key:
            missing = "Request is missing Authentication Token"
            return error(call.service, "MissingAuthenticationToken", missing, HTTPStatus.FORBIDDEN)
        if call.access_key != self._access_key:
            return _unknown_key(call)
        if call.name in self._denied - {ALWAYS_ALLOWED}:
            return self._access_denied(call)
        return None

    def _access_denied(self, call: AwsCall) -> Response:
        message = (
            f"User: {self.arn} is not authorized to perform: {call.name} "
            f"because no identity-based policy allows the {call.name} action"
        )
        if call.service in QUERY_SERVICES:
            return error(call.service, "AccessDenied", message, HTTPStatus.FORBIDDEN)
        return error(call.service, "AccessDeniedException", message)


def _unknown_key(call: AwsCall) -> Response:
    message = "The security token included in the request is invalid."
    if call.service in QUERY_SERVICES:
        return error(call.service, "InvalidClientTokenId", message, HTTPStatus.FORBIDDEN)
    return error(call.service, "UnrecognizedClientException", message)
