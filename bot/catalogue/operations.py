"""operations.yaml: how operations go about their work, and what Prometheus is asked meanwhile."""

from collections.abc import Mapping
from dataclasses import asdict, fields
from datetime import timedelta
from typing import Any

from yaml.nodes import Node

from bot.catalogue import promql
from bot.catalogue.sheet import Sheet
from bot.domain.duration import parse_duration
from bot.domain.ops_data.policy import Policy, Verification
from bot.domain.ops_data.questions import LONGEST_WINDOW, Questions

_VERIFICATION = {each.name: getattr(Verification(), each.name) for each in fields(Verification)}
_PARTS = ("verification", "questions")
_POLICY = {
    each.name: getattr(Policy(), each.name) for each in fields(Policy) if each.name not in _PARTS
}
_QUESTIONS = asdict(Questions())
_LONGEST = timedelta(days=90)
_DAY = timedelta(days=1)
# Ratios from 0 to 1; the other numbers are factors and seconds.
_RATIOS = frozenset({
    "good_ratio", "upper_bound", "bad_ratio", "fast_share", "old_share", "worse_points",
})  # fmt: skip


def parse(sheet: Sheet) -> Policy:
    top = sheet.fields(sheet.root, "operations.yaml", (*_PARTS, *_POLICY))
    found = sheet.fields(top.get("verification"), "verification", _VERIFICATION)
    verification = Verification(**_values(sheet, found, "verification.", _VERIFICATION))
    if "verification" in top:
        _sensible(sheet, top["verification"], verification)
    mine = {name: node for name, node in top.items() if name not in _PARTS}
    policy = Policy(
        verification=verification,
        questions=_questions(sheet, top.get("questions")),
        **_values(sheet, mine, "", _POLICY),
    )
    if policy.remind_waiting_every < policy.remind_waiting_after:
        said = top.get("remind_waiting_every") or top["remind_waiting_after"]
        sheet.say(
            said,
            "remind_waiting_every is shorter than remind_waiting_after: it would nag ever more",
        )
    if policy.restore_points_kept < _DAY:
        said = top["restore_points_kept"]
        sheet.say(said, "restore_points_kept: a day at least, for data that went bad unseen")
    return policy


def _values(
    sheet: Sheet, nodes: Mapping[str, Node], where: str, usual: Mapping[str, Any]
) -> dict[str, Any]:
    """What is said, of the kind that is usual there; what is wrong is as usual."""
    return {
        name: _value(sheet, node, f"{where}{name}", name, usual[name])
        for name, node in nodes.items()
    }


def _value(sheet: Sheet, node: Node, what: str, name: str, usual: Any) -> Any:
    if isinstance(usual, bool):
        return sheet.flag(node, what, default=usual)
    if isinstance(usual, timedelta):
        return _duration(sheet, node, what, usual)
    number = sheet.number(node, what)
    if number is None:
        return usual
    if isinstance(usual, int) and (number < 1 or number != int(number)):
        sheet.say(node, f"{what} must be a whole number from 1, not {number:g}")
        return usual
    if number <= 0 or (name in _RATIOS and number > 1):
        limit = "a ratio above 0, at most 1" if name in _RATIOS else "more than 0"
        sheet.say(node, f"{what} must be {limit}, not {number:g}")
        return usual
    return int(number) if isinstance(usual, int) else number


def _duration(sheet: Sheet, node: Node, what: str, usual: timedelta) -> timedelta:
    word = sheet.text(node, what)
    found = parse_duration(word) if word else None
    if word and (found is None or not timedelta() < found <= _LONGEST):
        sheet.say(node, f"{what} must be a duration such as 15s, 10m or 1h30m, not {word}")
        return usual
    return found or usual


def _sensible(sheet: Sheet, node: Node, rules: Verification) -> None:
    """What would never pass, or never fail, however well each number looks alone."""
    needed = rules.settle + rules.every * (rules.passes - 1)
    if rules.deadline < needed:
        sheet.say(
            node,
            f"verification: {rules.passes} good looks take {needed.total_seconds():g}s, "
            f"and the deadline is {rules.deadline.total_seconds():g}s: nothing could pass",
        )
    if rules.good_ratio > rules.bad_ratio:
        sheet.say(node, "verification: good_ratio is above bad_ratio")
    if rules.window > LONGEST_WINDOW:
        sheet.say(node, "verification.window: an hour at most")


def _questions(sheet: Sheet, node: Node | None) -> Questions:
    said = {}
    for name, value in sheet.fields(node, "questions", _QUESTIONS).items():
        text = said[name] = sheet.text(value, f"questions.{name}")
        for fault in promql.faults(text, promql.OF_RELEASES) if text else ():
            sheet.say(value, f"questions.{name} {fault}")
    return Questions(**{**_QUESTIONS, **{name: text for name, text in said.items() if text}})
