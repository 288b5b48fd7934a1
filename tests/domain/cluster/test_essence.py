"""What makes two pod templates the same release."""

from typing import Any

from bot.domain.cluster.essence import essence
from tests.domain.operations.workloads import template


def carried(color: str, *, more: str = "") -> dict[str, Any]:
    """With its colour as people write it into names."""
    one = template("v1.3.0", color)
    (container,) = one["spec"]["containers"]
    container["args"] = [f"--color={color}", f"--host=api-{color}.svc{more}"]
    container["envFrom"] = [{"configMapRef": {"name": f"shop-{color}-config"}}]
    return one


def test_a_colour_within_a_name_is_no_other_release() -> None:
    blue = essence(carried("blue"), "blue", "api-blue")
    assert blue == essence(carried("green"), "green", "api-green")
    assert blue != essence(carried("green", more=".other"), "green", "api-green")
    notes = [{"metadata": {"labels": {f"inject/api-{color}": "x"}}} for color in ("blue", "green")]
    assert essence(notes[0], "blue", "b") == essence(notes[1], "green", "g")
    images = [{"name": "app", "image": f"r/app:{color}"} for color in ("blue", "green")]
    assert essence(images[0], "blue", "b") != essence(images[1], "green", "g")
    assert essence({"spec": {"a": "bluebird"}}, "blue", "b") != essence(
        {"spec": {"a": "greenbird"}}, "green", "g"
    )
