"""Why the store or the API server would not do it; each carries the body to answer with."""

from sandbox.kubernetes.statuses import Status


class Rejected(Exception):
    """`status` is the answer's body; its `code` the HTTP status."""

    def __init__(self, status: Status) -> None:
        super().__init__(status["message"])
        self.status = status

    @property
    def code(self) -> int:
        code: int = self.status["code"]
        return code


class Missing(Rejected):
    pass


class Exists(Rejected):
    pass


class Stale(Rejected):
    """Somebody wrote it since the resourceVersion that was given."""


class Expired(Rejected):
    """The history does not reach back that far: list anew."""
