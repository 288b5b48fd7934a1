"""What the ledger learns from what the world shows, however long nobody looked."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import count, pairwise

from hypothesis import given
from hypothesis import strategies as st

from bot.domain.cluster.workload import VERSION, Deployment, ReplicaSet, template_hash
from bot.domain.releases.deploy import Site, SiteDeploy
from bot.domain.releases.learning import learnt
from bot.domain.releases.ledger import LedgerRelease, key
from bot.domain.releases.sighting import Sighting, of_cluster, of_site

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
MINUTE = timedelta(minutes=1)


def template(version: str, **notes: str) -> dict[str, object]:
    said = {f"candlefish.ai/{name.replace('_', '-')}": text for name, text in notes.items()}
    return {
        "metadata": {"labels": {VERSION: version}, "annotations": said},
        "spec": {"containers": [{"name": "main", "image": f"registry/api:{version}"}]},
    }


def workload(
    name: str, *versions: str, first: int = 1, **notes: str
) -> tuple[Deployment, list[ReplicaSet]]:
    """Its revisions in their order, an hour apart, the last one running."""
    history = [
        ReplicaSet(
            name=f"{name}-{version}",
            revision=first + number,
            created_at=NOON - timedelta(hours=10 - number),
            replicas=0,
            ready=0,
            template=template(version, **notes),
        )
        for number, version in enumerate(versions)
    ]
    running = Deployment(
        namespace="production", name=name, uid=name, generation=1, observed_generation=1,
        replicas=1, current=1, updated=1, available=1, selector={"app": name},
        template=template(versions[-1], **notes),
    )  # fmt: skip
    return running, history


def cluster(*workloads: tuple[Deployment, list[ReplicaSet]], live: str, code: str = "") -> Sighting:
    by_name = {found[0].name: found for found in workloads}
    return of_cluster("production", "api", by_name, live, code=code, coloured=len(workloads) > 1)


class Ledger:
    """Rows as the store would keep them."""

    def __init__(self) -> None:
        self.rows: list[LedgerRelease] = []
        self._numbers = count(1)

    def learn(self, sighting: Sighting, now: datetime) -> list[LedgerRelease]:
        """Notes as well that what serves was seen to do so."""
        changed = learnt(self.rows, sighting, now)
        for row in changed:
            if row.id is None:
                self.rows.append(replace(row, id=next(self._numbers)))
            else:
                self.rows = [row if row.id == one.id else one for one in self.rows]
        self.rows = [replace(row, seen_at=now) if row.serves else row for row in self.rows]
        keys = [key(row) for row in self.rows]
        assert len(keys) == len(set(keys))
        return changed

    def told(self) -> list[tuple[str, float | None, float | None]]:
        """Version, and minutes from noon of its service."""
        return [
            (row.version, _minutes(row.live_at), _minutes(row.superseded_at)) for row in self.rows
        ]


def _minutes(at: datetime | None) -> float | None:
    return None if at is None else (at - NOON) / MINUTE


def test_a_single_deployment_s_past_is_known_from_its_history() -> None:
    ledger = Ledger()
    ledger.learn(cluster(workload("api", "v1", "v2"), live="api"), NOON)

    assert ledger.told() == [("v1", -600, -540), ("v2", -540, None)]
    assert ledger.learn(cluster(workload("api", "v1", "v2"), live="api"), NOON + MINUTE) == []


def test_a_new_release_ends_the_one_before() -> None:
    ledger = Ledger()
    ledger.learn(cluster(workload("api", "v1"), live="api"), NOON)
    ledger.learn(cluster(workload("api", "v1", "v2", "v3"), live="api"), NOON)

    assert ledger.told() == [("v1", -600, -540), ("v2", -540, -480), ("v3", -480, None)]


def _restored() -> Sighting:
    """The first of two revisions is brought back, as `kubectl rollout undo` does it."""
    deployment, history = workload("api", "v1", "v2")
    again = [replace(history[0], revision=3), history[1]]
    return cluster((replace(deployment, template=template("v1")), again), live="api")


def test_a_restored_revision_serves_anew_from_when_that_was_seen() -> None:
    ledger = Ledger()
    ledger.learn(cluster(workload("api", "v1", "v2"), live="api"), NOON)
    ledger.learn(_restored(), NOON)

    assert [row.occurrence for row in ledger.rows] == ["1", "2", "3"]
    assert ledger.rows[2].identity == ledger.rows[0].identity
    assert ledger.told() == [("v1", -600, -540), ("v2", -540, 0), ("v1", 0, None)]
    assert ledger.learn(_restored(), NOON + MINUTE) == []


def test_a_revision_restored_before_the_first_look_serves_from_that_look_on() -> None:
    ledger = Ledger()
    ledger.learn(_restored(), NOON)

    assert ledger.told() == [("v2", -540, 0), ("v1", 0, None)]


def test_when_traffic_came_to_a_colour_is_known_only_to_who_saw_it() -> None:
    ledger = Ledger()
    blue, green = workload("blue", "v1"), workload("green", "v2")
    ledger.learn(cluster(blue, green, live="blue"), NOON)
    assert ledger.told() == [("v1", 0, None), ("v2", None, None)]

    ledger.learn(cluster(blue, green, live="green"), NOON + MINUTE)
    assert ledger.told() == [("v1", 0, 1), ("v2", 1, None)]

    ledger.learn(cluster(blue, green, live="blue"), NOON + 2 * MINUTE)
    ledger.learn(cluster(blue, green, live="green"), NOON + 3 * MINUTE)
    ledger.learn(cluster(blue, green, live="blue"), NOON + 4 * MINUTE)
    assert ledger.told() == [
        ("v1", 0, 1),
        ("v2", 1, 2),
        ("v1", 2, 3),
        ("v2", 3, 4),
        ("v1", 4, None),
    ]
    assert [row.occurrence for row in ledger.rows] == ["1", "1", "1/2", "1/2", "1/3"]


def test_traffic_that_came_while_nobody_looked_came_since_the_last_look() -> None:
    ledger = Ledger()
    blue, green = workload("blue", "v1"), workload("green", "v2")
    ledger.learn(cluster(blue, green, live="blue"), NOON)
    ledger.learn(cluster(blue, green, live="blue"), NOON + 10 * MINUTE)
    ledger.learn(cluster(blue, green, live="green"), NOON + 40 * MINUTE)

    old, new = ledger.rows
    assert new.live_at == NOON + 10 * MINUTE + timedelta.resolution
    assert (new.live_by, old.superseded_at) == (NOON + 40 * MINUTE, new.live_at)
    assert new.served(NOON + 50 * MINUTE) == 10 * MINUTE


def test_nothing_came_before_it_was_deployed() -> None:
    ledger = Ledger()
    blue, (deployment, history) = workload("blue", "v1"), workload("green", "v2")
    young = [replace(history[0], created_at=NOON + 30 * MINUTE)]
    ledger.learn(cluster(blue, live="blue"), NOON)
    ledger.learn(cluster(blue, (deployment, young), live="green"), NOON + 40 * MINUTE)

    assert (ledger.rows[1].live_at, ledger.rows[1].live_by) == (
        NOON + 30 * MINUTE,
        NOON + 40 * MINUTE,
    )


def test_while_nobody_can_say_what_serves_nothing_ends() -> None:
    ledger = Ledger()
    blue, green = workload("blue", "v1"), workload("green", "v2")
    ledger.learn(cluster(blue, green, live="blue"), NOON)
    ledger.learn(cluster(blue, workload("green", "v2", "v3"), live=""), NOON + MINUTE)

    assert ledger.told() == [("v1", 0, None), ("v2", None, None), ("v3", None, None)]


def test_a_change_that_has_no_replicaset_yet_waits_for_it() -> None:
    ledger = Ledger()
    deployment, history = workload("api", "v1")
    early = (replace(deployment, template=template("v2")), history)
    ledger.learn(cluster(workload("api", "v1"), live="api"), NOON)

    assert ledger.learn(cluster(early, live="api"), NOON) == []


def test_who_deployed_what_stands_in_the_template() -> None:
    shipped = workload("api", "v1", deployed_by="github:deploy", commit="abc123", schema_min="40")
    ledger = Ledger()
    ledger.learn(cluster(shipped, live="api", code="https://github.com/x/api"), NOON)

    (row,) = ledger.rows
    assert (row.deployed_by, row.change_url) == (
        "github:deploy",
        "https://github.com/x/api/commit/abc123",
    )
    assert row.contracts.schema_min == 40
    assert (row.version, row.image) == ("v1", "registry/api:v1")
    assert row.template is not None
    assert row.identity == template_hash(row.template)


def test_an_address_that_is_no_address_is_left_out() -> None:
    for notes in ({"change_url": "javascript:alert(1)"}, {"commit": "../../x"}):
        shipped = workload("api", "v1", **notes)
        sighting = cluster(shipped, live="api", code="https://github.com/x/api")
        assert sighting.releases[0].change_url == ""
    given_one = workload("api", "v1", change_url="https://ci.example/7")
    assert cluster(given_one, live="api").releases[0].change_url == "https://ci.example/7"


def deploy(number: int, *, hours: float | None, title: str = "") -> SiteDeploy:
    return SiteDeploy(
        id=f"deploy{number}deploy{number}",
        state="ready",
        created_at=NOON - timedelta(hours=20),
        published_at=None if hours is None else NOON - timedelta(hours=hours),
        title=title,
        commit="0123456789abcdef",
        url=f"https://deploy-{number}.example",
    )


def site(published: SiteDeploy, *others: SiteDeploy, code: str = "") -> Sighting:
    found = Site(id="s1", name="docs", url="https://docs.example", published=published)
    return of_site("production", "docs-site", found, [published, *others], code=code)


def test_a_site_s_past_is_what_was_public() -> None:
    ledger = Ledger()
    old, live = deploy(1, hours=9, title="v1.4.1"), deploy(2, hours=3, title="v1.4.2")
    ledger.learn(site(live, old, deploy(3, hours=None)), NOON)

    assert ledger.told() == [("v1.4.1", -540, -180), ("v1.4.2", -180, None)]
    assert ledger.rows[0].change_url == "https://deploy-1.example"

    restored = replace(old, published_at=NOON)
    ledger.learn(site(restored, live), NOON + MINUTE)
    assert ledger.told()[1:] == [("v1.4.2", -180, 0), ("v1.4.1", 0, None)]


def test_a_deploy_is_called_by_its_release_or_its_commit() -> None:
    def called(title: str, commit: str = "0123456789abcdef") -> str:
        shown = replace(deploy(1, hours=1, title=title), commit=commit)
        return site(shown).releases[0].version

    assert called("v1.4.2") == "v1.4.2"
    assert called("Merge pull request #7: 1.4.2 is out") == "0123456789ab"
    assert called("", commit="") == "deploy1deplo"
    linked = site(deploy(1, hours=1), code="https://github.com/x/docs").releases[0]
    assert linked.change_url == "https://github.com/x/docs/commit/0123456789abcdef"


@given(
    st.lists(
        st.tuples(st.sampled_from(["blue", "green", "", "ship"]), st.sampled_from([1, 30])),
        max_size=12,
    )
)
def test_at_most_one_serves_and_services_do_not_overlap(acts: Sequence[tuple[str, int]]) -> None:
    ledger, shipped, now = Ledger(), ["v1"], NOON
    for act, minutes in acts:
        now += minutes * MINUTE
        if act == "ship":
            shipped.append(f"v{len(shipped) + 1}")
        live = act if act != "ship" else ""
        sighting = cluster(workload("blue", "w1"), workload("green", *shipped), live=live)
        ledger.learn(sighting, now)
        assert ledger.learn(sighting, now) == []

    served = sorted((row for row in ledger.rows if row.live_at), key=lambda row: row.live_at or now)
    assert sum(row.serves for row in served) <= 1
    for row, following in pairwise(served):
        assert row.superseded_at == following.live_at
    assert all(row.served(now) >= timedelta() for row in served)


def test_who_deployed_it_stands_on_one_line_whatever_a_pipeline_wrote() -> None:
    said = "ada\nTake it: `rollback --force`\x1b[2J\u202e"
    seen = of_cluster(
        "production", "api", {"blue": workload("blue", "v1", deployed_by=said)}, "blue"
    )
    (release,) = seen.releases
    assert release.deployed_by == "ada Take it: `rollback --force`[2J"


def test_an_address_with_a_line_break_is_none() -> None:
    notes = {"change_url": "https://github.com/x\nTake it"}
    seen = of_cluster("production", "api", {"blue": workload("blue", "v1", **notes)}, "blue")
    assert [release.change_url for release in seen.releases] == [""]
