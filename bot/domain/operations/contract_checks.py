"""P4 to P6: whether an older release gets on with the data and the secrets of today.

They apply where a release or its component declares something; undeclared is no obstacle.
"""

from collections.abc import Iterable, Sequence

from bot.domain.operations.check import Check, Code, Result
from bot.domain.operations.prechecks import Untold
from bot.domain.releases.contracts import Contracts


def schema(component: str, target: Contracts, version: float | Untold | None) -> Check:
    """P4. `version` is that of the live schema, `None` where no query for it is declared."""
    least, most = target.schema_min, target.schema_max
    if least is None and most is None:
        return _of(component, Code.SCHEMA, Result.PASS, "it declares no schema: not applicable")
    wanted = _range(least, most)
    if version is None:
        seen = (
            f"it needs schema {wanted}; nobody can ask which is live: give the component that "
            "holds its data a schema_query in components.yaml"
        )
        return _of(component, Code.SCHEMA, Result.UNKNOWN, seen)
    if isinstance(version, Untold):
        seen = f"it needs schema {wanted}; which is live nobody can tell: {version.why}"
        return _of(component, Code.SCHEMA, Result.UNKNOWN, seen)
    fits = _within(version, least, most)
    seen = f"schema {version:g} is live, it needs {wanted}"
    return _of(component, Code.SCHEMA, Result.PASS if fits else Result.BLOCK, seen)


def formats(component: str, target: Contracts, written: Iterable[Contracts]) -> Check:
    """P5. `written` are the contracts of all that has served since the target did."""
    least, most = target.doc_format_min, target.doc_format_max
    if least is None and most is None:
        return _of(component, Code.FORMAT, Result.PASS, "it declares no format: not applicable")
    since = tuple(written)
    unread = sorted(
        {
            one.doc_format_writes
            for one in since
            if one.doc_format_writes is not None and not _within(one.doc_format_writes, least, most)
        }
    )
    reads = f"it reads formats {_range(least, most)}"
    if unread:
        seen = f"{reads}, and format {_listed(unread)} was written since"
        return _of(component, Code.FORMAT, Result.BLOCK, seen)
    if any(one.doc_format_writes is None for one in since):
        seen = f"{reads}; what was written since it served is not declared"
        return _of(component, Code.FORMAT, Result.UNKNOWN, seen)
    return _of(component, Code.FORMAT, Result.PASS, f"{reads}, and nothing else was written since")


def secrets(component: str, target: Contracts, valid_from: int | None) -> Check:
    """P6. `valid_from` is the oldest epoch of secrets that is not revoked."""
    if valid_from is None:
        return _of(component, Code.SECRETS, Result.PASS, "it declares no epoch: not applicable")
    if target.secret_epoch is None:
        seen = f"secrets before epoch {valid_from} are revoked, and it does not say which it has"
        return _of(component, Code.SECRETS, Result.UNKNOWN, seen)
    seen = f"it has secrets of epoch {target.secret_epoch}; valid are those from {valid_from} on"
    fits = target.secret_epoch >= valid_from
    return _of(component, Code.SECRETS, Result.PASS if fits else Result.BLOCK, seen)


def _within(value: float, least: int | None, most: int | None) -> bool:
    return (least is None or value >= least) and (most is None or value <= most)


def _range(least: int | None, most: int | None) -> str:
    if least is None or most is None:
        return f"up to {most}" if least is None else f"from {least} on"
    return str(least) if least == most else f"{least} to {most}"


def _listed(values: Sequence[int]) -> str:
    return ", ".join(map(str, values))


def _of(component: str, code: Code, result: Result, seen: str) -> Check:
    return Check(code=code, result=result, seen=seen, component=component)
