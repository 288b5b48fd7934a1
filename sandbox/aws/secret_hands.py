"""What a test or the demo does to the secrets behind AWS's back."""

from collections.abc import Mapping

from sandbox.aws.account import Account
from sandbox.aws.rotation import Step
from sandbox.aws.seed import secret_value


class SecretHands:
    def __init__(self, account: Account) -> None:
        self._account = account
        self._secrets = account.secrets

    def add(self, name: str, *, rotates: bool = True) -> None:
        """With a first value, and a rotation function that changes its password."""
        with self._account.lock:
            self._secrets.create_secret(
                name=name,
                secret_string=secret_value(name),
                secret_binary=None,
                description=None,
                tags=None,
                kms_key_id=None,
                client_request_token=None,
                replica_regions=[],
                force_overwrite=False,
            )
            if rotates:
                self._secrets.rotates(name, self._function(name))

    def rotate_in(self, seconds: float) -> None:
        """From now on a rotation takes so long for its four steps."""
        with self._account.lock:
            self._secrets.rotation_seconds = seconds

    def fail_rotation(self, at: Step) -> None:
        """The next rotation ends at this step, with AWSPENDING left behind."""
        with self._account.lock:
            self._secrets.fail_rotation(at)

    def labels(self, name: str) -> Mapping[str, frozenset[str]]:
        """By version id."""
        with self._account.lock:
            self._secrets.settle()
            versions = self._secrets.secrets[name].versions
            return {key: frozenset(row["version_stages"]) for key, row in versions.items()}

    def _function(self, name: str) -> str:
        kind = name.split("/")[1] if "/" in name else name
        account = self._account
        return f"arn:aws:lambda:{account.region}:{account.id}:function:rotate-{kind}"
