"""The account as the sandbox starts it: every site with a history to roll back through."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import yaml

from sandbox.netlify.deploy import Deploy, State, health_of, object_id
from sandbox.netlify.site import Site

_FILE = Path(__file__).with_name("sites.yaml")
_APART = timedelta(days=2)
_BUILD = timedelta(seconds=48)


@dataclass(frozen=True, kw_only=True)
class Past:
    """A release that was; `failed` says why its build did not finish."""

    title: str
    failed: str = ""


def sites(now: datetime, file: Path = _FILE) -> tuple[Site, ...]:
    """With the newest release two days before `now`."""
    rows: dict[str, dict[str, Any]] = yaml.safe_load(file.read_text(encoding="utf-8"))
    return tuple(_site(name, row, now) for name, row in rows.items())


def _site(name: str, row: dict[str, Any], now: datetime) -> Site:
    releases = [
        Past(**each) if isinstance(each, dict) else Past(title=each) for each in row["releases"]
    ]
    first = now - len(releases) * _APART
    deploys = tuple(
        _deploy(name, past, first + index * _APART) for index, past in enumerate(releases)
    )
    return Site(
        id=name,
        domain=row["domain"],
        repository=f"https://github.com/candlefish-ai/{name.removeprefix('candlefish-')}",
        components=tuple(row.get("components", ())),
        deploys=deploys,
        published=[each.id for each in deploys if each.state is State.READY][-1],
    )


def _deploy(site: str, past: Past, at: datetime) -> Deploy:
    built = Deploy(
        id=object_id("deploy", site, past.title),
        title=past.title,
        commit=object_id("commit", site, past.title).ljust(40, "0"),
        created_at=at,
        updated_at=at + _BUILD,
        state=State.READY,
        health=health_of(past.title),
        finished_at=at + _BUILD,
        published_at=at + _BUILD,
    )
    if past.failed:
        return replace(built, state=State.ERROR, published_at=None, error=past.failed)
    return built
