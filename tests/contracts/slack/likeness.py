"""How far a payload of the twin's is like the vendor's sample."""

from typing import Any


def merged(*samples: Any) -> Any:
    """One sample with the fields of all."""
    first = samples[0]
    if all(isinstance(each, dict) for each in samples):
        keys = {key for each in samples for key in each}
        return {key: merged(*[each[key] for each in samples if key in each]) for key in keys}
    if all(isinstance(each, list) for each in samples):
        inside = [item for each in samples for item in each]
        return [merged(*inside)] if inside else []
    return first


OPEN = {"values", "blocks", "errors"}
ABSENT = {"enterprise_id", "enterprise_name", "enterprise"}


def unlike(sent: Any, sample: Any, path: str = "") -> list[str]:
    """Fields that the sample does not have, or has with another type."""
    if sent is None:
        return []
    if isinstance(sample, dict) and isinstance(sent, dict):
        known = [key for key in sent if key in sample or not sample]
        strange = [f"{path}/{key} is not in the sample" for key in sent if key not in known]
        return strange + [
            line
            for key in known
            if key not in OPEN and sample
            for line in unlike(sent[key], sample[key], f"{path}/{key}")
        ]
    if isinstance(sample, list) and isinstance(sent, list):
        return [line for item in sent if sample for line in unlike(item, sample[0], f"{path}/0")]
    if type(sent) is not type(sample):
        return [f"{path} is {type(sent).__name__}, the sample has {type(sample).__name__}"]
    return []


def lacking(sent: Any, sample: Any, path: str = "") -> list[str]:
    """Fields that a sample recorded from Slack has and the twin did not send."""
    if isinstance(sample, dict) and isinstance(sent, dict):
        return [f"{path}/{key}" for key in sample if key not in sent and key not in ABSENT] + [
            line
            for key in sample
            if key in sent and key not in OPEN
            for line in lacking(sent[key], sample[key], f"{path}/{key}")
        ]
    if isinstance(sample, list) and isinstance(sent, list) and sample and sent:
        return lacking(sent[0], sample[0], f"{path}/0")
    return []
