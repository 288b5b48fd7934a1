"""Finds the actions: every file of this folder is one, and nothing else names them."""

import importlib
import pkgutil
from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

import bot.actions
from bot.ports.action import Action


def _found() -> Mapping[str, Action[Any]]:
    names = [
        module.name
        for module in pkgutil.iter_modules(bot.actions.__path__)
        if not module.ispkg and module.name != __name__.rpartition(".")[2]
    ]
    found = {
        name: importlib.import_module(f"{bot.actions.__name__}.{name}").ACTION for name in names
    }
    if wrong := [name for name, action in found.items() if action.name != name]:
        raise ImportError(f"An action is called as its file is; these are not: {', '.join(wrong)}.")
    return MappingProxyType(found)


ACTIONS = _found()
