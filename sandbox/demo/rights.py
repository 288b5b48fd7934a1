"""Who may do what in the demo's cluster: the bot has the Roles of deploy/, and nothing beside."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import yaml

from sandbox.kubernetes.access.rules import Role, Token, read_rules
from sandbox.kubernetes.seed.platform import PRODUCTION, STAGING
from sandbox.kubernetes.twin import KubernetesTwin
from sandbox.platform import cluster_releases, pipeline

_ROLES = Path(__file__).parents[2] / "deploy" / "kubernetes"
_FILES = ("read.yaml", "switch.yaml", "templates.yaml")


def bot_token(api: KubernetesTwin) -> str:
    """Bound in both namespaces, as `kubectl apply -n` binds them."""
    rules = read_rules(_deployed())
    roles = tuple(Role(rules=rules, namespace=each) for each in (PRODUCTION, STAGING))
    return api.tokens.add(Token(name="system:serviceaccount:ops:candlefish", roles=roles))


def platform_token(api: KubernetesTwin) -> str:
    """For the traffic, which follows the endpoints, and for the pipeline, which ships."""
    rules = (*cluster_releases.RULES, *pipeline.RULES)
    return api.token("platform", rules, namespace=PRODUCTION)


def _deployed() -> Sequence[dict[str, Any]]:
    return [
        rule
        for file in _FILES
        for manifest in yaml.safe_load_all((_ROLES / file).read_text())
        if manifest["kind"] == "Role"
        for rule in manifest["rules"]
    ]
