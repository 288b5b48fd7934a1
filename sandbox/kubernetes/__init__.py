"""A working Kubernetes API on a real socket: the official client cannot tell the difference."""
