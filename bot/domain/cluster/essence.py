"""What a pod template is, whichever colour carries it and however often it was restarted."""

import hashlib
import json
import re
from collections.abc import Callable, Mapping
from typing import Any

from bot.domain.cluster.workload import RESTARTED, Template, without_hash

_OUR_RESTART = "candlefish.ai/restart"
# Who brought it and from where is not what it is.
_TOLD = frozenset(
    {
        RESTARTED, "candlefish.ai/deployed-by", "candlefish.ai/change-url", "candlefish.ai/commit",
        "kubernetes.io/change-cause",
    }
)  # fmt: skip


def essence(template: Template, color: str, deployment: str) -> str:
    """The same for two templates that differ in a restart, the colour or the workload's name only.

    A restart makes a new revision of the same release, and blue's template can never equal
    green's: a rollback to "another template" must not end on the release that is to go. Their names
    stand within others too, but for images: `graphql-api-blue-config`, `--color=blue`.
    """
    bare = without_hash(template)
    notes = bare.get("metadata", {}).get("annotations") or {}
    kept = {
        name: value
        for name, value in notes.items()
        if name not in _TOLD and not name.startswith(_OUR_RESTART)
    }
    bare.setdefault("metadata", {})["annotations"] = kept
    own = {name: what for name, what in ((deployment, "deployment"), (color, "color")) if name}
    common = _common(bare, _shared(own)) if own else bare
    text = json.dumps(common, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def _shared(own: Mapping[str, str]) -> Callable[[str], str]:
    """Says what each name stands for in its place, wherever it is a word of its own."""
    words = "|".join(re.escape(name) for name in sorted(own, key=len, reverse=True))
    within = re.compile(rf"(?<![A-Za-z0-9])({words})(?![A-Za-z0-9])")
    return lambda text: within.sub(lambda found: f"<{own[found[0]]}>", text)


def _common(value: Any, shared: Callable[[str], str]) -> Any:
    """A container's image is what it is, whatever its name."""
    if isinstance(value, str):
        return shared(value)
    if isinstance(value, list):
        return [_common(one, shared) for one in value]
    if isinstance(value, dict):
        pinned = ("image",) if "name" in value else ()
        return {
            shared(name): one if name in pinned else _common(one, shared)
            for name, one in value.items()
        }
    return value
