"""What actions have in common; no action is in here."""
