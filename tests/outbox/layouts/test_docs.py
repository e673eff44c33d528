"""docs/layouts.md says what is so."""

import re
from pathlib import Path

import pytest
from django.utils import translation

from keyturn.outbox import render, saying
from keyturn.outbox.layouts import cleaning, drafted, saving
from keyturn.outbox.layouts.core import problems, styles, words
from keyturn.outbox.layouts.variables import VARIABLES
from keyturn.outbox.purposes import ITEMS, KNOWN, PURPOSES

PAGE = (Path(__file__).parents[3] / "docs/layouts.md").read_text(encoding="utf-8")


def borrowed(names):
    return ", ".join(f"`!{name}!`" for name in sorted(names))


@pytest.mark.parametrize("name", VARIABLES)
def test_every_variable_has_its_line(name):
    named = VARIABLES[name]
    purpose = PURPOSES[named.purpose]
    with translation.override("en"):
        said = saying.purpose(purpose.name)
    cells = (f"`{name}`", said, named.channel, borrowed(purpose.required), borrowed(purpose.told))
    assert f"| {' | '.join(map(str, cells))} |\n" in PAGE


def test_every_item_has_its_line_and_no_other():
    section = PAGE.partition("## Merge items")[2].partition("\n## ")[0]
    lines = [line for line in section.splitlines() if line.startswith("| `!")]
    assert lines == [f"| `!{item.name}!` | {item.meaning} | {item.kind} |" for item in ITEMS.values()]
    for name in KNOWN:
        assert f"`{name}`" in section


def test_the_elements_are_these():
    (line,) = (line for line in PAGE.splitlines() if line.startswith("* the elements"))
    assert set(re.findall(r"`([a-z0-9]+)`", line)) == cleaning._TAGS


@pytest.mark.parametrize(
    "line",
    [
        f"| subject | {words.LONGEST['subject']} signs |",
        f"| text | {words.LONGEST['text']} signs |",
        f"| HTML | {words.LONGEST['html']} signs, {cleaning._MOST_TAGS} tags, {styles.MOST_RULES} rules of style |",
        f"| a text message | {problems.MOST_MESSAGES} parts |",
        f"| HTML with its styles moved into the elements | {cleaning.LONGEST_SENT} signs |",
        f"| logos in a mail | {cleaning._MOST_LOGOS} |",
        f"| items in a mail, each time one stands there | {drafted.MOST_GAPS} |",
        f"| `too_many_items` | more than {drafted.MOST_GAPS} items",
        f"| a whole message, merged | {render._AT_MOST // 1024} kB |",
        f"| cleaning and inlining | {cleaning._LONGEST_SECONDS:.0f} second |",
        f"| layouts | {saving.MOST_LAYOUTS}, of {saving.MOST_LANGUAGES} languages each; ",
        f" the newest {saving.MOST_VERSIONS} versions stay |",
        f"more than {words.MOST_LINES} lines",
    ],
)
def test_the_limits_are_these(line):
    assert line in PAGE


def test_every_problem_is_explained():
    source = "".join(Path(module.__file__).read_text() for module in (problems, words, cleaning, drafted))
    codes = set(re.findall(r'(?:Problem|WordsRefused)\("([a-z_]+)"', source)) | {"item_not_alone", "missing_item"}
    explained = re.findall(r"^\| `([a-z_]+)` \|", PAGE.partition("## Problems")[2], re.MULTILINE)
    assert sorted(explained) == sorted(codes)
