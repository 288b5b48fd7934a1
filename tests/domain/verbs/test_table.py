"""The verb table: which verbs there are, who may use them, and that each has an example."""

import pytest

from bot.domain.verbs.parsing import VERBS, Verb, parse

NAMES = {
    "menu", "help", "status", "escalate", "timeline", "silence", "oncall", "deploys",
    "incident declare", "incident list", "incident show", "incident ack", "incident resolve",
    "incident reopen", "incident mitigate", "incident merge", "incident split",
    "incident note", "incident severity", "incident role",
    "rollback", "restart", "scale", "freeze", "unfreeze",
    "operation list", "operation show", "operation approve", "operation cancel",
    "operation revert", "operation next", "operation close",
}  # fmt: skip


def test_the_table_has_these_verbs_and_no_other() -> None:
    assert {verb.name for verb in VERBS} == NAMES
    phrases = [phrase for verb in VERBS for phrase in verb.phrases]
    assert len(phrases) == len(set(phrases))


@pytest.mark.parametrize("verb", VERBS, ids=lambda verb: verb.name)
def test_every_example_is_understood(verb: Verb) -> None:
    assert parse(verb.example).verb is verb


@pytest.mark.parametrize("verb", VERBS, ids=lambda verb: verb.name)
def test_whatever_changes_needs_a_responder(verb: Verb) -> None:
    assert verb.changes == (verb.role in {"responder", "operator"})
