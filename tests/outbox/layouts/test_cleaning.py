"""HTML from an operator: what stays, what goes, and that nothing of it makes us load or reckon for long."""

import socket
import threading

import pytest
from hypothesis import given
from hypothesis import strategies as st

from keyturn.outbox.layouts import cleaning
from keyturn.outbox.layouts.core.words import LONGEST, WordsRefused
from tests.outbox.layouts.structure import structure

HOSTILE = [
    ("<script>alert(1)</script>", "script"),
    ("<p onclick='x()'>!CODE!</p>", "onclick"),
    ("<a href='javascript:alert(1)'>x</a>", None),
    ("<a href=' jAvAsCrIpT:alert(1)'>x</a>", None),
    ("<a href='java\tscript:alert(1)'>x</a>", None),
    ("<a href='data:text/html,<script>'>x</a>", None),
    ("<a href='//evil.example'>x</a>", "href"),
    ("<a href='/r/x'>x</a>", "href"),
    ("<a href='https://evil.example/?c=!CODE!'>x</a>", "href"),
    ("<a href='!CODE!'>x</a>", "href"),
    ("<a href='!LINK!!CODE!'>x</a>", "href"),
    ("<a href='x!LINK!'>x</a>", "href"),
    ("<a href='!NOBODY!'>x</a>", "href"),
    ("<img src='https://evil.example/x.gif'>", "src"),
    ("<img src='!LINK!'>", "src"),
    ("<img src=cid:other>", "src"),
    ("<img src='data:image/png;base64,AAAA'>", None),
    ("<img srcset='https://evil.example/x 2x'>", "srcset"),
    ("<table background='https://evil.example/x'><tr><td>x</td></tr></table>", "background"),
    ("<form action='https://evil.example'><input name=x></form>", "form"),
    ("<iframe src='https://evil.example'></iframe>", "iframe"),
    ("<object data='x'></object><embed src=x>", "object"),
    ("<meta http-equiv=refresh content='0;url=https://evil.example'>", None),
    ("<base href='https://evil.example'>", "base"),
    ("<link rel=stylesheet href='https://evil.example/x.css'>", "link"),
    ("<link rel=stylesheet href='file:///etc/passwd'>", "link"),
    ("<style>@import url(https://evil.example/x.css);</style>", "@import"),
    ("<style>b{background:url(https://evil.example/x)}</style>", "background"),
    ("<p style='background:url(https://evil.example/x)'>x</p>", "background"),
    ("<p style='position:fixed;top:0'>x</p>", "position"),
    ("<p style='color:!LINK!'>x</p>", "color"),
    ("<p class='!CODE!'>x</p>", "class"),
    ("<p lang='!CODE!'>x</p>", "lang"),
    ("<!-- a comment --><!--[if mso]><v:rect/><![endif]-->", None),
    ("<svg><script>alert(1)</script></svg>", "svg"),
    ("<svg/onload=alert(1)>", "svg"),
    ("<math><mtext></p><style><img src=x onerror=alert(1)></style></math>", "math"),
    ("<svg></p><style><a id=\"</style><img src=x onerror=alert(1)>\">", "svg"),
    ("<noscript><p title=\"</noscript><img src=x onerror=alert(1)>\"></noscript>", "noscript"),
    ("<template><img src=x onerror=alert(1)></template>", "template"),
    ("<![CDATA[<img src=x onerror=alert(1)>]]>", "onerror"),
    ("<textarea><img src=x onerror=alert(1)></textarea>", "textarea"),
    ("<title><img src=x onerror=alert(1)></title>", "onerror"),
    ("<a href='https://movers.example' ping='https://evil.example' target=_blank>x</a>", None),
    ("<p id=x data-x=y data-css-inline=ignore>x</p>", None),
    ("<style data-css-inline=keep>b{color:red}</style><b>x</b>", None),
    ("<body background='https://evil.example/x' onload=x>", "onload"),
    ("<ScRiPt src=//evil.example></sCrIpT>", "script"),
    ("<p<script>alert(1)</script>", None),
    ("<p title='\"><script>'>x</p>", None),
]  # fmt: skip
DANGEROUS = (
    "<script", "onclick", "onerror", "onload", "javascript:", "data:", "evil.example", "url(", "@import", "position",
    "<form", "<input", "<iframe", "<object", "<embed", "<meta", "<base", "<link", "<svg", "<math", "<!--", "file:",
    "srcset", "ping=", "target=", "<template", "<noscript", "<textarea", "data-", "class=", "id=", "cid:other",
)  # fmt: skip


def kept_and_sent(html: str, *, has_logo: bool = True) -> tuple[str, str]:
    kept = cleaning.clean(html).html
    return kept, cleaning.inlined(kept, has_logo=has_logo)


def active(html: str) -> str:
    """The HTML without what a reader sees as words: only there may such words stand."""
    return " ".join(f"<{tag} {attributes}" for _depth, tag, attributes in structure(html)).lower()


@pytest.mark.parametrize(("hostile", "named"), HOSTILE)
def test_hostile_html_is_cleaned_and_what_went_is_named(hostile, named):
    kept, sent = kept_and_sent(f"<b>before</b>{hostile}<i>after</i>")
    for html in (cleaning._parted(kept)[1].replace("class=", ""), sent):
        assert not [word for word in DANGEROUS if word in active(html).replace("class", "")]
    if named:
        assert named in cleaning.clean(hostile).removed


