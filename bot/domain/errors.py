"""The three words a caller can act on; anything else that is raised is a bug."""


class Refused(Exception):
    """The answer is no: tell the person the fact and the next move."""

    status = 1

    def __init__(self, fact: str, next_move: str = "") -> None:
        super().__init__(f"{fact} {next_move}".strip())
        self.fact = fact
        self.next_move = next_move


class Misuse(Refused):
    """The words were wrong; `next_move` holds the corrected ones, ready to copy."""

    status = 2


class Unavailable(Exception):
    """Somebody we depend on does not answer: try again, not before `retry_after` seconds."""

    status = 3

    def __init__(self, fact: str, *, retry_after: float | None = None) -> None:
        super().__init__(fact)
        self.retry_after = retry_after


class GiveUp(Exception):
    """Trying again cannot help: stop, and call for a person."""
