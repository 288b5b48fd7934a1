"""Prometheus, asked through prometheus-api-client with a timeout and no tries of its own."""

from collections.abc import Sequence
from typing import Any

import requests
from prometheus_api_client import PrometheusConnect
from prometheus_api_client.exceptions import PrometheusApiClientException
from urllib3.util.retry import Retry

from bot.domain.errors import GiveUp, Unavailable
from bot.ports.trouble import TimedOut

TIMEOUT = 2  # seconds, a query
_NOT_OURS = "What answers at Prometheus's address is not Prometheus."
# The client keeps of an error only the text it raises.
_TOOK_TOO_LONG = '"errorType":"timeout"'
_REFUSALS = ("HTTP Status Code 400", "HTTP Status Code 422")


class Prometheus:
    def __init__(self, url: str) -> None:
        session = requests.Session()
        session.max_redirects = 0  # the answer comes from the address that was set, or not at all
        # The client's own three tries with back-off make a refused connection last six seconds.
        # With `read=False` a slow answer is told from a broken connection.
        once = Retry(total=0, read=False, redirect=0)
        self._client = PrometheusConnect(
            url=url.rstrip("/"), retry=once, timeout=TIMEOUT, session=session
        )

    def check(self) -> None:
        """Raises `Unavailable` where no query would be answered."""
        try:
            self.ask("vector(1)")
        except GiveUp as error:
            raise Unavailable(str(error)) from error

    def ask(self, query: str) -> Sequence[float]:
        return _values(self._result(query))

    def _result(self, query: str) -> Any:
        # The server stops working on it, too: else it goes on for two minutes for nobody.
        limits = {"timeout": f"{TIMEOUT}s"}
        try:
            return self._client.custom_query(query, params=limits, timeout=TIMEOUT)
        except requests.Timeout as error:
            raise TimedOut("Prometheus takes too long.") from error
        except requests.RequestException as error:
            raise Unavailable(f"Prometheus does not answer ({type(error).__name__}).") from error
        except (KeyError, TypeError) as error:
            raise Unavailable(_NOT_OURS) from error
        except PrometheusApiClientException as error:
            if _TOOK_TOO_LONG in str(error):
                raise TimedOut("Prometheus takes too long.") from error
            if str(error).startswith(_REFUSALS):
                raise GiveUp(f"Prometheus refused the query: {str(error)[:300]}") from error
            raise Unavailable(f"Prometheus answered {str(error)[:60]}.") from error


def _values(result: Any) -> Sequence[float]:
    """The client does not tell a scalar, one [time, value], from a vector, a list of series."""
    try:
        if result and not isinstance(result[0], dict):
            return (float(result[1]),)
        return tuple(float(series["value"][1]) for series in result)
    except (LookupError, TypeError, ValueError) as error:
        raise Unavailable(_NOT_OURS) from error
