"""What the file that leads to a cluster must look like; nothing that it holds is repeated."""

from pathlib import Path
from typing import Annotated, Any

import yaml
from pydantic import AfterValidator, ValidationInfo

from bot.secret import FILE
from bot.settings_forms import Wrong

IN_CLUSTER = "in-cluster"


def kubeconfig(value: str) -> str:
    """The file's absolute path, or `in-cluster`."""
    if value == IN_CLUSTER:
        return value
    path = Path(value.removeprefix(FILE)).absolute()
    if not contexts(path):
        raise Wrong("should name a kubeconfig with at least one context in it")
    return str(path)


def context(value: str, info: ValidationInfo) -> str:
    file = info.data.get("kubeconfig")
    if file is None or file == IN_CLUSTER:
        return value
    known = contexts(Path(file))
    if value not in known:
        raise Wrong(f"should be a context of CANDLEFISH_KUBECONFIG: {', '.join(known)}")
    return value


def contexts(path: Path) -> tuple[str, ...]:
    listed = _read(path).get("contexts")
    if not isinstance(listed, list):
        return ()
    return tuple(str(each["name"]) for each in listed if isinstance(each, dict) and "name" in each)


def _read(path: Path) -> dict[str, Any]:
    try:
        held = yaml.safe_load(path.read_bytes())
    except OSError as error:
        raise Wrong(f"names a file that cannot be read ({error.strerror})") from None
    except (yaml.YAMLError, ValueError):
        raise Wrong("should name a kubeconfig, and this file is not YAML") from None
    if not isinstance(held, dict) or not isinstance(held.get("clusters"), list):
        raise Wrong("should name a kubeconfig, and this file lists no clusters")
    return held


Kubeconfig = Annotated[str, AfterValidator(kubeconfig)]
Context = Annotated[str, AfterValidator(context)]
