"""A Candlefish that only gets ready and takes webhooks, to try the rest of the demo with."""

import json
import os
import signal
import sys
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

TAKEN = Path("taken.jsonl")


class Handler(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        self._answer(200 if self.path == "/readyz" else 404)

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["content-length"]))
        token = os.environ["CANDLEFISH_ALERTMANAGER_TOKENS"]
        if self.headers["authorization"] != f"Bearer {token}":
            self._answer(401)
            return
        with TAKEN.open("a") as taken:
            taken.write(json.dumps({"path": self.path, "body": json.loads(body)}) + "\n")
        self._answer(200)

    def _answer(self, code: int) -> None:
        self.send_response(code)
        self.send_header("content-length", "0")
        self.end_headers()


signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
Path("environment.json").write_text(json.dumps(dict(os.environ)))
ThreadingHTTPServer(("127.0.0.1", int(os.environ["CANDLEFISH_PORT"])), Handler).serve_forever()
