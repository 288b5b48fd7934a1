"""What a pod template is, whichever colour carries it and however often it was restarted."""

import hashlib
import json
import re
from collections.abc import Callable
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
    stand within others too: `graphql-api-blue-config`, `--color=blue`.
    """
    bare = without_hash(template)
    notes = bare.get("metadata", {}).get("annotations") or {}
    kept = {
        name: value
        for name, value in notes.items()
        if name not in _TOLD and not name.startswith(_OUR_RESTART)
    }
    bare.setdefault("metadata", {})["annotations"] = kept
    own = {deployment: "<deployment>"} | ({color: "<color>"} if color else {})
    words = "|".join(re.escape(name) for name in sorted(own, key=len, reverse=True))
    within = re.compile(rf"(?<![A-Za-z0-9])({words})(?![A-Za-z0-9])")
    common = _common(bare, lambda text: within.sub(lambda found: own[found[0]], text))
    text = json.dumps(common, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def _common(value: Any, said: Callable[[str], str]) -> Any:
    """An image is what it is, whatever its name."""
    if isinstance(value, str):
        return said(value)
    if isinstance(value, list):
        return [_common(one, said) for one in value]
    if isinstance(value, dict):
        return {name: one if name == "image" else _common(one, said) for name, one in value.items()}
    return value
