"""What the world shows of a component's releases."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from types import MappingProxyType

from bot.domain.cluster.essence import essence
from bot.domain.cluster.workload import Deployment, ReplicaSet, Template, image_of, version_of
from bot.domain.releases.contracts import Contracts, contracts_of
from bot.domain.releases.deploy import Site, SiteDeploy
from bot.domain.wording import on_one_line

_NOTES = "candlefish.ai/"
_RELEASE = re.compile(r"v?\d+(\.\d+)+[\w.+-]*")
_NONE: Mapping[str, str] = MappingProxyType({})
_SHORT = 12  # characters of a commit or an id that people see


@dataclass(frozen=True, kw_only=True, slots=True)
class Seen:
    """`service` tells its services apart as far as the world does: a revision, a publish time.

    `live_at` is when traffic came to it, where the world knows that.
    """

    workload: str
    identity: str
    service: str
    version: str
    image: str = ""
    template: Template | None = None
    contracts: Contracts = field(default_factory=Contracts)
    deployed_by: str = ""
    change_url: str = ""
    deployed_at: datetime
    live_at: datetime | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Sighting:
    """`live` is one of `releases`; `None` while nobody can say which has the traffic.

    `colors` are those of its workloads, by their names.
    """

    environment: str
    component: str
    releases: Sequence[Seen]
    live: Seen | None
    colors: Mapping[str, str] = field(default_factory=dict)

    def essence(self, workload: str, template: Template) -> str:
        """What a release is, whichever colour it runs as."""
        return essence(template, self.colors.get(workload, ""), workload)


def of_cluster(
    environment: str,
    component: str,
    workloads: Mapping[str, tuple[Deployment, Sequence[ReplicaSet]]],
    live: str,
    *,
    container: str = "",
    code: str = "",
    colors: Mapping[str, str] = _NONE,
) -> Sighting:
    """`workloads` by name, `live` the name of the one that has the traffic; `code` a repository.

    `colors` are theirs, by name. A Deployment without colours has the traffic from its deploy on;
    when it came to a colour, or back to an older release, the world does not remember.
    """
    releases: list[Seen] = []
    serving = None
    for deployment, history in workloads.values():
        found = _history(deployment, history, container, code, known=not colors)
        releases += found
        if deployment.name == live:
            mine = [one for one in found if one.identity == deployment.template_hash]
            serving = mine[-1] if mine else None
    return Sighting(
        environment=environment,
        component=component,
        releases=releases,
        live=serving,
        colors=colors,
    )


def of_site(
    environment: str, component: str, site: Site, deploys: Iterable[SiteDeploy], *, code: str = ""
) -> Sighting:
    """Only what was public once: a preview is no release."""
    known = {deploy.id: deploy for deploy in deploys if deploy.published_at}
    if site.published is not None:
        known[site.published.id] = site.published
    releases = sorted(
        (_deployed(site.id, deploy, code) for deploy in known.values()),
        key=lambda one: one.deployed_at,
    )
    live = next(
        (one for one in releases if site.published and one.identity == site.published.id), None
    )
    return Sighting(environment=environment, component=component, releases=releases, live=live)


def _history(
    deployment: Deployment,
    history: Sequence[ReplicaSet],
    container: str,
    code: str,
    *,
    known: bool,
) -> list[Seen]:
    """The oldest first. A restored ReplicaSet is older than the revision it was given anew.

    When the traffic came back to that one is not `known`: it keeps the time of its first making.
    """
    found: list[Seen] = []
    newest: datetime | None = None
    for one in sorted(history, key=lambda each: each.revision):
        newest = max(newest or one.created_at, one.created_at)
        notes = _notes(one.template)
        if one.template_hash == deployment.template_hash:
            notes = {**deployment.annotations, **notes}
        found.append(
            Seen(
                workload=deployment.name,
                identity=one.template_hash,
                service=str(one.revision),
                version=version_of(one.template, container),
                image=image_of(one.template, container),
                template=one.template,
                contracts=contracts_of(one.template),
                deployed_by=on_one_line(str(notes.get(f"{_NOTES}deployed-by", ""))),
                change_url=_change(notes, code),
                deployed_at=newest,
                live_at=newest if known and newest == one.created_at else None,
            )
        )
    return found


def _deployed(site: str, deploy: SiteDeploy, code: str) -> Seen:
    at = deploy.published_at or deploy.created_at
    title = deploy.title.strip()
    named = title if _RELEASE.fullmatch(title) else ""
    return Seen(
        workload=site,
        identity=deploy.id,
        service=at.isoformat(),
        version=named or deploy.commit[:_SHORT] or deploy.id[:_SHORT],
        change_url=f"{code}/commit/{deploy.commit}" if code and deploy.commit else deploy.url,
        deployed_at=at,
        live_at=at,
    )


def _notes(template: Template) -> Mapping[str, str]:
    return template.get("metadata", {}).get("annotations") or {}


def _change(notes: Mapping[str, str], code: str) -> str:
    """The address the pipeline gave, or the commit's in the component's repository."""
    said = str(notes.get(f"{_NOTES}change-url", ""))
    commit = str(notes.get(f"{_NOTES}commit", ""))
    if said.startswith("https://") and said.isprintable():
        return said
    return f"{code}/commit/{commit}" if code and commit.isalnum() else ""
