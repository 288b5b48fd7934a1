"""The versions of one secret and the labels on them, as Secrets Manager moves them."""

import json
import secrets as random
from typing import Any

from moto.secretsmanager.models import FakeSecret

CURRENT, PENDING, PREVIOUS = "AWSCURRENT", "AWSPENDING", "AWSPREVIOUS"


def holder(secret: FakeSecret, stage: str) -> str | None:
    holders = (name for name, row in secret.versions.items() if stage in row["version_stages"])
    return next(holders, None)


def in_progress(secret: FakeSecret) -> bool:
    pending = holder(secret, PENDING)
    return pending is not None and pending != holder(secret, CURRENT)


def has_value(version: dict[str, Any]) -> bool:
    return "secret_string" in version or "secret_binary" in version


def fill(secret: FakeSecret, token: str) -> None:
    """A new password in the shape of the current value, once."""
    version = secret.versions[token]
    if has_value(version):
        return
    current = secret.versions.get(holder(secret, CURRENT) or "", {})
    try:
        shape = json.loads(current.get("secret_string", ""))
    except ValueError:
        shape = None
    fresh = random.token_urlsafe(24)
    as_text = json.dumps({**shape, "password": fresh}) if isinstance(shape, dict) else fresh
    version["secret_string"] = as_text


def finish(secret: FakeSecret, token: str, now: int) -> None:
    """AWSPENDING stays on what is current now: AWS leaves it so, or takes it off."""
    if holder(secret, CURRENT) == token:
        return
    secret.remove_version_stages_from_old_versions([PREVIOUS])
    was = holder(secret, CURRENT)
    if was is not None:
        stages = secret.versions[was]["version_stages"]
        secret.versions[was]["version_stages"] = [
            PREVIOUS if each == CURRENT else each for each in stages
        ]
    secret.versions[token]["version_stages"] = [CURRENT, PENDING]
    secret.set_default_version_id(token)
    secret.last_changed_date = secret.last_rotation_date = now
