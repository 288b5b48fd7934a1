"""A working Slack on a real socket: the app that talks to it cannot tell the difference."""
