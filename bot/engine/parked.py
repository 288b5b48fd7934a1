"""A run steps aside: whoever owns it next goes on from its last recorded step."""


class Parked(BaseException):
    """Ends this execution of a run without an outcome; only the engine catches it.

    Not an `Exception`: dbos would record one as the run's end, and code that catches errors
    would go on with a run that is no longer its own.
    """
