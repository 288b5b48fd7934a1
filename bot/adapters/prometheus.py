"""Prometheus, asked through prometheus-api-client with a timeout and no tries of its own."""

from prometheus_api_client import PrometheusConnect
from prometheus_api_client.exceptions import PrometheusApiClientException
from requests import RequestException
from urllib3.util.retry import Retry

from bot.domain.errors import Unavailable

TIMEOUT = 2  # seconds, a query


class Prometheus:
    def __init__(self, url: str) -> None:
        # The client's own three tries with back-off make a refused connection last six seconds.
        once = Retry(total=0, redirect=0)
        self._client = PrometheusConnect(url=url.rstrip("/"), retry=once, timeout=TIMEOUT)

    def check(self) -> None:
        """Raises `Unavailable` where no query would be answered."""
        try:
            self._client.custom_query("vector(1)", timeout=TIMEOUT)
        except (RequestException, PrometheusApiClientException) as error:
            raise Unavailable(f"Prometheus does not answer ({type(error).__name__}).") from error
