"""Each patch type by itself, where a naive one goes wrong."""

from typing import Any

import pytest

from sandbox.kubernetes.patches import Inapplicable, Unreadable, json_patch, merge_patch, strategic
from sandbox.kubernetes.patches.json_patch import same

POD: dict[str, Any] = {
    "containers": [
        {
            "name": "app",
            "image": "app:v1",
            "args": ["--a"],
            "env": [{"name": "A", "value": "1"}, {"name": "B", "value": "2"}],
            "ports": [{"containerPort": 80}, {"containerPort": 81}],
        },
        {"name": "side", "image": "side:v1"},
    ],
    "volumes": [{"name": "data", "emptyDir": {}}],
    "tolerations": [{"key": "a"}],
}


def names(elements: list[dict[str, Any]]) -> str:
    return " ".join(str(each["name"]) for each in elements)


@pytest.mark.parametrize(
    ("patch", "expected"),
    [
        ([{"op": "add", "path": "/a", "value": 1}], {"a": 1, "l": [1, 2], "o": {"x/y": 1}}),
        ([{"op": "add", "path": "/l/-", "value": 3}], {"l": [1, 2, 3], "o": {"x/y": 1}}),
        ([{"op": "add", "path": "/l/0", "value": 0}], {"l": [0, 1, 2], "o": {"x/y": 1}}),
        ([{"op": "remove", "path": "/l/0"}], {"l": [2], "o": {"x/y": 1}}),
        ([{"op": "replace", "path": "/o/x~1y", "value": 2}], {"l": [1, 2], "o": {"x/y": 2}}),
        ([{"op": "move", "from": "/l/0", "path": "/m"}], {"l": [2], "m": 1, "o": {"x/y": 1}}),
        (
            [{"op": "copy", "from": "/o", "path": "/p"}, {"op": "remove", "path": "/o/x~1y"}],
            {"l": [1, 2], "o": {}, "p": {"x/y": 1}},
        ),
        ([{"op": "test", "path": "/absent", "value": None}], {"l": [1, 2], "o": {"x/y": 1}}),
        ([{"op": "replace", "path": "", "value": {}}], {}),
    ],
)
def test_json_patches(patch: list[Any], expected: Any) -> None:
    original = {"l": [1, 2], "o": {"x/y": 1}}

    assert json_patch.patched(original, patch) == expected
    assert original == {"l": [1, 2], "o": {"x/y": 1}}


@pytest.mark.parametrize(
    "operation",
    [
        {"op": "replace", "path": "/absent", "value": 1},
        {"op": "remove", "path": "/absent"},
        {"op": "add", "path": "/absent/below", "value": 1},
        {"op": "add", "path": "/l/9", "value": 1},
        {"op": "add", "path": "/l/01", "value": 1},
        {"op": "add", "path": "/a"},
        {"op": "add", "path": "no-pointer", "value": 1},
        {"op": "test", "path": "/one", "value": True},
        {"op": "test", "path": "/one", "value": "1"},
        {"op": "add", "path": "/one/below", "value": 1},
    ],
)
def test_json_patches_that_do_not_fit(operation: Any) -> None:
    with pytest.raises(Inapplicable):
        json_patch.patched({"l": [1], "one": 1}, [operation])


def test_true_is_not_one() -> None:
    assert not same({"a": True}, {"a": 1})
    assert same({"a": 1, "b": [2]}, {"b": [2], "a": 1})


def test_a_merge_patch_deletes_with_null_and_replaces_lists() -> None:
    original = {"a": {"keep": 1, "go": 2}, "l": [1, 2]}

    merged = merge_patch.merged(original, {"a": {"go": None, "new": {"x": None}}, "l": [3]})

    assert merged == {"a": {"keep": 1, "new": {}}, "l": [3]}


def test_a_strategic_patch_merges_containers_by_name() -> None:
    merged = strategic.merged(POD, {"containers": [{"name": "side", "image": "side:v2"}]})

    assert names(merged["containers"]) == "app side"
    assert merged["containers"][1]["image"] == "side:v2"
    assert merged["containers"][0] == POD["containers"][0]


def test_what_a_strategic_patch_adds_comes_first() -> None:
    merged = strategic.merged(POD, {"containers": [{"name": "new", "image": "new:v1"}]})

    assert names(merged["containers"]) == "new app side"


def test_a_strategic_patch_goes_down_into_env_and_ports() -> None:
    patch = {
        "containers": [
            {
                "name": "app",
                "env": [{"name": "B", "value": "3"}, {"name": "A", "$patch": "delete"}],
                "ports": [{"containerPort": 81, "name": "web"}],
                "args": ["--b"],
            }
        ]
    }

    app = strategic.merged(POD, patch)["containers"][0]

    assert app["env"] == [{"name": "B", "value": "3"}]
    assert app["ports"] == [{"containerPort": 80}, {"containerPort": 81, "name": "web"}]
    assert app["args"] == ["--b"]


@pytest.mark.parametrize(
    ("patch", "expected"),
    [
        ({"containers": [{"$patch": "replace"}, {"name": "x"}]}, [{"name": "x"}]),
        (
            {"containers": [{"name": "app", "$patch": "delete"}]},
            [{"name": "side", "image": "side:v1"}],
        ),
        ({"containers": None}, None),
    ],
)
def test_directives_in_lists(patch: Any, expected: Any) -> None:
    assert strategic.merged(POD, patch).get("containers") == expected


def test_directives_in_maps() -> None:
    original = {"strategy": {"type": "RollingUpdate", "rollingUpdate": {"maxSurge": 1}}}
    retain = {"strategy": {"$retainKeys": ["type"], "type": "Recreate"}}
    replace = {"strategy": {"$patch": "replace", "type": "Recreate"}}
    delete = {"strategy": {"$patch": "delete"}}

    assert strategic.merged(original, retain) == {"strategy": {"type": "Recreate"}}
    assert strategic.merged(original, replace) == {"strategy": {"type": "Recreate"}}
    assert strategic.merged(original, delete) == {"strategy": {}}


def test_the_order_of_elements_can_be_set() -> None:
    order = [{"name": "side"}, {"name": "app"}]

    merged = strategic.merged(POD, {"$setElementOrder/containers": order})

    assert names(merged["containers"]) == "side app"


def test_finalizers_are_a_set() -> None:
    original = {"finalizers": ["a", "b"]}

    assert strategic.merged(original, {"finalizers": ["b", "c"]})["finalizers"] == ["a", "b", "c"]
    gone = strategic.merged(original, {"$deleteFromPrimitiveList/finalizers": ["a"]})
    assert gone["finalizers"] == ["b"]


def test_lists_without_a_key_are_replaced() -> None:
    assert strategic.merged(POD, {"tolerations": [{"key": "b"}]})["tolerations"] == [{"key": "b"}]


@pytest.mark.parametrize(
    "patch",
    [[], {"containers": [{"image": "nameless"}]}, {"containers": ["x"]}, {"$patch": "conjure"}],
)
def test_strategic_patches_that_are_none(patch: Any) -> None:
    with pytest.raises(Unreadable):
        strategic.merged(POD, patch)
