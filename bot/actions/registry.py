"""Finds the actions: every file of this folder is one, and nothing else names them."""

import importlib
import pkgutil
from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

import msgspec

from bot.ports.action import Action

_OURSELVES = __name__.rpartition(".")[2]


def found_in(package: str) -> Mapping[str, Action[Any]]:
    """By name; packages in it hold what actions share."""
    folder = importlib.import_module(package).__path__
    names = [
        module.name
        for module in pkgutil.iter_modules(folder)
        if not module.ispkg and module.name != _OURSELVES
    ]
    found = {name: importlib.import_module(f"{package}.{name}").ACTION for name in names}
    if wrong := [name for name, action in found.items() if action.name != name]:
        raise ImportError(f"An action is called as its file is; these are not: {', '.join(wrong)}.")
    for action in found.values():
        msgspec.json.Decoder(action.args)  # as in store/operations: known before there are threads
    return MappingProxyType(found)


ACTIONS = found_in(__name__.rpartition(".")[0])
