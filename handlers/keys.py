"""The bot's own signing key, made once in the data folder that the replicas share."""

import base64
import contextlib
import hashlib
import json
import os
import tempfile
from dataclasses import dataclass, field
from pathlib import Path

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    load_pem_private_key,
)

from bot.domain.errors import Refused

_BITS = 2048
_EXPONENT = 65537


@dataclass(frozen=True, kw_only=True)
class LocalKey:
    kid: str
    private: rsa.RSAPrivateKey = field(repr=False)


def local_key(data_dir: Path) -> LocalKey:
    """The key in `<data dir>/keys/jwt.pem`, made when it is missing.

    Processes that start together end with one key. Raises Refused when it can be neither read nor
    made.
    """
    path = data_dir / "keys" / "jwt.pem"
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        if not path.exists():
            _make(path)
        pem = path.read_bytes()
    except OSError as error:
        raise Refused(
            f"The signing key {path} can be neither read nor made ({error.strerror}).",
            "Let this user read and write the data folder.",
        ) from error
    key = _parse(path, pem)
    return LocalKey(kid=thumbprint(key.public_key()), private=key)


def thumbprint(key: rsa.RSAPublicKey) -> str:
    """RFC 7638: the same name for the same key wherever it is computed."""
    numbers = key.public_numbers()
    members = {"e": _base64url(numbers.e), "kty": "RSA", "n": _base64url(numbers.n)}
    canonical = json.dumps(members, separators=(",", ":"), sort_keys=True)
    return _unpadded(hashlib.sha256(canonical.encode()).digest())


def _make(path: Path) -> None:
    key = rsa.generate_private_key(public_exponent=_EXPONENT, key_size=_BITS)
    pem = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    handle, draft = tempfile.mkstemp(dir=path.parent, prefix=".jwt-")  # mode 0600
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(pem)
            file.flush()
            os.fsync(file.fileno())
        # A link fails where a rename would overwrite, so the first process wins and the others
        # read what it made.
        with contextlib.suppress(FileExistsError):
            os.link(draft, path)
    finally:
        Path(draft).unlink()


def _parse(path: Path, pem: bytes) -> rsa.RSAPrivateKey:
    try:
        key = load_pem_private_key(pem, password=None)
    except (ValueError, TypeError, UnsupportedAlgorithm):
        key = None
    if not isinstance(key, rsa.RSAPrivateKey):
        raise Refused(
            f"{path} is not an RSA private key in PEM form without a password.",
            "Restore it, or remove it to have a new one made; tokens in use end then.",
        )
    return key


def _base64url(number: int) -> str:
    return _unpadded(number.to_bytes((number.bit_length() + 7) // 8, "big"))


def _unpadded(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()
