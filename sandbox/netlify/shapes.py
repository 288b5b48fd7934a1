"""Sites and deploys as Netlify's API writes them, with the nulls that real objects have."""

from datetime import datetime
from typing import Any

from sandbox.netlify.deploy import Deploy
from sandbox.netlify.site import Site

USER_ID = "5b64d15c82d3f16bcbbdcdbe"


def site_url(root: str, site: Site) -> str:
    """Where the twin serves the site; the real one has a host of its own for it."""
    return f"{root}/served/{site.id}/"


def deploy_url(root: str, site: Site, deploy: Deploy) -> str:
    """The address that shows this very deploy for ever, published or not."""
    return f"{root}/served/{site.id}/deploys/{deploy.id}/"


def deploy_body(root: str, site: Site, deploy: Deploy) -> dict[str, Any]:
    url, permanent = site_url(root, site), deploy_url(root, site, deploy)
    return {
        "id": deploy.id,
        "site_id": site.id,
        "build_id": deploy.build_id,
        "state": deploy.state.value,
        "name": site.id,
        "url": url,
        "ssl_url": url,
        "admin_url": _admin_url(site),
        "deploy_url": permanent,
        "deploy_ssl_url": permanent,
        "created_at": stamp(deploy.created_at),
        "updated_at": stamp(deploy.updated_at),
        "user_id": USER_ID,
        "error_message": deploy.error,
        "required": [],
        "required_functions": None,
        "commit_ref": deploy.commit,
        "review_id": None,
        "branch": deploy.branch,
        "commit_url": f"{site.repository}/commit/{deploy.commit}",
        "skipped": None,
        "locked": deploy.locked,
        "title": deploy.title,
        "review_url": None,
        "published_at": stamp(deploy.published_at),
        "context": deploy.context.value,
        "deploy_time": _seconds(deploy),
        "available_functions": [],
        "screenshot_url": None,
        "framework": None,
        "summary": {},
    }


def site_body(root: str, site: Site) -> dict[str, Any]:
    live, url = site.live, site_url(root, site)
    born = site.deploys[0].created_at if site.deploys else None
    return {
        "id": site.id,
        "state": "current",
        "plan": "nf_team_pro",
        "name": site.id,
        "custom_domain": site.domain,
        "domain_aliases": [],
        "password": None,
        "notification_email": None,
        "url": url,
        "ssl_url": url,
        "admin_url": _admin_url(site),
        "screenshot_url": None,
        "created_at": stamp(born),
        "updated_at": stamp(live.updated_at if live else born),
        "user_id": USER_ID,
        "session_id": None,
        "ssl": True,
        "force_ssl": True,
        "managed_dns": False,
        "deploy_url": deploy_url(root, site, live) if live else None,
        "deploy_id": live.id if live else None,
        "build_id": live.build_id if live else None,
        "published_deploy": deploy_body(root, site, live) if live else None,
        "account_name": "Candlefish",
        "account_slug": "candlefish",
        "git_provider": "github",
        "build_settings": {
            "provider": "github",
            "repo_url": site.repository,
            "repo_branch": "main",
            "stop_builds": False,
        },
        "prerender": None,
    }


def stamp(at: datetime | None) -> str | None:
    if at is None:
        return None
    return at.isoformat(timespec="milliseconds").replace("+00:00", "Z")


def _admin_url(site: Site) -> str:
    return f"https://app.netlify.com/sites/{site.id}"


def _seconds(deploy: Deploy) -> int | None:
    """How long the build took; null in flight and where it failed."""
    if deploy.finished_at is None or deploy.error is not None:
        return None
    return int((deploy.finished_at - deploy.created_at).total_seconds())
