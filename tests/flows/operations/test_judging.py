"""What the verdicts of a watched run come to: done, undone, or a person's decision."""

from datetime import timedelta

import pytest

from bot.domain.operations.operation import State, Stop
from bot.domain.releases.ledger import LedgerRelease
from bot.domain.verification.verification import Verdict
from bot.store import releases
from tests.domain.operations.made import GOOD, plan
from tests.flows.operations.ending_stage import finish, running
from tests.flows.operations.office import ADA, Office


def proven(office: Office, component: str) -> LedgerRelease:
    """What the plan of a test goes back to."""
    return LedgerRelease(
        environment="production",
        component=component,
        workload="green",
        version=GOOD.version,
        identity=GOOD.identity,
        occurrence="1",
        deployed_at=office.at - timedelta(days=2),
        live_at=office.at - timedelta(days=2),
        superseded_at=office.at - timedelta(days=1),
        verdict=Verdict.PASS,
    )


def watched(
    *verdicts: Verdict, worse: bool = False, stopped: bool = False, blamed: bool = True
) -> list[dict[str, object]]:
    return [
        {"component": f"c{number}", "verdict": verdict.value, "said": f"says {verdict.value}",
         "worse": worse, "stopped": stopped, "blamed": blamed and verdict is Verdict.FAIL}
        for number, verdict in enumerate(verdicts)
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("verdicts", "state", "worst"),
    [
        ((Verdict.PASS, Verdict.PASS), State.SUCCEEDED, Verdict.PASS),
        ((Verdict.PASS, Verdict.PASS_SYNTHETIC), State.SUCCEEDED, Verdict.PASS_SYNTHETIC),
        ((Verdict.PASS, Verdict.INCONCLUSIVE), State.AWAITING_DECISION, Verdict.INCONCLUSIVE),
        ((Verdict.FAIL, Verdict.INCONCLUSIVE), State.AWAITING_DECISION, Verdict.FAIL),
    ],
)
def test_the_worst_verdict_counts(
    office: Office, verdicts: tuple[Verdict, ...], state: State, worst: Verdict
) -> None:
    one = running(office, switched_at=office.at)
    judged = finish(office).judged(one.id, watched(*verdicts))
    assert (judged["state"], judged["verdict"], judged["back"]) == (state, worst, False)
    assert office.find(one.id).results == {
        f"c{number}": f"says {verdict.value}" for number, verdict in enumerate(verdicts)
    }


def test_it_goes_back_by_itself_where_it_is_clearly_worse(office: Office) -> None:
    one = running(office, switched_at=office.at)
    judged = finish(office).judged(one.id, watched(Verdict.FAIL, worse=True))
    assert (judged["state"], judged["back"]) == (State.UNDONE, True)
    assert judged["said"].startswith("clearly worse than before, so it was undone.")


def test_the_ledger_remembers_which_target_failed(office: Office) -> None:
    """The next rollback must not go there again as to the last known good."""
    parts = ("c0", "c1")
    one = running(office, switched_at=office.at, plan=plan(*parts))
    with office.db.write() as tx:
        releases.keep(tx, [proven(office, name) for name in parts])

    finish(office).judged(one.id, watched(Verdict.PASS, Verdict.FAIL))

    with office.db.read() as tx:
        (well,), (badly,) = [releases.of_component(tx, "production", name) for name in parts]
    assert (well.verdict, badly.verdict) == (Verdict.PASS, Verdict.FAIL)
    assert badly.verified_at == office.at


@pytest.mark.parametrize(
    ("why", "said"),
    [
        ("late", "its traffic moved more than 10 min ago"),
        ("a revert", "it is the way back from OP-3"),
        ("ping-pong", "traffic was switched 2 times within 30 min"),
        ("not switched", "it is not known when its traffic moved"),
    ],
)
def test_it_does_not_go_back_by_itself_and_says_why(office: Office, why: str, said: str) -> None:
    fields: dict[str, object] = {"switched_at": office.at}
    if why == "late":
        fields["switched_at"] = (
            office.at - office.catalogue.policy.again_within - timedelta(seconds=1)
        )
    elif why == "a revert":
        fields["reverts"] = 3
    elif why == "ping-pong":
        office.add(State.SUCCEEDED, switched_at=office.at, closed_at=office.at)
    else:
        fields["switched_at"] = None
    one = running(office, **fields)
    judged = finish(office).judged(one.id, watched(Verdict.FAIL, worse=True))
    assert (judged["state"], judged["back"]) == (State.AWAITING_DECISION, False)
    assert f"clearly worse than before, and not undone by itself, as {said}. " in judged["said"]


@pytest.mark.parametrize("seen", [True, False])
def test_a_stop_while_it_is_watched_undoes_it_also_at_the_last_moment(
    office: Office, *, seen: bool
) -> None:
    stop = None if seen else Stop(actor=ADA, at=office.at)
    one = running(office, switched_at=office.at, stop=stop)
    judged = finish(office).judged(one.id, watched(Verdict.PASS, stopped=seen))
    assert (judged["state"], judged["back"]) == (State.UNDONE, True)


def test_what_is_over_gets_no_results_any_more(office: Office) -> None:
    one = office.add(State.STUCK, closed_at=office.at)
    finish(office).judged(one.id, watched(Verdict.PASS))
    assert office.find(one.id) == one


def test_what_others_did_to_the_target_is_not_held_against_it(office: Office) -> None:
    one = running(office, switched_at=office.at, plan=plan("c0"))
    with office.db.write() as tx:
        releases.keep(tx, [proven(office, "c0")])

    judged = finish(office).judged(one.id, watched(Verdict.FAIL, blamed=False))

    assert judged["state"] == State.AWAITING_DECISION
    with office.db.read() as tx:
        (row,) = releases.of_component(tx, "production", "c0")
    assert row.verdict is Verdict.PASS
