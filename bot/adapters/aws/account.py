"""The AWS account, asked through AWS's own client: one try a call, each with a timeout."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http import HTTPStatus
from threading import Lock
from typing import Any, TypeVar

import botocore.session
from boto3.session import Session
from botocore import exceptions as aws
from botocore.config import Config
from botocore.parsers import ResponseParserError

from bot.adapters.aws import credential_process
from bot.adapters.aws.rejection import Rejection
from bot.domain.errors import GiveUp, Unavailable
from bot.ports.trouble import RateLimited, TimedOut

T = TypeVar("T")

CONNECT_SECONDS, READ_SECONDS = 2, 5.0
_THROTTLED = frozenset({
    "PriorRequestNotComplete", "RequestLimitExceeded", "RequestThrottled",
    "RequestThrottledException", "SlowDown", "Throttling", "ThrottlingException",
    "TooManyRequestsException",
})  # fmt: skip
_NO_CREDENTIALS = (
    aws.NoCredentialsError,
    aws.PartialCredentialsError,
    aws.CredentialRetrievalError,
    aws.MetadataRetrievalError,
    aws.SSOError,
    aws.TokenRetrievalError,
)
_NOT_OURS = "What answers at AWS's address is not AWS."


class AwsAccount:
    """Threads may share it.

    Its clients are made at their first use. When AWS does not take the credentials they are
    forgotten, so that the next call reads the credentials anew.
    """

    def __init__(self, region: str | None = None) -> None:
        self._region = region
        self._lock = Lock()
        self._session: Session | None = None
        self._clients: dict[tuple[str, str], Any] = {}

    def who(self) -> str:
        """The ARN of whoever the bot is there; raises as `call` does."""
        return understood(lambda: str(self.call("sts", "get_caller_identity")["Arn"]))

    def call(self, service: str, operation: str, *, region: str = "", **given: Any) -> Any:
        """AWS's answer.

        Raises `Rejection` where AWS says no, `Unavailable` where it does not answer, `GiveUp`
        where the bot is nobody there.
        """
        try:
            with _translated(service):
                client = self._client(service, region or self._region)
                return getattr(client, operation)(**given)
        except Rejection as rejection:
            if not rejection.names_the_key:
                raise
            self.forget()
            raise rejection.as_give_up() from None
        except GiveUp:
            self.forget()
            raise

    def forget(self) -> None:
        with self._lock:
            clients, self._clients, self._session = self._clients, {}, None
        for client in clients.values():
            client.close()

    def _client(self, service: str, region: str | None) -> Any:
        with self._lock:
            key = (service, region or "")
            if key not in self._clients:
                if self._session is None:
                    self._session = _session()
                self._clients[key] = self._session.client(service, region_name=region)
            return self._clients[key]


def understood(read: Callable[[], T]) -> T:
    """What is read from an answer; a proxy in between may answer with one of its own."""
    try:
        return read()
    except (LookupError, TypeError, AttributeError, ValueError) as error:
        raise Unavailable(_NOT_OURS) from error


def _session() -> Session:
    """The client that fetches a role's credentials gets the same timeouts: it has longer ones."""
    core = botocore.session.Session()
    config = Config(
        connect_timeout=CONNECT_SECONDS,
        read_timeout=READ_SECONDS,
        retries={"total_max_attempts": 1},
    )
    core.set_default_client_config(config)
    credential_process.bounded(core)
    return Session(botocore_session=core)


@contextmanager
def _translated(service: str) -> Iterator[None]:
    try:
        yield
    except aws.ClientError as error:
        raise _refused(service, error) from error
    except (aws.ReadTimeoutError, aws.ConnectTimeoutError) as error:
        raise TimedOut("AWS takes too long.") from error
    except (aws.ConnectionError, aws.HTTPClientError) as error:
        raise Unavailable(f"AWS does not answer ({type(error).__name__}).") from error
    except ResponseParserError as error:
        raise Unavailable(_NOT_OURS) from error
    except _NO_CREDENTIALS as error:
        raise GiveUp(
            f"AWS needs credentials ({type(error).__name__}): give the bot a role, or set "
            "AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY."
        ) from error
    except aws.NoRegionError as error:
        raise GiveUp("AWS needs a region: set AWS_REGION.") from error
    except (aws.BotoCoreError, ValueError) as error:
        # A profile that is not there, an address that is none, a name that AWS cannot have.
        raise GiveUp(f"AWS cannot be asked: {error}") from error


def _refused(service: str, error: aws.ClientError) -> Exception:
    status = int(error.response.get("ResponseMetadata", {}).get("HTTPStatusCode", 0))
    rejection = Rejection.read(service, error.response, error.operation_name)
    if error.operation_name.startswith("AssumeRole"):
        return GiveUp(
            f"AWS does not give the bot its role ({rejection.code}): see its trust policy."
        )
    if rejection.code in _THROTTLED or status == HTTPStatus.TOO_MANY_REQUESTS:
        return RateLimited("AWS asks for a pause.")
    if not HTTPStatus.BAD_REQUEST <= status < HTTPStatus.INTERNAL_SERVER_ERROR:
        return Unavailable(f"AWS answered {status}.")
    return rejection
