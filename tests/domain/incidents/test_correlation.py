"""The names of groups: copies of one thing share them, and nothing else does."""

from hashlib import sha256

import pytest

from bot.domain.incidents.alert import Alert, Status
from bot.domain.incidents.correlation import digest, held_by, open_key, paged_group, pin_of, without
from bot.domain.incidents.routing import route
from bot.domain.ops_data.route import IGNORED_LABELS
from tests.flows.inbox import PARTS_CATALOGUE, firing


@pytest.mark.parametrize(
    ("group_key", "kept"),
    [
        ('{}:{alertname="A", pod="a"}', '{}:{alertname="A"}'),
        ('{}:{pod="a"}', "{}:{}"),
        ('{}:{pod="a", z="1"}', '{}:{z="1"}'),
        ('{}:{a="1",pod="a",z="1"}', '{}:{a="1", z="1"}'),
        ('{}/{severity=~".*"}:{alertname="A", instance="h:1"}',
         '{}/{severity=~".*"}:{alertname="A"}'),
        ('{}:{a="say \\"pod=\\" and \\\\", pod="a"}', '{}:{a="say \\"pod=\\" and \\\\"}'),
        ('{}:{a="x, pod=\\"y\\"", b="2"}', '{}:{a="x, pod=\\"y\\"", b="2"}'),
        ('{}/{pod="a"}:{alertname="A"}', '{}/{pod="a"}:{alertname="A"}'),
        ('{}:{podium="a"}', '{}:{podium="a"}'),
        ('{}:{a="\U0001f9e8 {x}", replica="1"}', '{}:{a="\U0001f9e8 {x}"}'),
        ('{}/{a=~"x{1"}:{b="c}", pod="a"}', '{}/{a=~"x{1"}:{b="c}"}'),
        ('{}:{"my.label"="x", "pod"="a", pod="b"}', '{}:{"my.label"="x"}'),
        ('{}:{broken, pod="a"', '{}:{broken, pod="a"'),
        ("{" * 100_000 + 'pod="', "{" * 100_000 + 'pod="'),
        ("no braces", "no braces"),
        ("43434343434343434343", "43434343434343434343"),
        ("", ""),
    ],
)  # fmt: skip
def test_what_tells_copies_apart_is_left_out(group_key: str, kept: str) -> None:
    assert without(group_key, IGNORED_LABELS) == kept


def test_a_group_that_pagerduty_was_paged_for_is_found_by_its_hash() -> None:
    key = '{}:{alertname="A"}'

    assert paged_group(sha256(key.encode()).hexdigest()) == digest(key)
    assert paged_group(digest(key)) is None
    assert paged_group("x") is None


def test_keys_tell_environment_component_and_group_apart() -> None:
    told = [
        firing(),
        firing(on="web"),
        firing(environment="staging"),
        firing(group="g"),
        firing(group=""),
        firing("Other", group=""),
    ]
    names = [held_by(one, route(PARTS_CATALOGUE, one.labels)) for one in told]

    assert len({open_key(name) for name in names}) == len(told)
    assert len({pin_of(one.key) for one in told}) == len({one.key for one in told})


def test_a_source_is_part_of_an_alerts_name() -> None:
    one, other = (
        Alert(source=source, fingerprint="f", status=Status.FIRING, labels={}, annotations={})
        for source in ("a", "b")
    )

    assert pin_of(one.key) != pin_of(other.key)
