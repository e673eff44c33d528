"""Styles: some properties, and values that load nothing."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from keyturn.outbox.layouts.core import styles


@pytest.mark.parametrize(
    "harmless",
    [
        "color: red",
        "color: #1d4ed8",
        "background: rgb(1, 2, 3)",
        "background-color: hsla(1,2%,3%,.5)",
        "font: 600 28px/1.2 ui-monospace,Menlo,monospace",
        "font-family: 'Segoe UI', \"Helvetica Neue\", sans-serif",
        "margin: 0 auto",
        "width: calc(100% - 2px)",
        "margin-left: -4px",
        "padding: 0 !important",
    ],
)
def test_harmless_declarations_stay(harmless):
    assert styles.declarations(harmless) == styles.Kept(harmless)


@pytest.mark.parametrize(
    ("hostile", "name"),
    [
        ("background: url(https://evil.example/x)", "background"),
        ("background-image: url(x)", "background-image"),
        ("background: URL(x)", "background"),
        ("background: u\\rl(x)", "background"),
        ("background: image-set('x')", "background"),
        ("color: expression(alert(1))", "color"),
        ("position: fixed", "position"),
        ("z-index: 9", "z-index"),
        ("-moz-binding: url(x)", "-moz-binding"),
        ("behavior: url(x)", "behavior"),
        ("color: re/**/d", "color"),
        ("color: var(--x)", "color"),
        ("--x: url(y)", "--x"),
        ("color: red\x00", "color"),
        ("font-family: '</style>'", "font-family"),
        ("font-family: 'a", "font-family"),
        ("color", "color"),
        ("color: !LINK!", "color"),
        ("@import 'x'", "importx"),
        ("color: " + "a" * 3000, "style"),
    ],
)
def test_hostile_declarations_are_left_out_and_named(hostile, name):
    assert styles.declarations(hostile) == styles.Kept("", frozenset({name}))


def test_the_rest_of_a_style_stays():
    kept = styles.declarations("color:red;position:fixed;;MARGIN:0;")
    assert kept == styles.Kept("color: red; margin: 0", frozenset({"position"}))


@pytest.mark.parametrize(
    ("sheet", "kept", "dropped"),
    [
        ("p { color: red }", "p {color: red}", set()),
        ("p, .a > b{color:red}\ntd.x {margin:0}", "p, .a > b {color: red}\ntd.x {margin: 0}", set()),
        ("/* p{color:blue} */ b{color:red}", "b {color: red}", set()),
        ("/* never closed b{color:red}", "", set()),
        ("@import url(https://evil.example/x.css); b{color:red}", "b {color: red}", {"@import"}),
        ('@import "x"; @charset "utf-8"; b{color:red}', "b {color: red}", {"@import", "@charset"}),
        ("@media (max-width: 9px) { b{color:red} i{color:blue} } u{color:red}", "u {color: red}", {"@media"}),
        ("@font-face{font-family:x;src:url(y)} b{color:red}", "b {color: red}", {"@font-face"}),
        ("a[href^='x']{color:red}", "", {"a[href^='x']"}),
        ("a:hover{color:red} b{color:red}", "b {color: red}", {"a:hover"}),
        ("b{background:url(x)}", "", {"background"}),
        ("b{color:red", "b {color: red}", set()),
        ("} b{color:red}", "", {"}"}),
        ("</style><script>{color:red}", "", {"</style><script>"}),
    ],
)
def test_a_sheet(sheet, kept, dropped):
    assert styles.sheet(sheet) == styles.Kept(kept, frozenset(dropped))


def test_a_sheet_has_so_many_rules_and_no_more():
    kept = styles.sheet("b{color:red}" * (styles.MOST_RULES + 1))
    assert kept.css.count("\n") + 1 == styles.MOST_RULES and kept.dropped == {"b"}


hostile_css = st.text(st.sampled_from("ab{}();:@/*'\"\\<>!\n url import color red"), max_size=200)


@given(hostile_css)
def test_whatever_stays_loads_nothing_and_opens_nothing(css):
    kept = styles.sheet(css).css + styles.declarations(css).css
    assert not re.search(r"url\(|@|\\|<|/\*", kept)


@given(hostile_css)
def test_cleaning_twice_changes_nothing(css):
    once = styles.sheet(css).css
    assert styles.sheet(once).css == once
    declared = styles.declarations(css).css
    assert styles.declarations(declared).css == declared
