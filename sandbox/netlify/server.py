"""A Netlify of one account on a loopback port, with hands for its builds."""

from collections.abc import Callable, Collection, Iterable
from datetime import UTC, datetime, timedelta

from starlette.applications import Starlette

from sandbox.netlify.account import Account
from sandbox.netlify.api import BASE, Api
from sandbox.netlify.backstage import Backstage
from sandbox.netlify.deploy import Context, Deploy
from sandbox.netlify.errors import refusal
from sandbox.netlify.gate import Gate
from sandbox.netlify.pages import Pages
from sandbox.netlify.rates import A_MINUTE, Meter
from sandbox.netlify.seed import sites as seeded
from sandbox.netlify.shapes import site_url
from sandbox.netlify.site import Site
from sandbox.twin.journal import Received
from sandbox.twin.server import HttpTwin

TOKEN = "nfp_sandboxNetlifyToken"  # noqa: S105 - opens nothing but this twin
WRITES = ("POST", "PUT")


def _utc() -> datetime:
    return datetime.now(UTC)


class NetlifyTwin(HttpTwin):
    """`with NetlifyTwin() as netlify:`; `rate` is requests a minute."""

    def __init__(
        self,
        *,
        port: int = 0,
        sites: Iterable[Site] | None = None,
        tokens: Collection[str] = (TOKEN,),
        clock: Callable[[], datetime] = _utc,
        rate: int = A_MINUTE,
    ) -> None:
        self.tokens = tuple(tokens)
        self.account = Account(seeded(clock()) if sites is None else sites, clock)
        self.meter = Meter(lambda: clock().timestamp(), rate)
        gate = Gate(self.tokens, self.meter)
        routes = [
            *Api(self.account, lambda: self.url).routes(gate),
            *Pages(self.account).routes(),
            *Backstage(self.account).routes(),
        ]
        super().__init__(Starlette(routes=routes), port=port, refusal=refusal, name="netlify-twin")

    @property
    def token(self) -> str:
        return self.tokens[0]

    @property
    def api_url(self) -> str:
        """What the real one has at https://api.netlify.com/api/v1."""
        return f"{self.url}{BASE}"

    def site_url(self, site: str) -> str:
        """Where visitors of the site go."""
        return site_url(self.url, self.account.site(site))

    def site(self, site: str) -> Site:
        return self.account.site(site)

    def published(self, site: str) -> Deploy | None:
        return self.account.site(site).live

    def start_build(
        self, site: str, title: str, *, context: Context = Context.PRODUCTION, branch: str = ""
    ) -> Deploy:
        """Somebody pushed: a build is in flight until `finish_build`."""
        return self.account.start_build(site, title, context=context, branch=branch)

    def finish_build(self, deploy_id: str, *, error: str = "") -> Deploy:
        """The build is done, and goes live by Netlify's rules; with `error` it failed."""
        return self.account.finish_build(deploy_id, error=error)

    def ship(self, site: str, title: str) -> Deploy:
        """A whole production build at once."""
        return self.finish_build(self.start_build(site, title).id)

    def delay_edge(self, seconds: float) -> None:
        """From now on visitors keep getting the old deploy this long after another is live."""
        self.account.edge_delay = timedelta(seconds=seconds)

    def effects(self) -> list[Received]:
        """The writes that really changed something, in their order."""
        return [each for each in self.journal.requests() if each.changed and each.method in WRITES]
