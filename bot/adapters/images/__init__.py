"""Image registries: ECR by AWS's client, every other by the OCI distribution API."""
