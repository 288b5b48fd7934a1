"""What a release says it gets on with: schema, document formats, secrets (checks P4 to P6)."""

from dataclasses import dataclass, fields

from bot.domain.cluster.workload import Template

_PREFIX = "candlefish.ai/"


@dataclass(frozen=True, kw_only=True, slots=True)
class Contracts:
    """Each is an annotation of the pod template, `candlefish.ai/schema-min` and so on.

    `None` where the release declares nothing. `doc_format_writes` is what it leaves behind for
    others to read; `secret_epoch` is the oldest age of secrets that it was built for.
    """

    schema_min: int | None = None
    schema_max: int | None = None
    doc_format_min: int | None = None
    doc_format_max: int | None = None
    doc_format_writes: int | None = None
    secret_epoch: int | None = None


def contracts_of(template: Template) -> Contracts:
    """A value that is no whole number counts as not declared."""
    said = template.get("metadata", {}).get("annotations") or {}
    return Contracts(
        **{
            each.name: _whole(said.get(f"{_PREFIX}{each.name.replace('_', '-')}"))
            for each in fields(Contracts)
        }
    )


def _whole(said: object) -> int | None:
    text = str(said).strip()
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else None  # noqa: PLR2004 - longer is no version
