"""An AWS account on a loopback port: RDS, Secrets Manager, ECR, STS and whatever moto knows."""

import time
from collections.abc import Callable
from functools import cache

from moto.moto_server.werkzeug_app import DomainDispatcherApplication, create_backend_app

from sandbox.aws.account import Account
from sandbox.aws.database_hands import DatabaseHands
from sandbox.aws.environment import ACCESS_KEY, REGION, environment
from sandbox.aws.errors import error, refusal
from sandbox.aws.front import Front, Named
from sandbox.aws.identity import Identity
from sandbox.aws.secret_hands import SecretHands
from sandbox.aws.seed import Seed, usual
from sandbox.aws.snapshots import Snapshot
from sandbox.aws.wsgi import WsgiApp
from sandbox.registry.image import Image
from sandbox.twin.journal import Received
from sandbox.twin.server import HttpTwin


@cache
def _moto() -> WsgiApp:
    """One for the process: it tells the twins apart by their accounts."""
    return DomainDispatcherApplication(create_backend_app)


class AwsTwin(HttpTwin):
    """`with AwsTwin() as aws:`; each has an account of its own, in one region.

    Faults and the journal know a call as `POST /rds/CreateDBSnapshot`. Cheap to make but for the
    first in a process, which loads moto.
    """

    def __init__(
        self,
        *,
        port: int = 0,
        region: str = REGION,
        seed: Seed | None = None,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self.account = Account(region, clock)
        self.identity = Identity(self.account.id, ACCESS_KEY)
        self.databases = DatabaseHands(self.account)
        self.secrets = SecretHands(self.account)
        front = Front(
            _moto(),
            account=self.account.id,
            identity=self.identity,
            effects=self.account.effects,
            lock=self.account.lock,
        )
        super().__init__(front, port=port, refusal=refusal, name="aws-twin")
        self._server.config.app = Named(self.door)
        self._sow(usual() if seed is None else seed)

    def stop(self) -> None:
        super().stop()
        self.account.forget()

    def environment(self) -> dict[str, str]:
        """What a child needs so that its boto3 finds this twin, and no other account."""
        return environment(self.url, region=self.account.region)

    def push(self, image: Image) -> str:
        """A build put an image into ECR; its digest."""
        with self.account.lock:
            self.account.images.hold(image)
        return image.digest

    def remove(self, image: Image) -> None:
        """A lifecycle policy took the image."""
        with self.account.lock:
            ids = [{"imageDigest": image.digest}]
            self.account.images.batch_delete_image(repository_name=image.name, image_ids=ids)

    def snapshots(self) -> list[Snapshot]:
        return self.databases.snapshots()

    def effects(self) -> list[Received]:
        """The writes that really changed something, in their order."""
        return [each for each in self.journal.requests() if each.changed]

    def fail(
        self, name: str, code: str, message: str = "", *, status: int = 400, times: int = 1
    ) -> None:
        """The next calls of `rds:CreateDBSnapshot` answer this error, in AWS's own shape."""
        service, _, action = name.partition(":")
        planned = error(service, code, message or code, status)
        self.faults.status(
            "POST",
            f"^/{service}/{action}$",
            status,
            body=bytes(planned.body),
            headers={"content-type": planned.headers["content-type"]},
            times=times,
        )

    def _sow(self, seed: Seed) -> None:
        for engine in seed.databases:
            self.databases.add(engine)
        for engine in seed.clusters:
            self.databases.add_cluster(engine)
        for secret in seed.secrets:
            self.secrets.add(secret)
        for image in seed.images:
            self.push(image)
