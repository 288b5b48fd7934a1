"""The local signing key: made once, readable by its owner alone, named as RFC 7638 says."""

import base64
import json
import stat
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicNumbers
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from bot.domain.errors import Refused
from handlers.keys import local_key, thumbprint

# RFC 7638, section 3.1
RFC_MODULUS = (
    "0vx7agoebGcQSuuPiLJXZptN9nndrQmbXEps2aiAFbWhM78LhWx4cbbfAAtVT86zwu1RK7aPFFxuhDR1L6tSoc_BJECP"
    "ebWKRXjBZCiFV4n3oknjhMstn64tZ_2W-5JsGY4Hc5n9yBXArwl93lqt7_RN5w6Cf0h4QyQ5v-65YGjQR0_FDW2QvzqY"
    "368QQMicAtaSqzs8KJZgnYb9c7d0zgdAZHzu6qMQvRL5hajrn1n91CbOpbISD08qNLyrdkt-bFTWhAI4vMQFh6WeZu0f"
    "M4lFd2NcRwr3XPksINHaQ-G_xBniIqbw0Ls1jF44-csFCur-kEgU8awapJzKnqDKgw"
)
RFC_THUMBPRINT = "NzbLsXh8uDCcd-6MNwXF4W_7noWXFZAfHkxZsRGC9Xs"


def names_in(folder: Path) -> list[str]:
    return [path.name for path in folder.iterdir()]


def test_made_once_private_and_kept(tmp_path: Path) -> None:
    first = local_key(tmp_path / "data")
    path = tmp_path / "data" / "keys" / "jwt.pem"

    assert local_key(tmp_path / "data").kid == first.kid
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700
    assert names_in(path.parent) == ["jwt.pem"]
    assert "PRIVATE" not in repr(first)


def test_those_who_start_together_end_with_one_key(tmp_path: Path) -> None:
    barrier = threading.Barrier(4)

    def make(_: int) -> str:
        barrier.wait()
        return local_key(tmp_path).kid

    with ThreadPoolExecutor(4) as pool:
        kids = set(pool.map(make, range(4)))

    assert kids == {local_key(tmp_path).kid}
    assert names_in(tmp_path / "keys") == ["jwt.pem"]


def test_thumbprint_is_that_of_the_rfc() -> None:
    modulus = int.from_bytes(base64.urlsafe_b64decode(RFC_MODULUS + "=="), "big")

    assert thumbprint(RSAPublicNumbers(65537, modulus).public_key()) == RFC_THUMBPRINT


@pytest.mark.parametrize("damage", [b"", b"not a key", json.dumps({"kty": "RSA"}).encode()])
def test_a_damaged_key_is_refused_with_the_next_move(tmp_path: Path, damage: bytes) -> None:
    (tmp_path / "keys").mkdir()
    (tmp_path / "keys" / "jwt.pem").write_bytes(damage)
    with pytest.raises(Refused, match="Restore it, or remove it"):
        local_key(tmp_path)


def test_another_kind_of_key_is_refused(tmp_path: Path) -> None:
    curve = ec.generate_private_key(ec.SECP256R1())
    (tmp_path / "keys").mkdir()
    (tmp_path / "keys" / "jwt.pem").write_bytes(
        curve.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    )
    with pytest.raises(Refused, match="not an RSA private key"):
        local_key(tmp_path)


def test_a_folder_that_cannot_be_made_is_refused(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(Refused, match="can be neither read nor made"):
        local_key(tmp_path / "file")
