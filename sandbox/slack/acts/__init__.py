"""What people do in Slack, and what Slack then sends and shows."""
