"""Reads YAML into nodes that know their line. Takes what a world needs and refuses what files are attacked with.

Built from the parser's events, without recursion: aliases (and with them their bombs), tags, repeated keys and
deep nesting are refused as soon as they are seen.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

import yaml
from yaml import events

from keyturn.cli.world.complaints import Complaint, WorldRefused

MOST_BYTES = 8 * 1024 * 1024
_DEEPEST = 16
_WHOLE_NUMBER = re.compile(r"[-+]?(0|[1-9][0-9]{0,17})")
_Loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_resolver = yaml.SafeLoader("")


@dataclass
class Node:
    """A value and the line it stands on. A mapping's values know the line of their key."""

    line: int
    value: object = None
    key: str | None = field(default=None, repr=False)  # of a mapping that is being read: waits for its value


def read(raw: bytes) -> Node:
    """The one document of a file; raises WorldRefused."""
    text = _decoded(raw)
    try:
        return _build(yaml.parse(text, Loader=_Loader))
    except yaml.MarkedYAMLError as problem:
        mark = problem.problem_mark or problem.context_mark
        raise _refused(mark.line + 1 if mark else 0, f"not YAML: {problem.problem or problem.context}") from None
    except yaml.YAMLError as problem:
        raise _refused(0, f"not YAML: {' '.join(str(problem).split())}") from None


def _decoded(raw: bytes) -> str:
    if len(raw) > MOST_BYTES:
        raise _refused(0, f"larger than {MOST_BYTES // 1024 // 1024} MB; split it, loading is safe to repeat")
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError as problem:
        line = raw.count(b"\n", 0, problem.start) + 1
        raise _refused(line, f"not UTF-8: byte {raw[problem.start]:#04x}") from None
    if match := re.search("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]", text):
        line = text.count("\n", 0, match.start()) + 1
        raise _refused(line, f"control character U+{ord(match[0]):04X}")
    return text


def _build(stream: Iterator[events.Event]) -> Node:
    root, open_nodes, documents = Node(1), [], 0
    for event in stream:
        if isinstance(event, events.DocumentStartEvent):
            documents += 1
            if documents > 1:
                raise _refused(_line(event), "a second document; write one")
        elif isinstance(event, events.MappingEndEvent | events.SequenceEndEvent):
            open_nodes.pop()
        elif isinstance(event, events.AliasEvent):
            raise _refused(_line(event), "aliases (*name) are not taken; write it out")
        elif isinstance(event, events.NodeEvent):
            node = _node(event)
            if open_nodes:
                _put(open_nodes[-1], node)
            else:
                root = node
            _go_into(node, open_nodes)
    return root


def _node(event: events.NodeEvent) -> Node:
    if event.anchor is not None:
        raise _refused(_line(event), "anchors (&name) are not taken; write it out")
    if event.tag is not None:
        raise _refused(_line(event), "tags (!name) are not taken; put a value that begins with ! in quotes")
    if isinstance(event, events.MappingStartEvent):
        return Node(_line(event), {})
    if isinstance(event, events.SequenceStartEvent):
        return Node(_line(event), [])
    return Node(_line(event), _scalar(event.value) if event.implicit[0] else event.value)


def _go_into(node: Node, open_nodes: list[Node]) -> None:
    if isinstance(node.value, dict | list):
        if len(open_nodes) >= _DEEPEST:
            raise _refused(node.line, f"nested deeper than {_DEEPEST} levels")
        open_nodes.append(node)


def _put(parent: Node, node: Node) -> None:
    if isinstance(parent.value, list):
        parent.value.append(node)
    elif parent.key is None:
        if not isinstance(node.value, str):
            raise _refused(node.line, "a field's name must be a word; put it in quotes")
        if node.value in parent.value:
            raise _refused(node.line, f"{node.value} stands here twice")
        parent.key = node.value
    else:
        parent.value[parent.key] = node
        parent.key = None


def _scalar(text: str) -> object:
    """What a plain word means. Only what a world needs: true and false, whole numbers, nothing; the rest is text."""
    tag = _resolver.resolve(yaml.ScalarNode, text, (True, False)).removeprefix("tag:yaml.org,2002:")
    if tag == "null":
        return None
    if tag == "bool":
        return text.lower() in {"yes", "true", "on"}
    if tag == "int" and _WHOLE_NUMBER.fullmatch(text):
        return int(text)
    if tag == "float" and re.fullmatch(r"[-+]?[0-9.]+", text):
        return float(text) if text.count(".") == 1 and text.strip("+-.") else text
    return text


def _refused(line: int, message: str) -> WorldRefused:
    return WorldRefused(Complaint(line, "", message))


def _line(event: events.Event) -> int:
    return event.start_mark.line + 1
