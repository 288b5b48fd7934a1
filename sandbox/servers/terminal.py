"""The terminal that a sandbox program was started from."""


def say(line: str) -> None:
    print(line, flush=True)  # noqa: T201 - the person at the terminal waits for this line
