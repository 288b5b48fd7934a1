"""Amazon ECR, asked by its own API: the account's and region's name stand in the image's."""

import re
from dataclasses import dataclass

from bot.adapters.aws.account import AwsAccount, understood
from bot.adapters.aws.rejection import Rejection
from bot.adapters.images.reference import ACCEPTED, Reference
from bot.domain.errors import GiveUp

_HOST = re.compile(
    r"(?P<account>\d{12})\.dkr[.-]ecr(?:-fips)?\.(?P<region>[a-z0-9-]+)\."
    r"(?:amazonaws\.com(?:\.cn)?|on\.aws)"
)
_NO_REPOSITORY = "RepositoryNotFoundException"
_NO_IMAGE = "ImageNotFound"


@dataclass(frozen=True, kw_only=True, slots=True)
class Home:
    """Whose registry it is, and where."""

    account: str
    region: str


def home(host: str) -> Home | None:
    """`None` where the host is none of ECR's."""
    found = _HOST.fullmatch(host)
    return Home(account=found["account"], region=found["region"]) if found else None


class Ecr:
    def __init__(self, account: AwsAccount) -> None:
        self._account = account

    def holds(self, image: Reference, at: Home) -> bool:
        by = "imageDigest" if image.digest else "imageTag"
        try:
            told = self._account.call(
                "ecr",
                "batch_get_image",
                region=at.region,
                registryId=at.account,
                repositoryName=image.name,
                imageIds=[{by: image.wanted}],
                acceptedMediaTypes=list(ACCEPTED),
            )
        except Rejection as rejection:
            if rejection.code == _NO_REPOSITORY:
                return False
            raise rejection.as_give_up() from rejection
        if understood(lambda: bool(told["images"])):
            return True
        failure = understood(lambda: told["failures"][0])
        if failure.get("failureCode") == _NO_IMAGE:
            return False
        raise GiveUp(f"ECR does not show {image.name}: {failure.get('failureReason')}.")
