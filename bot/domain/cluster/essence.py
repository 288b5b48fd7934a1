"""What a pod template is, whichever colour carries it and however often it was restarted."""

import hashlib
import json
import re

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
    text = json.dumps(bare, sort_keys=True, separators=(",", ":"))
    for own, shared in ((deployment, "<deployment>"), (color, "<color>")):
        if own:
            text = re.sub(rf"(?<![A-Za-z0-9]){re.escape(own)}(?![A-Za-z0-9])", shared, text)
    return hashlib.sha256(text.encode()).hexdigest()
