"""A site and its deploys, of which one is published."""

from dataclasses import dataclass, replace

from sandbox.netlify.deploy import Deploy


class NoSuchDeploy(Exception):
    """Nothing has this id."""


@dataclass(frozen=True, kw_only=True)
class Site:
    """`deploys` are in the order of their creation; `components` are what the site serves."""

    id: str
    domain: str
    repository: str
    components: tuple[str, ...] = ()
    deploys: tuple[Deploy, ...] = ()
    published: str = ""

    @property
    def live(self) -> Deploy | None:
        return next((each for each in self.deploys if each.id == self.published), None)

    def deploy(self, deploy_id: str) -> Deploy:
        for each in self.deploys:
            if each.id == deploy_id:
                return each
        raise NoSuchDeploy(deploy_id)

    def having(self, deploy: Deploy) -> "Site":
        """With this deploy in the place of the one of its id."""
        deploys = tuple(deploy if each.id == deploy.id else each for each in self.deploys)
        return replace(self, deploys=deploys)
