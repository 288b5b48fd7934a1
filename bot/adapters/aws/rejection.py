"""AWS's no: what it refused, in its own code and words, and what helps."""

from typing import Any

from bot.domain.errors import GiveUp, Refused

POLICY = "deploy/aws/policy.json"
_DENIED = frozenset({"AccessDenied", "AccessDeniedException", "UnauthorizedOperation"})
_UNKNOWN_KEY = frozenset({
    "ExpiredToken", "ExpiredTokenException", "InvalidClientTokenId", "MissingAuthenticationToken",
    "RequestExpired", "SignatureDoesNotMatch", "UnrecognizedClientException",
})  # fmt: skip


class Rejection(Exception):
    """AWS answered, and the answer is no; nothing was changed.

    `code` is without the `Fault` that some services append; `action` is as policies name it:
    `rds:CreateDBSnapshot`.
    """

    def __init__(self, action: str, code: str, message: str) -> None:
        super().__init__(f"{action}: {code}: {message}")
        self.action, self.code, self.message = action, code.removesuffix("Fault"), message

    @classmethod
    def read(cls, service: str, answer: Any, operation: str) -> "Rejection":
        said = answer.get("Error", {})
        return cls(
            f"{service}:{operation}", str(said.get("Code", "")), str(said.get("Message", ""))
        )

    @property
    def names_the_key(self) -> bool:
        return self.code in _UNKNOWN_KEY

    @property
    def words(self) -> str:
        if self.names_the_key:
            return (
                f"AWS does not take the credentials ({self.code}): correct AWS_ACCESS_KEY_ID and "
                "AWS_SECRET_ACCESS_KEY, the profile or the role."
            )
        if self.code in _DENIED:
            return f"AWS does not allow {self.action}: add it to the bot's policy ({POLICY})."
        return f"AWS refused {self.action} ({self.code}): {self.message}"

    def as_refused(self) -> Refused:
        return Refused(self.words)

    def as_give_up(self) -> GiveUp:
        return GiveUp(self.words)
