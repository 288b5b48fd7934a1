"""What the bot asks of the world, in its own words; an adapter answers for each vendor.

Every call has a timeout, raises `Unavailable` where trying later may help, and `GiveUp` where
only a person can (a revoked token, a missing scope, an archived channel).
"""
