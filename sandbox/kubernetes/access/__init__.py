"""Who may do what: bearer tokens, RBAC and the reviews that tell a caller his own rights."""
