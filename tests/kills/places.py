"""The places where a process may die: every `points.reach("…")` of the source, so that a new one is tested, too."""

import ast
import functools
from collections.abc import Iterator
from pathlib import Path

import keyturn

SRC = Path(keyturn.__file__).parent
FLOWS = ("resolve", "deliver", "redeem", "sign_up", "pin_mailing", "watch")  # the flows that tests/kills kills
ELSEWHERE = ("import", "mending", "rewrap")  # tests/enrollment and tests/monitoring stop them there


@functools.cache
def named(src: Path = SRC) -> tuple[str, ...]:
    """The name of every point, in the order of the source."""
    texts = [path.read_text("utf-8") for path in sorted(src.rglob("*.py"))]
    return tuple(name for text in texts if "points.reach(" in text for name in _named_in(ast.parse(text)))


def of(*flows: str) -> list[str]:
    """The points of these flows."""
    return [name for name in named() if name.split(".")[0] in flows]


def _named_in(tree: ast.Module) -> Iterator[str]:
    calls = [node for node in ast.walk(tree) if isinstance(node, ast.Call)]
    for call in sorted(calls, key=lambda node: node.lineno):
        if ast.unparse(call.func) == "points.reach":
            yield ast.literal_eval(call.args[0])
