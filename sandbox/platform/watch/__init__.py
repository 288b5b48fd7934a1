"""The platform watching itself, for machines without Prometheus and Alertmanager."""
