"""Secrets Manager by AWS's own text, where moto's rotation goes other ways."""

import json
from collections.abc import Callable
from typing import Any

from moto.secretsmanager.exceptions import (
    InvalidParameterException,
    InvalidRequestException,
    ResourceExistsException,
    ResourceNotFoundException,
    SecretNotFoundException,
)
from moto.secretsmanager.models import FakeSecret, SecretsManagerBackend

from sandbox.aws.effects import Effects
from sandbox.aws.rotation import Rotation, Step
from sandbox.aws.versions import CURRENT, PENDING, fill, finish, has_value, holder, in_progress

NO_FUNCTION = "No Lambda rotation function ARN is associated with this secret."
IN_PROGRESS = "A previous rotation isn't complete. That rotation will be reattempted."
"""AWS's words both; a rotation is in progress while AWSPENDING stands apart from AWSCURRENT."""


class Secrets(SecretsManagerBackend):
    """`rotation_seconds` is how long the rotation function takes for its four steps."""

    def __init__(
        self, region: str, account: str, *, clock: Callable[[], float], effects: Effects
    ) -> None:
        super().__init__(region, account)
        self.rotation_seconds = 0.0
        self._clock = clock
        self._effects = effects
        self._running: dict[str, Rotation] = {}
        self._failing: list[Step] = []

    def fail_rotation(self, at: Step) -> None:
        """The next rotation ends without success at this step, AWSPENDING left behind."""
        self._failing.append(at)

    def rotates(self, secret_id: str, function: str) -> None:
        """Gives the secret a rotation function without rotating it."""
        secret = self._found(secret_id)
        secret.rotation_requested = secret.rotation_enabled = True
        secret.rotation_lambda_arn = function

    def rotate_secret(
        self,
        secret_id: str,
        client_request_token: str | None = None,
        rotation_lambda_arn: str | None = None,
        rotation_rules: dict[str, Any] | None = None,
        rotate_immediately: bool = True,  # noqa: FBT001, FBT002 - moto's signature
    ) -> str:
        self.settle()
        secret = self._found(secret_id)
        if secret.is_deleted():
            raise InvalidRequestException(
                "You can't perform this operation on the secret because it was marked for deletion."
            )
        function = rotation_lambda_arn or secret.rotation_lambda_arn
        if not function:
            raise InvalidRequestException(NO_FUNCTION)
        token = self._from_client_request_token(client_request_token)
        if token in secret.versions:
            self._effects.nothing()
            return secret.to_short_dict(version_id=token)
        if in_progress(secret):
            raise InvalidRequestException(IN_PROGRESS)
        self.rotates(secret_id, function)
        if rotation_rules:
            secret.auto_rotate_after_days = rotation_rules.get("AutomaticallyAfterDays", 0)
        if not rotate_immediately:
            return secret.to_short_dict()
        self._start(secret, token)
        return secret.to_short_dict(version_id=token)

    def cancel_rotate_secret(self, secret_id: str) -> str:
        """Leaves AWSPENDING where it is, as AWS warns."""
        self.settle()
        answer = super().cancel_rotate_secret(secret_id)
        self._running.pop(self._found(secret_id).name, None)
        return answer

    def put_secret_value(
        self,
        secret_id: str,
        secret_string: str,
        secret_binary: str,
        client_request_token: str,
        version_stages: list[str],
    ) -> str:
        """The same token with the same data does nothing; with other data it is refused."""
        self.settle()
        secret = self._found(secret_id)
        there = secret.versions.get(client_request_token)
        if there is not None and has_value(there):
            given = {"secret_string": secret_string, "secret_binary": secret_binary}
            if any(there.get(name) != value for name, value in given.items()):
                raise ResourceExistsException(
                    f"You can't use ClientRequestToken {client_request_token} because that value "
                    f"is already in use for a version of secret {secret.arn}."
                )
            self._effects.nothing()
            return secret.to_short_dict(
                include_version_stages=True, version_id=client_request_token
            )
        return super().put_secret_value(
            secret_id, secret_string, secret_binary, client_request_token, version_stages
        )

    def update_secret_version_stage(
        self,
        secret_id: str,
        version_stage: str,
        remove_from_version_id: str,
        move_to_version_id: str,
    ) -> tuple[str, str]:
        """All or nothing, and AWSCURRENT never to a version without a value."""
        self.settle()
        secret = self._found(secret_id)
        target = secret.versions.get(move_to_version_id)
        if move_to_version_id and target is None:
            raise ResourceNotFoundException(
                "Secrets Manager can't find the specified secret value for VersionId: "
                f"{move_to_version_id}"
            )
        if target is not None and version_stage == CURRENT and not has_value(target):
            raise InvalidRequestException(
                f"You can't move {CURRENT} to version {move_to_version_id}, which has no value."
            )
        bearer = holder(secret, version_stage)
        if bearer not in {None, move_to_version_id, remove_from_version_id}:
            raise InvalidParameterException(
                f"The parameter RemoveFromVersionId must be {bearer}, which {version_stage} "
                "is currently attached to."
            )
        if bearer is not None and bearer == move_to_version_id:
            self._effects.nothing()
            return secret.arn, secret.name
        answer = super().update_secret_version_stage(
            secret_id, version_stage, remove_from_version_id, move_to_version_id
        )
        secret.set_default_version_id(holder(secret, CURRENT))
        return answer

    def describe_secret(self, secret_id: str) -> Any:
        self.settle()
        return super().describe_secret(secret_id)

    def get_secret_value(
        self, secret_id: str, version_id: str, version_stage: str
    ) -> dict[str, Any]:
        self.settle()
        return super().get_secret_value(secret_id, version_id, version_stage)

    def list_secret_version_ids(self, secret_id: str) -> str:
        """Only versions that have a value, unlike DescribeSecret."""
        self.settle()
        secret = self._found(secret_id)
        answer = json.loads(super().list_secret_version_ids(secret_id))
        rows = answer["Versions"]
        answer["ARN"] = secret.arn
        answer["Versions"] = [row for row in rows if has_value(secret.versions[row["VersionId"]])]
        return json.dumps(answer)

    def settle(self) -> None:
        """Lets every rotation get as far as it has by now."""
        now = self._clock()
        for name, rotation in list(self._running.items()):
            secret, done = self._found(name), rotation.done(now)
            if holder(secret, PENDING) != rotation.token:
                # Somebody took the label off: the function finds nothing to rotate, and ends.
                del self._running[name]
                continue
            if Step.CREATE in done:
                fill(secret, rotation.token)
            if Step.FINISH in done:
                finish(secret, rotation.token, int(now))
            if rotation.over(now):
                del self._running[name]

    def _start(self, secret: FakeSecret, token: str) -> None:
        now = self._clock()
        secret.remove_version_stages_from_old_versions([PENDING])
        secret.versions[token] = {
            "createdate": int(now),
            "version_id": token,
            "version_stages": [PENDING],
        }
        self._running[secret.name] = Rotation(
            secret=secret.name,
            token=token,
            started=now,
            seconds=self.rotation_seconds,
            fails_at=self._failing.pop(0) if self._failing else None,
        )

    def _found(self, secret_id: str) -> FakeSecret:
        found = self.secrets.get(secret_id) if secret_id in self.secrets else None
        if not isinstance(found, FakeSecret):
            raise SecretNotFoundException
        return found
