"""Netlify: whose token it is, and that it opens every site of the catalogue."""

from collections.abc import Iterator

from bot.domain.ops_data.catalogue import Catalogue
from bot.domain.wording import count
from bot.flows.examining.finding import Finding, Result, good, off, tried
from bot.ports.sites import Sites

_NAME = "netlify"


def netlify(sites: Sites | None, catalogue: Catalogue) -> Iterator[Finding]:
    if sites is None:
        yield off(_NAME, "Set CANDLEFISH_NETLIFY_TOKEN to roll sites back.")
        return
    fix = "See to the network, CANDLEFISH_NETLIFY_TOKEN or CANDLEFISH_NETLIFY_API_URL."
    untried = "whether it may publish and lock is seen only by doing it"
    answer = tried(_NAME, lambda: good(_NAME, f"the token is {sites.check()}'s; {untried}"), fix)
    yield answer
    if answer.result is Result.BAD:
        return
    named = {id: one for one in catalogue.components.values() for id in one.sites.values()}  # noqa: A001 - Netlify's own word
    found = [_site(sites, id, one.name) for id, one in named.items()]  # noqa: A001 - as above
    wrong = [one for one in found if one.result is Result.BAD]
    yield from wrong
    if found and not wrong:
        yield good("netlify sites", f"{count(len(found), 'site')}, all seen")


def _site(sites: Sites, id: str, component: str) -> Finding:  # noqa: A002 - Netlify's own word
    name = f"netlify site {id}"
    fix = f"Give the token's user access to it, or correct sites of {component} in components.yaml."
    return tried(name, lambda: good(name, f"it is {sites.site(id).name}"), fix)
