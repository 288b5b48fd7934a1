"""An open set: one file is one action, and its name is the action's."""
