"""Kubernetes through the official client: raw JSON, our own timeouts, one try a call."""
