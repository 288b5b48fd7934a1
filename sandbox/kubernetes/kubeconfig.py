"""The kubeconfig that leads a client to the twin."""

import yaml


def kubeconfig(url: str, *, token: str, user: str = "candlefish", namespace: str = "") -> str:
    """Its text; plain HTTP, so there is no certificate to trust."""
    context = {"cluster": "sandbox", "user": user}
    if namespace:
        context["namespace"] = namespace
    return yaml.safe_dump(
        {
            "apiVersion": "v1",
            "kind": "Config",
            "clusters": [{"name": "sandbox", "cluster": {"server": url}}],
            "users": [{"name": user, "user": {"token": token}}],
            "contexts": [{"name": "sandbox", "context": context}],
            "current-context": "sandbox",
        },
        sort_keys=False,
    )
