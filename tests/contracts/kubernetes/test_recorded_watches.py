"""The Kubernetes twin's watches tell what a recorded real API server told."""

import json
import re
from pathlib import Path
from typing import Any

import httpx

from sandbox.kubernetes.kinds import DEPLOYMENT
from sandbox.kubernetes.twin import KubernetesTwin
from tests.contracts.kubernetes.asking import DEPLOYMENTS, PLACE, Request, agrees, ask
from tests.contracts.kubernetes.recording import masked, recording


def test_an_expired_watch_ends_in_the_same_words(contracts: Path, twin: KubernetesTwin) -> None:
    recorded = recording(contracts, "watch-expired-410.http")
    twin.expire()

    answer = ask(twin, Request(path=DEPLOYMENTS, query={"watch": "1", "resourceVersion": "1"}))

    agrees(answer, recorded)
    numbers = re.compile(r"\(\d+\)")
    assert numbers.sub("(…)", answer.text.strip()) == numbers.sub("(…)", recorded.body.strip())


def test_a_watched_rollout_is_told_the_same(contracts: Path, twin: KubernetesTwin) -> None:
    """Every write of the recording is made again; what a watcher sees of each must agree."""
    recorded = recording(contracts, "watch-rollout.http")
    twin.bookmark_every(3600)
    query = {
        "watch": "1",
        "timeoutSeconds": "20",
        "allowWatchBookmarks": "true",
        "sendInitialEvents": "true",
        "resourceVersionMatch": "NotOlderThan",
        "fieldSelector": "metadata.name=graphql",
    }
    headers = {"authorization": f"Bearer {twin.admin_token}"}
    seen: list[Any] = []
    expected = [line for at, line in enumerate(recorded.lines()) if at < 2 or changes(line)]
    with httpx.stream(
        "GET", twin.url + DEPLOYMENTS, params=query, headers=headers, timeout=20
    ) as answer:
        agrees(answer, recorded)
        lines = answer.iter_lines()
        for line in expected:
            if line["type"] == "MODIFIED":
                again(twin, line["object"])
            seen.append(json.loads(next(lines)))

    assert masked(seen) == masked(expected)
    assert raises(seen) == raises(expected)
    assert json.dumps(masked(bookmarks(recorded.lines())[1])) == json.dumps(
        masked({**seen[1], "object": without_annotations(seen[1]["object"])})
    )


def changes(line: Any) -> bool:
    return bool(line["type"] != "BOOKMARK")


def bookmarks(lines: list[Any]) -> list[Any]:
    return [line for line in lines if not changes(line)]


def without_annotations(obj: Any) -> Any:
    metadata = {key: each for key, each in obj["metadata"].items() if key != "annotations"}
    return {**obj, "metadata": metadata}


def raises(lines: list[Any]) -> list[int]:
    """By how much the generation had risen, event by event."""
    found = [line["object"]["metadata"].get("generation") for line in lines if changes(line)]
    return [generation - found[0] for generation in found]


def again(twin: KubernetesTwin, wanted: Any) -> None:
    """One write of the recording: of the spec by a client, or of the status by a controller."""
    with twin.store.lock:
        held = twin.store.get(DEPLOYMENT, PLACE, "graphql")
        by_client = held["spec"] != wanted["spec"]
        held["spec"], held["status"] = wanted["spec"], wanted["status"]
        held["metadata"]["annotations"] = wanted["metadata"]["annotations"]
        if by_client:
            twin.store.update(DEPLOYMENT, held)
        else:
            twin.store.update_status(DEPLOYMENT, held)
