"""AWS, by its own client and its own environment variables."""
