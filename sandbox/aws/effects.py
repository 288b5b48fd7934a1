"""What a write really changed, where its answer alone does not tell."""


class Effects:
    """Lets a rule of ours say that a write which succeeded has changed nothing."""

    def __init__(self) -> None:
        self.none = False

    def nothing(self) -> None:
        self.none = True
