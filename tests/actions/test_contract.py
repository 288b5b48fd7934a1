"""What every action keeps to, against the vendors' twins over their sockets."""

from contextlib import suppress

import msgspec
import pytest

from bot.actions.registry import ACTIONS
from bot.domain.errors import GiveUp, Unavailable
from bot.ports.action import Standing
from bot.ports.world import World
from tests.actions import kubernetes_scenes, netlify_scenes
from tests.actions.scene import KEY, Scene, until

SCENES = {*kubernetes_scenes.SCENES, *netlify_scenes.SCENES}
# These write nothing, or what leaves nothing to put back, or what only a person lifts.
FOR_GOOD = {
    "freeze_deploys", "unfreeze_deploys", "lock_site", "unlock_site", "restart", "drain",
    "converge", "restore_minimum", "take_restore_point", "delete_restore_point",
}  # fmt: skip
WRITING = sorted(SCENES - {"converge"})

every_action = pytest.mark.parametrize("name", sorted(SCENES), scope="module")
every_writing_action = pytest.mark.parametrize("name", WRITING, scope="module")


def test_every_action_has_a_scene() -> None:
    assert set(ACTIONS) == SCENES


@every_action
def test_the_name_is_the_files(name: str) -> None:
    assert ACTIONS[name].name == name
    assert type(ACTIONS[name]).__module__ == f"bot.actions.{name}"


@pytest.mark.parametrize("name", sorted(ACTIONS))
def test_there_is_time_left_for_whoever_takes_it_over(name: str) -> None:
    """Another replica goes on up to 15 s after the first one died in the middle of it."""
    assert ACTIONS[name].seconds >= 2 * 15


@every_action
def test_looking_changes_nothing(name: str, still: Scene) -> None:
    action = ACTIONS[name]
    before, asked = still.state(), still.requests()

    assert still.probe(action).standing is Standing.NOT_DONE
    assert action.verify(still.world, still.args, KEY).standing is not Standing.DONE
    assert still.requests() == asked
    assert still.state() == before


@every_action
def test_a_rehearsal_changes_nothing(name: str, still: Scene) -> None:
    action = ACTIONS[name]
    before = still.state()

    action.rehearse(still.world, still.args)

    assert still.effects() == 0
    assert still.state() == before
    assert still.probe(action).standing is Standing.NOT_DONE


@every_writing_action
def test_without_a_vendor_it_says_what_is_missing(name: str, still: Scene) -> None:
    bare = World(now=still.world.now)

    found = ACTIONS[name].probe(bare, still.args, KEY)
    assert found.standing is Standing.UNKNOWN
    assert "doctor" in found.seen
    with pytest.raises(GiveUp, match="doctor"):
        ACTIONS[name].act(bare, still.args, KEY)


@every_action
def test_arguments_are_plain_and_strict(name: str, still: Scene) -> None:
    wanted = ACTIONS[name].args
    plain = msgspec.to_builtins(still.args)

    assert msgspec.json.decode(msgspec.json.encode(still.args), type=wanted) == still.args
    assert msgspec.convert(plain, wanted) == still.args
    with pytest.raises(msgspec.ValidationError):
        msgspec.convert(plain | {"generation": 7}, wanted)


@every_action
def test_the_words_tell_a_tired_person(name: str, still: Scene) -> None:
    words = ACTIONS[name].words(still.args)

    assert still.names in words.does + words.touches
    assert all((words.does, words.touches, words.check, words.undo))


@every_action
def test_what_has_no_undo_says_so(name: str, still: Scene) -> None:
    assert (ACTIONS[name].undo(still.args) is None) is (name in FOR_GOOD)


@every_action
def test_acting_gets_it_done_once(name: str, scene: Scene) -> None:
    action = ACTIONS[name]

    scene.act(action)
    assert scene.done(action).seen
    assert scene.probe(action).standing is Standing.DONE

    effects = scene.effects()
    scene.act(action)
    assert scene.done(action).seen
    assert scene.effects() == effects == scene.writes


@every_writing_action
def test_a_lost_answer_is_found_done(name: str, scene: Scene) -> None:
    """With one write the probe alone says so; with several the same key finishes the rest."""
    action = ACTIONS[name]
    scene.lose()

    with suppress(Unavailable):
        scene.act(action)
    if scene.writes == 1:
        until(lambda: scene.probe(action).standing is Standing.DONE)
    scene.act(action)

    assert scene.done(action).seen
    assert scene.effects() == scene.writes


@pytest.mark.parametrize("name", sorted(SCENES - FOR_GOOD), scope="module")
def test_undoing_brings_the_world_back(name: str, scene: Scene) -> None:
    action = ACTIONS[name]
    before = scene.state()
    scene.act(action)
    scene.done(action)
    assert scene.state() != before

    scene.undo(action)

    assert scene.state() == before


@every_writing_action
def test_where_nobody_answers_nothing_is_known(name: str, scene: Scene) -> None:
    action = ACTIONS[name]
    scene.away()

    for look in (action.probe, action.verify):
        found = look(scene.world, scene.args, KEY)
        assert found.standing is Standing.UNKNOWN
        assert found.seen
    with pytest.raises(Unavailable):
        scene.act(action)


@every_writing_action
def test_acting_without_the_right_gives_up(name: str, scene: Scene) -> None:
    scene.forbidden()

    with pytest.raises(GiveUp):
        scene.act(ACTIONS[name])
    assert scene.effects() == 0
    assert scene.probe(ACTIONS[name]).standing is Standing.NOT_DONE