@pytest.mark.parametrize("hostile", [one for one, _named in HOSTILE])
def test_what_was_never_cleaned_is_cleaned_when_it_is_sent(hostile):
    """A row that somebody changed behind our back."""
    sent = cleaning.inlined(f"<b>before</b>{hostile}", has_logo=True)
    assert not [word for word in DANGEROUS if word in active(sent)]


def test_without_the_library_the_tests_above_would_fail(monkeypatch):
    """The negative control."""

    class Blind:
        def clean(self, html):
            return html

    monkeypatch.setattr(cleaning, "_cleaner", lambda tags, attributes, dropped: Blind())
    kept, _sent = kept_and_sent("<p onclick='x()'>x</p>")
    assert "onclick" in active(kept)


def test_styles_move_into_the_elements_and_classes_go():
    html = "<style>p.warm { color: red } b { color: blue }</style><p class='warm'>x <b style='margin:0'>y</b></p>"
    kept, sent = kept_and_sent(html)
    assert kept.startswith("<style>\np.warm {color: red}\nb {color: blue}\n</style>\n<p class=")
    assert sent == '<p style="color: red">x <b style="color: blue; margin: 0">y</b></p>'


def test_what_is_kept_is_kept_unchanged_when_it_is_saved_again():
    html = "<style>p.warm { color: red }</style><table width=600 bgcolor='#ffffff'><tr><td>!CODE!</td></tr></table>"
    once = cleaning.clean(html)
    assert cleaning.clean(once.html) == once and not once.removed


def test_a_whole_page_leaves_its_body():
    head = "<!doctype html><html><head><title>T</title><meta charset=utf-8></head>"
    html = f"{head}<body bgcolor=red><p>x</p></body></html>"
    assert cleaning.clean(html) == cleaning.Cleaned("<p>x</p>")


def test_an_item_that_is_a_link_may_be_an_address():
    html = '<a href="!LINK!">!LINK!</a>'
    assert kept_and_sent(html) == (html, html)


def test_the_logo_stands_only_where_there_is_one():
    html = '<p>x<img src="cid:logo" alt="a>b"></p>'
    assert 'src="cid:logo"' in kept_and_sent(html)[1]
    assert kept_and_sent(html, has_logo=False)[1] == "<p>x</p>"


@pytest.mark.parametrize(
    "heavy",
    [
        "<b>" * 4_000,
        "<div>" * 4_000,
        "<p>" + "".join(f"<font color={n}>" for n in range(300)) + "<p>x" * 1_000,
        "<p>" + "".join(f"<a href=x{n}>" for n in range(200)) + "<p>x" * 900,
        "<" * 10_000,
        "<!--" * 10_000,
    ],
)
def test_marks_that_would_make_a_parser_build_a_mountain_are_refused(heavy):
    assert len(heavy) < LONGEST["html"]
    for take in (cleaning.clean, lambda html: cleaning.inlined(html, has_logo=False)):
        with pytest.raises(WordsRefused) as refused:
            take(heavy)
        assert (refused.value.field, refused.value.reason) == ("html", "too_complex")


def test_what_grows_under_the_librarys_hands_is_refused():
    heavy = "<p>" + "".join(f"<i title={n}>" for n in range(60)) + "<p>x" * 1_000
    with pytest.raises(WordsRefused):
        cleaning.clean(heavy)


def test_what_takes_too_long_is_refused(monkeypatch):
    moments = iter([0.0, 2.0])
    monkeypatch.setattr(cleaning.time, "thread_time", lambda: next(moments))
    with pytest.raises(WordsRefused):
        cleaning.inlined("<p>x</p>", has_logo=False)


def test_nothing_is_asked_for_and_no_file_is_read(tmp_path):
    """Style sheets of a server and of this machine: nobody knocks, and nothing of the file arrives."""
    (tmp_path / "x.css").write_text("p { color: rebeccapurple }")
    with socket.create_server(("127.0.0.1", 0)) as door:
        door.settimeout(0.2)
        port, knocked = door.getsockname()[1], []
        listening = threading.Thread(target=lambda: knocked.append(_knock(door)))
        listening.start()
        html = "".join(
            f"<link rel=stylesheet href='{address}'><style>@import url({address});</style>"
            for address in (f"http://127.0.0.1:{port}/x.css", f"file://{tmp_path}/x.css", f"{tmp_path}/x.css")
        )
        _kept, sent = kept_and_sent(f"{html}<p>x</p>")
        direct = cleaning._INLINER.inline_fragment(f"{html}<p>x</p>", f"@import url(http://127.0.0.1:{port}/x.css);")
        listening.join()
    assert knocked == [False]
    assert "rebeccapurple" not in sent + direct


def _knock(door: socket.socket) -> bool:
    try:
        door.accept()[0].close()
    except TimeoutError:
        return False
    return True


KNOWN = set().union(*cleaning._ATTRIBUTES.values())
messy = st.text(st.sampled_from("<>/\"'= !abipstyle&;#:-{}\n\tLINKCODE"), max_size=300)


@given(messy)
def test_whatever_is_kept_is_harmless_and_stays(html):
    try:
        kept, sent = kept_and_sent(html)
    except WordsRefused:
        return
    assert cleaning.clean(kept).html == kept
    assert cleaning.inlined(kept, has_logo=True) == sent
    for _depth, tag, attributes in structure(sent):
        assert tag.lstrip("/") in cleaning._TAGS
        assert {name for name, _value in attributes} <= KNOWN
