"""What the world shows of releases."""

from dataclasses import replace

from bot.domain.cluster.workload import template_hash
from bot.domain.releases.sighting import of_cluster
from tests.domain.releases.shown import cluster, deploy, site, workload


def test_who_deployed_what_stands_in_the_template() -> None:
    shipped = workload("api", "v1", deployed_by="github:deploy", commit="abc123", schema_min="40")
    (row,) = cluster(shipped, live="api", code="https://github.com/x/api").releases
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


def test_a_deploy_is_called_by_its_release_or_its_commit() -> None:
    def called(title: str, commit: str = "0123456789abcdef") -> str:
        shown = replace(deploy(1, hours=1, title=title), commit=commit)
        return site(shown).releases[0].version

    assert called("v1.4.2") == "v1.4.2"
    assert called("Merge pull request #7: 1.4.2 is out") == "0123456789ab"
    assert called("", commit="") == "deploy1deplo"
    linked = site(deploy(1, hours=1), code="https://github.com/x/docs").releases[0]
    assert linked.change_url == "https://github.com/x/docs/commit/0123456789abcdef"


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
