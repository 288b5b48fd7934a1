"""A working image registry (OCI distribution) on a real socket."""
