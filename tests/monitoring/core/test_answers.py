"""Lines of servers, taken apart: by tables, and any bytes at all."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from keyturn.monitoring.core import answers
from keyturn.monitoring.core.answers import MORE, UNTAGGED, ImapLine, Pop3Line, SmtpLine, Unreadable

OF_IMAP = {
    b"+": ImapLine(MORE),
    b"+ ": ImapLine(MORE),
    b"+ eyJzdGF0dXMi": ImapLine(MORE),
    b"* OK hello": ImapLine(UNTAGGED, "OK"),
    b"* bye [unavailable] later": ImapLine(UNTAGGED, "BYE", "UNAVAILABLE"),
    b"* PREAUTH hello": ImapLine(UNTAGGED, "PREAUTH"),
    b"* 3 EXISTS": ImapLine(UNTAGGED),
    b"* OKAY then": ImapLine(UNTAGGED),
    b"* CAPABILITY IMAP4rev1 auth=plain \xff": ImapLine(UNTAGGED, "", "", frozenset({"IMAP4REV1", "AUTH=PLAIN"})),
    b"K1 OK": ImapLine("K1", "OK"),
    b"K1 NO [AUTHENTICATIONFAILED] wrong": ImapLine("K1", "NO", "AUTHENTICATIONFAILED"),
    b"K1 no [Expired]": ImapLine("K1", "NO", "EXPIRED"),
    b"K1 NO [REFERRAL imap://a;AUTH=*@b.example/] there": ImapLine("K1", "NO", "REFERRAL"),
    b"K1 NO wrong [AUTHENTICATIONFAILED]": ImapLine("K1", "NO"),
    b"K1 NO [AUTHENTICATIONFAILED": ImapLine("K1", "NO"),
    b"K1 NO [] wrong": ImapLine("K1", "NO"),
    b"K1 OK [CAPABILITY A B] in": ImapLine("K1", "OK", "CAPABILITY", frozenset({"A", "B"})),
    b"K2 BAD what": ImapLine("K2", "BAD"),
}
NOT_IMAP = [
    b"",
    b"*",
    b"OK hello",
    b"K1",
    b"K1 MAYBE",
    b"K1  OK",
    b"K1 OKAY",
    b"* LIST () {99999}",
    b"* X {3+}",
    b"\0",
]
OF_POP3 = {
    b"+OK": Pop3Line(True),
    b"+ok hello": Pop3Line(True),
    b"-ERR": Pop3Line(False),
    b"-ERR [AUTH] wrong": Pop3Line(False, "AUTH"),
    b"-ERR [sys/temp] later": Pop3Line(False, "SYS/TEMP"),
    b"-ERR wrong [AUTH]": Pop3Line(False),
    b"+": Pop3Line(False, is_more=True),
    b"+ eyJz": Pop3Line(False, is_more=True),
}
NOT_POP3 = [b"", b"OK", b"+OKAY", b"-ERROR", b".", b"* OK", b"220 hi"]
OF_SMTP = {
    b"220 hello": SmtpLine(220, True, "", b"hello"),
    b"250": SmtpLine(250, True),
    b"250-AUTH PLAIN": SmtpLine(250, False, "", b"AUTH PLAIN"),
    b"535 5.7.8 wrong": SmtpLine(535, True, "5.7.8", b"5.7.8 wrong"),
    b"535-5.7.139 wrong": SmtpLine(535, False, "5.7.139", b"5.7.139 wrong"),
    b"535 5.7.8": SmtpLine(535, True, "5.7.8", b"5.7.8"),
    b"535 5.7.8wrong": SmtpLine(535, True, "", b"5.7.8wrong"),
}
NOT_SMTP = [b"", b"22", b"2200 hi", b"199 hi", b"650 hi", b"535wrong", b"+OK", "५३५ wrong".encode()]


@pytest.mark.parametrize(("line", "meant"), OF_IMAP.items(), ids=str)
def test_lines_of_imap(line, meant):
    assert answers.imap(line) == meant


@pytest.mark.parametrize(("line", "meant"), OF_POP3.items(), ids=str)
def test_lines_of_pop3(line, meant):
    assert answers.pop3(line) == meant


@pytest.mark.parametrize(("line", "meant"), OF_SMTP.items(), ids=str)
def test_lines_of_smtp(line, meant):
    assert answers.smtp(line) == meant


@pytest.mark.parametrize(
    ("read", "line"),
    [(answers.imap, line) for line in NOT_IMAP]
    + [(answers.pop3, line) for line in NOT_POP3]
    + [(answers.smtp, line) for line in NOT_SMTP],
    ids=str,
)
def test_what_no_server_says(read, line):
    with pytest.raises(Unreadable):
        read(line)


@pytest.mark.parametrize("read", [answers.imap, answers.pop3, answers.smtp])
@given(
    line=st.one_of(
        st.binary(max_size=200),
        st.builds(
            bytes.__add__,
            st.sampled_from(
                [b"* ", b"* OK [", b"K1 NO [", b"+OK [", b"-ERR [", b"535 5.", b"250-", b"* CAPABILITY "]
            ),
            st.binary(max_size=100),
        ),
    )
)
def test_any_bytes_are_read_or_unreadable(read, line):
    try:
        read(line)
    except Unreadable:
        pass


@given(line=st.binary(max_size=200))
def test_any_offer_is_read(line):
    name, words = answers.offer(line)
    assert all(word.isascii() for word in words) and name == name.upper()


def test_unreadable_lines_are_not_carried_in_what_is_raised():
    with pytest.raises(Unreadable) as problem:
        answers.imap(b"a banner with a name in it")
    assert problem.value.args == ()
