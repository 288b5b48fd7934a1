"""The HTTP half of the Kubernetes twin: requests in, Status bodies and watches out."""
