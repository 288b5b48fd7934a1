"""What several people decide about operations at the same moment."""

import threading
from datetime import timedelta

from bot.domain.operations.operation import Request, State
from bot.domain.verbs.reply import Reply
from tests.domain.operations.made import plan
from tests.flows.operations.approval import WHY, approval
from tests.flows.operations.office import ADA, GRACE, LINUS, Office


def both_say(office: Office, *said: tuple[str, str]) -> list[Reply]:
    """Each from a thread of its own, at once."""
    together = threading.Barrier(len(said))
    replies: list[Reply] = []

    def click(text: str, by: str) -> None:
        together.wait(30)
        replies.append(office.say(text, by))

    clicks = [threading.Thread(target=click, args=each) for each in said]
    for each in clicks:
        each.start()
    for each in clicks:
        each.join()
    return replies


def test_of_racing_clicks_one_wins_and_the_others_are_told(office: Office) -> None:
    urgent = office.incident(service="graphql-api", severity="critical")
    one = office.add(State.AWAITING_APPROVAL, incident=urgent)
    words = approval(office, one.id)
    replies = both_say(office, *[(words, GRACE), (words, ADA)] * 3)

    after = office.find(one.id)
    assert (after.state, after.run, office.held()) == (
        State.APPROVED, 1, {"graphql-api": one.id},
    )  # fmt: skip
    won = [reply for reply in replies if reply.status == 0]
    assert len(won) == 1
    lost = [reply.text for reply in replies if reply.status]
    assert all(f"{one.name} was approved by @{after.approved_by} already" in text for text in lost)
    assert office.story(one.incident).count(f"{one.name}: approved") == 1


def test_of_two_on_one_component_one_gets_the_lock(office: Office) -> None:
    first, second = (
        office.add(plan=plan("graphql-api")),
        office.add(plan=plan("document-service", "graphql-api")),
    )
    replies = both_say(
        office, (approval(office, first.id), GRACE), (approval(office, second.id), GRACE)
    )

    assert sorted(reply.status for reply in replies) == [0, 1]
    (winner,) = {office.find(one.id).name for one in (first, second)} & {
        f"OP-{number}" for number in office.held().values()
    }
    (told,) = [reply.text for reply in replies if reply.status]
    assert f"Another operation has hold of graphql-api ({winner}, for 0 s)" in told


def test_of_four_at_once_three_run(office: Office) -> None:
    names = ("graphql-api", "document-service", "websocket-service", "docs-site")
    asked = [office.add(plan=plan(name)) for name in names]
    replies = both_say(office, *[(approval(office, one.id), GRACE) for one in asked])

    assert sorted(reply.status for reply in replies) == [0, 0, 0, 1]
    (told,) = [reply.text for reply in replies if reply.status]
    assert "are under way, and more at once would hide what does what" in told
    assert len(office.held()) == 3


def test_a_stuck_one_takes_nobody_s_place(office: Office) -> None:
    for name in ("document-service", "websocket-service", "docs-site"):
        office.add(State.STUCK, plan=plan(name))
    office.approve(office.add().id)
    assert len(office.held()) == 4


def test_breaking_the_glass_on_two_at_once_breaks_it_once(office: Office) -> None:
    request = Request(force=WHY)
    asked = [office.add(plan=plan(name), request=request) for name in ("graphql-api", "docs-site")]
    replies = both_say(office, *[(approval(office, one.id), LINUS) for one in asked])

    assert sorted(reply.status for reply in replies) == [0, 1]
    (told,) = [reply.text for reply in replies if reply.status]
    assert "The glass was broken for OP-" in told
    assert [call.level for call in office.calls()] == [4]
    office.later(minutes=30)
    waiting = next(one for one in asked if office.find(one.id).state is State.AWAITING_APPROVAL)
    office.policy(approval_lasts=timedelta(hours=1))
    office.approve(waiting.id, LINUS)
    assert len(office.calls()) == 2
