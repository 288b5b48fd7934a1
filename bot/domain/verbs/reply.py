"""A verb's question and its answer, the same for every surface.

`text` is plain words, commands between backticks, nothing escaped: each surface escapes for
itself. A person is written `@slack:U1` or `@cli:ada`, a Slack user group `@group:S012`, a channel
`#slack:C1`; each surface says the name its own way. Commands are written as the asking surface
says them, `/candlefish …` or `candlefish …`.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any


class Surface(StrEnum):
    SLACK = "slack"
    API = "api"


@dataclass(frozen=True, kw_only=True, slots=True)
class Asked:
    """Words from a person.

    `place` is the Slack channel they were said in, `incident` the one they were said about (a
    card's button), `role` what an API token says its bearer is. `once` names the delivery: a
    change that it made before is not made again, and answered with empty words.
    """

    text: str
    actor: str
    surface: Surface
    place: str | None = None
    incident: str | None = None
    role: str | None = None
    once: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class Reply:
    """`status`: 0 done, 1 refused, 2 misuse, 3 unavailable; `data` is what `--json` prints."""

    text: str
    status: int = 0
    data: Mapping[str, Any] = field(default_factory=dict)
