"""Where the API server is and who we are there: a kubeconfig, or the pod's own account."""

import queue
import threading
from collections.abc import Callable

import yaml
from kubernetes.client.configuration import Configuration
from kubernetes.config import kube_config
from kubernetes.config.config_exception import ConfigException
from kubernetes.config.incluster_config import load_incluster_config

from bot.domain.errors import Unavailable
from bot.settings_kubeconfig import IN_CLUSTER

LOAD_SECONDS = 15.0
CONNECTIONS = 32
# What the client's loader raises over a file that is not as it should be.
_UNREADABLE = (ConfigException, OSError, ValueError, LookupError, TypeError, yaml.YAMLError)


class BadCredentials(Exception):
    """They cannot be read; the text says why, without anything of what they hold."""


def credentials(kubeconfig: str, context: str | None = None) -> Callable[[], Configuration]:
    """Reads them anew at each call, so that files may be replaced while the bot runs.

    `kubeconfig` is a file, or `in-cluster` for the account of the pod that the bot runs in.
    """

    def load() -> Configuration:
        configuration = Configuration(retries=False)
        _load(configuration, kubeconfig, context)
        # The loaders hang in a hook that, before every request, puts back the host and the token
        # they know, and may run a plug-in there without end. `Connection` asks us instead.
        configuration.refresh_api_key_hook = None
        configuration.connection_pool_maxsize = CONNECTIONS
        return configuration

    return lambda: _in_time(load)


def _load(configuration: Configuration, kubeconfig: str, context: str | None) -> None:
    try:
        if kubeconfig == IN_CLUSTER:
            load_incluster_config(configuration, try_refresh_token=False)  # type: ignore[no-untyped-call]  # the client's
            return
        kube_config.load_kube_config(  # type: ignore[no-untyped-call]  # the client's
            config_file=kubeconfig,
            context=context,
            client_configuration=configuration,
            persist_config=False,
        )
    except _UNREADABLE as error:
        source = "The pod's own account" if kubeconfig == IN_CLUSTER else kubeconfig
        raise BadCredentials(f"{source} cannot be used ({type(error).__name__}).") from error


def _in_time(load: Callable[[], Configuration]) -> Configuration:
    """A kubeconfig may name a plug-in, and the client waits for that one for ever."""
    answers: queue.SimpleQueue[Configuration | BadCredentials] = queue.SimpleQueue()

    def work() -> None:
        try:
            answers.put(load())
        except BadCredentials as error:
            answers.put(error)

    threading.Thread(target=work, name="kubernetes-credentials", daemon=True).start()
    try:
        answer = answers.get(timeout=LOAD_SECONDS)
    except queue.Empty:
        raise Unavailable(
            f"The credentials plug-in of the kubeconfig took more than {LOAD_SECONDS:g} s."
        ) from None
    if isinstance(answer, BadCredentials):
        raise answer
    return answer
