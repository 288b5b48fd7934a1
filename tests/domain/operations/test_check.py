"""What is told of the checks: all that did not pass, and what a person decides by."""

from bot.domain.operations.check import Check, Code, Result, passed, telling


def check(code: Code, result: Result = Result.PASS, component: str = "graphql-api") -> Check:
    return Check(code=code, result=result, seen="a fact", component=component)


def test_the_worst_is_told_first_and_whether_it_is_the_cause_however_it_went() -> None:
    quiet = check(Code.IMAGE)
    told = [
        check(Code.SCHEMA, Result.BLOCK),
        check(Code.FORMAT, Result.UNKNOWN),
        check(Code.BLAST_RADIUS, Result.WARN),
        check(Code.TARGET),
        check(Code.SUSPECT),
        check(Code.RESTORE_POINT),
    ]
    assert list(telling([quiet, *reversed(told)])) == told


def test_what_passed_in_silence_is_named() -> None:
    checks = [
        check(Code.TARGET),
        check(Code.IMAGE),
        check(Code.IMAGE, component="docs-site"),
        check(Code.ROOM),
        check(Code.ROOM, Result.WARN, component="websocket-service"),
    ]
    assert passed(checks) == "Checks: 4 of 5 passed, among them P2 image, P7 room (1 of 2)"
    assert passed([check(Code.SCHEMA, Result.BLOCK)]) == "Checks: 0 of 1 passed"
