"""One write, with all that decides whether it may be made."""

from dataclasses import dataclass

from sandbox.kubernetes.access.rules import Token
from sandbox.kubernetes.api.admission import Review
from sandbox.kubernetes.api.ask import Ask
from sandbox.kubernetes.api.options import Options, read_options
from sandbox.kubernetes.kinds import Kind
from sandbox.kubernetes.objects import Object, clone


@dataclass(frozen=True, kw_only=True)
class Write:
    ask: Ask
    kind: Kind
    user: Token
    options: Options

    def review(self, *, new: Object | None, old: Object | None) -> Review:
        """What the admission policies look at."""
        operation = "CREATE" if old is None else "DELETE" if new is None else "UPDATE"
        named = new or old or {"metadata": {}}
        return Review(
            user=self.user.name,
            operation=operation,
            kind=self.kind,
            namespace=self.ask.namespace,
            name=named["metadata"].get("name", ""),
            subresource=self.ask.subresource,
            object=clone(new),
            old=clone(old),
            dry=self.options.dry,
        )


def read_write(ask: Ask, kind: Kind, user: Token) -> Write:
    """Raises `Rejected` for options that the API does not know."""
    return Write(ask=ask, kind=kind, user=user, options=read_options(ask))
