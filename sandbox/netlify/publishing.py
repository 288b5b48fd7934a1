"""Which deploy is live after each act: Netlify's rules, traps included."""

from dataclasses import replace
from datetime import datetime

from sandbox.netlify.deploy import Context, Deploy, State
from sandbox.netlify.site import Site


class NotReady(Exception):
    """Only a deploy that was built can be published."""


class NothingBefore(Exception):
    """No earlier deploy was ever published."""


def started(site: Site, deploy: Deploy) -> Site:
    return replace(site, deploys=(*site.deploys, deploy))


def finished(site: Site, deploy_id: str, at: datetime, *, error: str = "") -> Site:
    """A production build that succeeds publishes itself, unless the published deploy is locked."""
    found = site.deploy(deploy_id)
    if found.state is not State.BUILDING:
        return site
    state = State.ERROR if error else State.READY
    built = replace(found, state=state, updated_at=at, finished_at=at, error=error or None)
    after = site.having(built)
    live = site.live
    stays = live is not None and live.locked
    if error or stays or built.context is not Context.PRODUCTION:
        return after
    return _published(after, built, at)


def restored(site: Site, deploy_id: str, at: datetime) -> Site:
    """Publishing a deploy by its id takes the lock off the site, whatever was locked before."""
    target = site.deploy(deploy_id)
    if target.state is not State.READY:
        raise NotReady(deploy_id)
    if site.published == deploy_id:
        return site.having(replace(target, locked=False)) if target.locked else site
    live = site.live
    unlocked = site.having(replace(live, locked=False)) if live and live.locked else site
    return _published(unlocked, replace(target, locked=False if target.locked else None), at)


def locked(site: Site, deploy_id: str, *, on: bool) -> Site:
    """Auto-publishing stops while the *published* deploy is locked; a lock elsewhere is inert."""
    found = site.deploy(deploy_id)
    if bool(found.locked) == on:
        return site
    return site.having(replace(found, locked=on))


def rolled_back(site: Site, at: datetime) -> Site:
    """The relative trap: what was live before this, so that a second call undoes the first."""
    once_live = [
        each for each in site.deploys if each.published_at is not None and each.id != site.published
    ]
    if not once_live:
        raise NothingBefore(site.id)
    newest = max(once_live, key=lambda each: (each.published_at or at, each.created_at))
    return restored(site, newest.id, at)


def _published(site: Site, deploy: Deploy, at: datetime) -> Site:
    live = replace(deploy, published_at=at, updated_at=at)
    return replace(site.having(live), published=live.id)
