"""An API server behind TLS: trusted by its authority, and never without it."""

import ssl
import threading
from base64 import b64encode
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from ipaddress import ip_address
from pathlib import Path

import pytest
import yaml
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID

from bot.domain.errors import Unavailable
from tests.adapters.kubernetes.scene import Connect


class Version(BaseHTTPRequestHandler):
    """Says its version; a watch of it stays silent until the client leaves."""

    protocol_version = "HTTP/1.1"
    watched = threading.Event()

    def do_GET(self) -> None:
        self.send_response(200)
        if "watch=true" in self.path:
            self.send_header("Transfer-Encoding", "chunked")
            self.end_headers()
            self.watched.set()
            self.rfile.read()
            return
        listed = "/deployments" in self.path
        empty = b'{"items": [], "metadata": {"resourceVersion": "1"}}'
        body = empty if listed else b'{"gitVersion": "v1.36.0"}'
        self.send_header("Content-Length", str(len(body)))
        self.send_header("Connection", "close")
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the base class's word
        """Tests are quiet."""


def certificate(folder: Path) -> Path:
    """One that signs itself, with its key, for the loopback address."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "127.0.0.1")])
    now = datetime.now(UTC)
    alternative = x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))])
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(minutes=1))
        .not_valid_after(now + timedelta(hours=1))
        .add_extension(alternative, critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    file = folder / "server.pem"
    private = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    file.write_bytes(private + made.public_bytes(Encoding.PEM))
    (folder / "ca.pem").write_bytes(made.public_bytes(Encoding.PEM))
    return file


@pytest.fixture
def url(tmp_path: Path) -> Iterator[str]:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate(tmp_path))
    with ThreadingHTTPServer(("127.0.0.1", 0), Version) as server:
        server.socket = context.wrap_socket(server.socket, server_side=True)
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        yield f"https://127.0.0.1:{server.server_port}"
        server.shutdown()
        thread.join()


def leading_to(url: str, **cluster: str) -> str:
    config = {
        "clusters": [{"name": "one", "cluster": {"server": url} | cluster}],
        "users": [{"name": "me", "user": {"token": "t"}}],
        "contexts": [{"name": "here", "context": {"cluster": "one", "user": "me"}}],
        "current-context": "here",
    }
    return yaml.safe_dump(config)


def test_a_known_authority_is_trusted_from_a_file_and_from_within(
    connect: Connect, tmp_path: Path, url: str
) -> None:
    inline = b64encode((tmp_path / "ca.pem").read_bytes()).decode()
    for trusted in (
        {"certificate-authority": str(tmp_path / "ca.pem")},
        {"certificate-authority-data": inline},
    ):
        assert connect(leading_to(url, **trusted)).check() == "v1.36.0"


def test_an_unknown_authority_is_not(connect: Connect, url: str) -> None:
    with pytest.raises(Unavailable, match=r"cannot be trusted: .*CERTIFICATE_VERIFY_FAILED"):
        connect(leading_to(url)).check()


def test_plain_http_to_it_is_told(connect: Connect, url: str) -> None:
    with pytest.raises(Unavailable):
        connect(leading_to(url.replace("https", "http"))).check()


def test_an_encrypted_watch_ends_at_once_too(connect: Connect, url: str, tmp_path: Path) -> None:
    Version.watched.clear()
    trusted = {"certificate-authority": str(tmp_path / "ca.pem")}
    cluster = connect(leading_to(url, **trusted))
    watch = cluster.watch("production", 600)
    reader = threading.Thread(target=lambda: list(watch))
    reader.start()
    assert Version.watched.wait(10)
    watch.close()
    reader.join(10)

    assert not reader.is_alive()
    cluster.close()
