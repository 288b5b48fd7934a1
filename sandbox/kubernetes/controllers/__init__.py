"""What makes stored objects come true: the cluster's controllers, in one thread."""
