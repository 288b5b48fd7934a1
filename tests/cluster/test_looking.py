"""What the bot sees of any cluster: changes, references, rights, and what is not there."""

from contextlib import closing

import pytest

from bot.domain.cluster.workload import version_of
from bot.domain.errors import GiveUp, Refused
from bot.domain.operations.rights import Right
from tests.cluster.place import Place


def test_it_answers_with_its_version(place: Place) -> None:
    assert place.cluster.check().startswith("v1.")


def test_a_watch_shows_what_is_shipped(place: Place) -> None:
    own = place.deploy("watch", replicas=1)
    before = place.deployment(own).generation
    with closing(place.cluster.watch(place.namespace, place.patience)) as seen:
        ours = (each for each in seen if each.name == own)
        assert next(ours).generation == before

        place.ship(own, "r2")

        changed = next((each for each in ours if each.generation > before), None)
        assert changed is not None
        assert version_of(changed.template) == "r2"
    place.settle(own)


def test_what_a_template_lacks_is_named_until_it_is_there(place: Place) -> None:
    name = place.named("config")
    source = {"configMapRef": {"name": name}}
    template = {"spec": {"containers": [{"name": "main", "envFrom": [source]}]}}

    assert place.cluster.lacks(place.namespace, template) == [f"ConfigMap {name}"]
    place.configure(name)
    assert place.cluster.lacks(place.namespace, template) == []


def test_it_knows_what_it_may(place: Place) -> None:
    right = Right(verb="patch", group="apps", resource="deployments", namespace=place.namespace)

    assert place.cluster.may(right)


def test_what_is_not_there_is_told(place: Place) -> None:
    with pytest.raises(Refused, match="There is no Deployment nope"):
        place.deployment("nope")
    with pytest.raises(GiveUp, match='"nope" not found'):
        place.cluster.annotate(place.namespace, "nope", {"candlefish.ai/a": "1"})
    assert place.cluster.scaler(place.namespace, "nope") is None
    place.cluster.evict(place.namespace, "nope")


def test_annotations_come_and_go(place: Place) -> None:
    own = place.deploy("notes", replicas=1)
    others = place.deployment(own).annotations

    place.cluster.annotate(place.namespace, own, {"candlefish.ai/a": "1"})
    assert place.deployment(own).annotations["candlefish.ai/a"] == "1"
    place.cluster.annotate(place.namespace, own, {"candlefish.ai/a": None})
    assert place.deployment(own).annotations == others
