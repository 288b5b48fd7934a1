"""What users of the services get: whoever is behind the Service now says which version it is."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from sandbox.kubernetes.kinds import ENDPOINTSLICE, POD, VIRTUALSERVICE
from sandbox.kubernetes.objects import Object
from sandbox.kubernetes.store import Store
from sandbox.platform.cluster_releases import tag_of
from sandbox.platform.front_door import VERSION
from sandbox.servers.loopback import HOST

_SERVICE = "kubernetes.io/service-name"


def served(store: Store, namespace: str, service: str) -> str:
    """The version of a ready pod that gets the traffic; empty where there is none."""
    with store.lock:
        color = favoured(store, namespace, service)
        for each in store.list(ENDPOINTSLICE):
            if each["metadata"].get("labels", {}).get(_SERVICE) != service:
                continue
            for endpoint in each["endpoints"] or ():
                if not endpoint["conditions"]["ready"]:
                    continue
                pod = _pod(store, namespace, endpoint)
                if not color or pod["metadata"]["labels"].get("color") == color:
                    return tag_of(pod)
    return ""


def favoured(store: Store, namespace: str, name: str) -> str:
    """The colour to which a VirtualService of this name sends most; empty where there is none."""
    with store.lock:
        for each in store.list(VIRTUALSERVICE, namespace):
            if each["metadata"]["name"] == name:
                shares = each["spec"]["http"][0]["route"]
                most = max(shares, key=lambda one: int(one["weight"]))
                return str(most["destination"]["subset"])
    return ""


@contextmanager
def doors(store: Store, namespace: str) -> Iterator[str]:
    """The address under which each Service answers by its name."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            version = served(store, namespace, self.path.strip("/"))
            try:
                self.send_response(200 if version else 503)
                self.send_header(VERSION, version)
                self.send_header("content-length", "0")
                self.end_headers()
            except OSError:
                self.close_connection = True  # whoever asked was killed

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - its parent's name
            """Keep the test's output clean."""

    class Server(ThreadingHTTPServer):
        daemon_threads = True

        def handle_error(self, request: object, client_address: object) -> None:
            """A connection that its client gave up."""

    with Server((HOST, 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True)
        thread.start()
        yield f"http://{HOST}:{server.server_port}"
        server.shutdown()
        thread.join(10)


def _pod(store: Store, namespace: str, endpoint: Object) -> Object:
    return store.get(POD, namespace, endpoint["targetRef"]["name"])
