"""Reads one YAML file strictly: every wrong key or type is noted with its line, none stops it."""

import re
from collections.abc import Collection, Mapping
from difflib import get_close_matches

import yaml
from yaml.composer import ComposerError
from yaml.nodes import CollectionNode, MappingNode, Node, ScalarNode, SequenceNode

from bot.catalogue.problem import Problem

DEEPEST = 40
_YAML = "tag:yaml.org,2002:"
_PLAIN = {MappingNode: f"{_YAML}map", SequenceNode: f"{_YAML}seq"}
_TYPES = {"str": "text", "int": "a number", "float": "a number", "bool": "true or false"}


class _Loader(yaml.SafeLoader):
    """Refuses what ops data does not need and a small file could blow up with."""

    depth = 0

    def compose_node(self, parent: Node | None, index: int) -> Node | None:
        here = self.peek_event().start_mark  # type: ignore[no-untyped-call]  # stubs lack it
        if self.check_event(yaml.AliasEvent):
            raise ComposerError(None, None, "aliases (*name) are not allowed: write it out", here)
        if self.depth >= DEEPEST:
            raise ComposerError(None, None, f"more than {DEEPEST} levels deep", here)
        self.depth += 1
        node: Node | None = super().compose_node(parent, index)
        self.depth -= 1
        return node


class Sheet:
    """A file that is being read, and what was wrong so far.

    Every reader takes what the value is called ("graphql-api.kind") and gives an empty value
    after it has noted a problem, so that one mistake does not hide the next.
    """

    def __init__(self, file: str, text: str) -> None:
        self.file = file
        self.problems: list[Problem] = []
        self.root = self._compose(text)

    def _compose(self, text: str) -> Node | None:
        try:
            node: Node | None = yaml.compose(text, Loader=_Loader)
        except yaml.MarkedYAMLError as error:
            mark = error.problem_mark or error.context_mark
            self.say(mark.line + 1 if mark else 0, error.problem or str(error))
            return None
        except yaml.reader.ReaderError as error:
            self.say(text.count("\n", 0, error.position) + 1, f"not YAML: {error.reason}")
            return None
        if node is None:
            self.say(0, "is empty")
        elif not _is(node, MappingNode):
            self.say(node, f"must be a mapping (key: value), not {_kind(node)}")
            return None
        return node

    def say(self, where: Node | int, message: str) -> None:
        line = where if isinstance(where, int) else where.start_mark.line + 1
        self.problems.append(Problem(file=self.file, line=line, message=message))

    def entries(self, node: Node | None, what: str) -> dict[str, Node]:
        """A mapping with free keys, each once."""
        if node is None:
            return {}
        if not _is(node, MappingNode):
            self.say(node, f"{what} must be a mapping (key: value), not {_kind(node)}")
            return {}
        found: dict[str, Node] = {}
        first: dict[str, int] = {}
        for key, value in node.value:
            name = self.text(key, f"a key of {what}")
            if name in found:
                self.say(key, f"{what}: {name} stands here twice, first on line {first[name]}")
            elif name:
                found[name] = value
                first[name] = key.start_mark.line + 1
        return found

    def fields(
        self, node: Node | None, what: str, known: Collection[str], needed: Collection[str] = ()
    ) -> dict[str, Node]:
        """A mapping with fixed keys."""
        found = self.entries(node, what)
        for name in found.keys() - set(known):
            self.say(self._key(node, name), f"{what}: unknown key {name}{_meant(name, known)}")
        for name in needed:
            if node is not None and name not in found:
                self.say(node, f"{what}: {name} is missing")
        return {name: value for name, value in found.items() if name in known}

    def _key(self, node: Node | None, name: str) -> Node | int:
        if not isinstance(node, MappingNode):
            return 0
        return next((key for key, _ in node.value if key.value == name), node)

    def text(self, node: Node | None, what: str) -> str:
        return self._scalar(node, what, ("str",))

    def number(self, node: Node | None, what: str) -> float | None:
        word = self._scalar(node, what, ("int", "float"))
        if not word or node is None:
            return None
        # YAML has more ways to write a number than people need: 0x1F, 1:30, .inf, 1.0e+999
        if not re.fullmatch(r"[-+]?\d{1,12}(\.\d{1,12})?", word):
            self.say(node, f"{what} must be a plain number, not {word}")
            return None
        return float(word)

    def flag(self, node: Node | None, what: str, *, default: bool) -> bool:
        word = self._scalar(node, what, ("bool",))
        return word.casefold() in ("true", "yes", "on") if word else default

    def _scalar(self, node: Node | None, what: str, types: tuple[str, ...]) -> str:
        if node is None:
            return ""
        kind = node.tag.removeprefix(_YAML)
        if not isinstance(node, ScalarNode) or kind not in types:
            hint = ": put it in quotes" if types == ("str",) and kind in _TYPES else ""
            self.say(node, f"{what} must be {_TYPES[types[0]]}, not {_kind(node)}{hint}")
            return ""
        word = str(node.value).strip()
        if not word:
            self.say(node, f"{what} is empty")
        return word

    def items(self, node: Node | None, what: str) -> list[Node]:
        if node is None:
            return []
        if not _is(node, SequenceNode):
            self.say(node, f"{what} must be a list, not {_kind(node)}")
            return []
        return list(node.value)

    def texts(self, node: Node | None, what: str) -> tuple[str, ...]:
        """A list of texts, each once; one text alone is a list of one."""
        if isinstance(node, ScalarNode):
            word = self.text(node, what)
            return (word,) if word else ()
        words: list[str] = []
        for item in self.items(node, what):
            word = self.text(item, what)
            if word in words:
                self.say(item, f"{what}: {word} stands here twice")
            elif word:
                words.append(word)
        return tuple(words)

    def refers(self, node: Node | None, what: str, known: Collection[str] | None) -> None:
        """Every text in this value must be one of the known; `None` says they cannot be known."""
        if known is None or node is None:
            return
        for item in node.value if isinstance(node, SequenceNode) else [node]:
            if isinstance(item, ScalarNode) and item.value.strip() not in known:
                self.say(item, f"{what} {item.value} does not exist{_meant(item.value, known)}")

    def choice(self, node: Node | None, what: str, choices: Mapping[str, object]) -> str:
        """One of a few words; empty after a problem."""
        word = self.text(node, what)
        if word and node is not None and word not in choices:
            self.say(node, f"{what} must be one of {', '.join(choices)}, not {word}")
            return ""
        return word


def _is(node: Node, kind: type[CollectionNode]) -> bool:
    """A plain one: a tag of its own (!!set, !!python/…) makes it something else."""
    return isinstance(node, kind) and node.tag == _PLAIN[kind]


def _kind(node: Node) -> str:
    tag = node.tag.removeprefix(_YAML)
    if isinstance(node, ScalarNode):
        return "nothing" if tag == "null" else f"{_TYPES.get(tag, tag)} ({node.value})"
    return {"map": "a mapping", "seq": "a list"}.get(tag, tag)


def _meant(word: str, known: Collection[str]) -> str:
    close = get_close_matches(word, known, n=1)
    return f"; did you mean {close[0]}?" if close else ""
