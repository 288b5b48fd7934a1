"""The platform twin: services that can be broken, watched by Prometheus or by itself."""
