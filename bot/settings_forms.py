"""What each kind of setting must look like; the sentences name the form, never the value."""

import ipaddress
import re
from pathlib import Path
from typing import Annotated
from urllib.parse import SplitResult, urlsplit

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from cryptography.hazmat.primitives.serialization import load_pem_public_key
from pydantic import AfterValidator, BeforeValidator, ValidationInfo
from pydantic_settings import NoDecode

from bot.secret import FILE, Secret, SecretList, UnreadableSecret

_HOST = re.compile(r"[A-Za-z0-9._:-]+")
_NAME = re.compile(r"[a-z0-9][a-z0-9-]*")
_CHANNEL = re.compile(r"#?[^\s#,@]{1,80}")
_LEAST_KEY_BITS = 2048


class Wrong(ValueError):
    """A value of the wrong form; the text continues a sentence that begins with the variable."""


def is_loopback(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def _split(value: str, looks: str, *, schemes: frozenset[str]) -> SplitResult:
    wrong = Wrong(f"should look like {looks}")
    try:
        parts = urlsplit(value)
        parts.port  # noqa: B018 (reading it is what checks it)
    except ValueError:
        raise wrong from None
    if parts.scheme not in schemes or re.search(r"\s", value):
        raise wrong
    return parts


def url(value: str) -> str:
    looks = "https://host:port/path, without a question mark or a hash"
    parts = _split(value, looks, schemes=frozenset({"http", "https"}))
    if not parts.hostname or parts.query or parts.fragment:
        raise Wrong(f"should look like {looks}")
    return value.rstrip("/")


def key_url(value: str) -> str:
    address = url(value)
    parts = urlsplit(address)
    if parts.scheme != "https" and not is_loopback(parts.hostname or ""):
        raise Wrong("should start with https://, for whoever can change these keys can sign in")
    return value


def origin(value: str) -> str:
    parts = urlsplit(url(value))
    if parts.path or parts.username is not None:
        raise Wrong("should list origins like https://host:port, without a path and without *")
    return f"{parts.scheme}://{parts.netloc}"


def origins(value: tuple[str, ...]) -> tuple[str, ...]:
    try:
        return tuple(origin(entry) for entry in value)
    except Wrong:
        raise Wrong(
            "should list origins like https://host:port, without a path and without *"
        ) from None


def database_url(value: str, info: ValidationInfo) -> str:
    """An SQLAlchemy URL; `file:/path` is read once, since open connections keep their password."""
    looks = "sqlite:////folder/candlefish.db or postgresql+psycopg://user:password@host/database"
    text = secret(value).reveal()
    schemes = frozenset({"sqlite", "postgres", "postgresql", "postgresql+psycopg"})
    parts = _split(text, looks, schemes=schemes)
    if parts.scheme == "sqlite":
        return _sqlite(text, looks, data_dir=info.data.get("data_dir"))
    if not parts.path.strip("/"):
        raise Wrong(f"should name a database: {looks}")
    return "postgresql+psycopg" + text[len(parts.scheme) :]


def _sqlite(text: str, looks: str, *, data_dir: Path | None) -> str:
    name = text.removeprefix("sqlite:///").partition("?")[0]
    if not text.startswith("sqlite:///") or name in {"", ":memory:"}:
        raise Wrong(f"should name a file: {looks}")
    parent = Path(name).absolute().parent
    if parent != data_dir and not parent.is_dir():
        raise Wrong("names a file in a folder that does not exist; make the folder first")
    return text


def host(value: str) -> str:
    if not _HOST.fullmatch(value):
        raise Wrong("should be an address to listen on, such as 127.0.0.1 or 0.0.0.0")
    return value


def name(value: str) -> str:
    if not _NAME.fullmatch(value):
        raise Wrong("should be one lower-case word, such as production, staging or preview")
    return value


def channel(value: str) -> str:
    if not _CHANNEL.fullmatch(value):
        raise Wrong("should be a channel such as #ops-emergency or its id, such as C012AB3CD")
    return value


def folder(value: Path) -> Path:
    if not value.is_dir():
        raise Wrong("should be a folder that exists")
    return value.absolute()


def file(value: Path) -> Path:
    if not value.is_file():
        raise Wrong("names a file that is not there")
    return value.absolute()


def data_folder(value: Path) -> Path:
    if "?" in str(value) or not str(value).isprintable():
        raise Wrong("should be a plain path, without a question mark or control characters")
    here = value.absolute()
    nearest = next(path for path in (here, *here.parents) if path.exists())
    if not nearest.is_dir():
        raise Wrong("should be a folder, or one that can be made; a file stands in its way")
    return here


def public_keys(paths: tuple[Path, ...]) -> tuple[Path, ...]:
    return tuple(_public_key(Path(str(path).removeprefix(FILE))) for path in paths)


def _public_key(path: Path) -> Path:
    try:
        key = load_pem_public_key(path.read_bytes())
    except OSError as error:
        raise Wrong(f"names a file that cannot be read ({error.strerror})") from None
    except (ValueError, UnsupportedAlgorithm):
        raise Wrong("should name PEM files that begin with -----BEGIN PUBLIC KEY-----") from None
    if not isinstance(key, RSAPublicKey) or key.key_size < _LEAST_KEY_BITS:
        raise Wrong(f"should name RSA public keys of at least {_LEAST_KEY_BITS} bits") from None
    return path.absolute()


def secret(value: object) -> Secret:
    if isinstance(value, Secret):
        return value
    try:
        return Secret(str(value).strip())
    except UnreadableSecret as problem:
        raise Wrong(f"is a secret file, but {problem}") from None


def secret_list(value: object) -> SecretList:
    if isinstance(value, SecretList):
        return value
    try:
        return SecretList(str(value))
    except UnreadableSecret as problem:
        raise Wrong(f"lists a secret file, but {problem}") from None


def bot_token(value: Secret) -> Secret:
    if not value.reveal().startswith(("xoxb-", "xoxe.xoxb-")):
        raise Wrong("should be the bot user's token, which starts with xoxb-")
    return value


def app_token(value: Secret) -> Secret:
    if not value.reveal().startswith("xapp-"):
        raise Wrong("should be an app-level token, which starts with xapp-")
    return value


def words(value: object) -> object:
    if not isinstance(value, str):
        return value
    return tuple(word.strip() for word in value.split(",") if word.strip())


Url = Annotated[str, AfterValidator(url)]
KeyUrl = Annotated[str, AfterValidator(key_url)]
DatabaseUrl = Annotated[str, AfterValidator(database_url)]
Host = Annotated[str, AfterValidator(host)]
Name = Annotated[str, AfterValidator(name)]
Channel = Annotated[str, AfterValidator(channel)]
Folder = Annotated[Path, AfterValidator(folder)]
File = Annotated[Path, AfterValidator(file)]
DataFolder = Annotated[Path, AfterValidator(data_folder)]
Origins = Annotated[tuple[str, ...], NoDecode, BeforeValidator(words), AfterValidator(origins)]
PublicKeys = Annotated[
    tuple[Path, ...], NoDecode, BeforeValidator(words), AfterValidator(public_keys)
]
AnySecret = Annotated[Secret, NoDecode, BeforeValidator(secret)]
Secrets = Annotated[SecretList, NoDecode, BeforeValidator(secret_list)]
BotToken = Annotated[AnySecret, AfterValidator(bot_token)]
AppToken = Annotated[AnySecret, AfterValidator(app_token)]
