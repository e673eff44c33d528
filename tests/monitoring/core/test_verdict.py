"""What servers' answers say about passwords, by tables from the books."""

import pytest

from keyturn.monitoring.core import verdict
from keyturn.monitoring.core.verdict import Code, Verdict

pytestmark = pytest.mark.mission("M1.4")

OF_IMAP = {
    ("OK", ""): "accepted",
    ("OK", "CAPABILITY"): "accepted",
    ("OK", "ALERT"): "accepted",
    ("OK", "REFERRAL"): "accepted",
    ("NO", "AUTHENTICATIONFAILED"): "rejected",
    ("NO", "EXPIRED"): "rejected",
    ("NO", ""): "unclear",
    ("NO", "XYZZY"): "unclear",
    ("NO", "CAPABILITY"): "unclear",
    ("BAD", ""): "unreachable",
    ("BAD", "AUTHENTICATIONFAILED"): "unreachable",
    ("", ""): "unreachable",
    **{
        ("NO", word): "unreachable"
        for word in (
            "UNAVAILABLE", "INUSE", "LIMIT", "OVERQUOTA", "THROTTLED", "CONTACTADMIN", "ALERT", "WEBALERT",
            "PRIVACYREQUIRED", "AUTHORIZATIONFAILED", "NOPERM", "REFERRAL", "SERVERBUG", "CLIENTBUG", "CORRUPTION",
            "CANNOT",
        )
    },
}  # fmt: skip
OF_POP3 = {
    (True, ""): "accepted",
    (False, "AUTH"): "rejected",
    (False, ""): "unclear",
    (False, "XYZZY"): "unclear",
    (False, "SYS/TEMP"): "unreachable",
    (False, "SYS/PERM"): "unreachable",
    (False, "IN-USE"): "unreachable",
    (False, "LOGIN-DELAY"): "unreachable",
}
OF_SMTP = {
    (235, "2.7.0"): "accepted",
    (535, ""): "rejected",
    (535, "5.7.8"): "rejected",
    (535, "5.7.3"): "rejected",
    (535, "5.7.139"): "unclear",
    (535, "5.9.9"): "unclear",
    (535, "5.7.9"): "unreachable",
    (535, "5.7.11"): "unreachable",
    (535, "5.7.13"): "unreachable",
    (535, "4.7.0"): "unreachable",
    **{
        (number, ""): "unreachable"
        for number in (220, 250, 334, 354, 421, 432, 450, 451, 454, 500, 501, 503, 504, 521, 530, 534, 538, 550, 554)
    },
}


@pytest.mark.parametrize(("said", "meant"), OF_IMAP.items(), ids=str)
def test_of_imap_only_the_words_of_rfc_5530_accuse(said, meant):
    assert verdict.of_imap(*said).verdict == meant


@pytest.mark.parametrize(("said", "meant"), OF_POP3.items(), ids=str)
def test_of_pop3_only_auth_accuses(said, meant):
    assert verdict.of_pop3(*said).verdict == meant


def test_a_pop3_server_that_marks_wrong_passwords_means_something_else_by_an_unmarked_refusal():
    assert verdict.of_pop3(False, "", marks_wrong=True) is Code.REFUSED_OTHERWISE
    assert verdict.of_pop3(False, "AUTH", marks_wrong=True) is Code.AUTHENTICATION_FAILED


@pytest.mark.parametrize(("said", "meant"), OF_SMTP.items(), ids=str)
def test_of_smtp_only_535_accuses(said, meant):
    assert verdict.of_smtp(*said).verdict == meant


def test_of_all_words_two_accuse_and_one_is_unclear():
    accusing = {code for code in Code if code.verdict is Verdict.REJECTED}
    assert accusing == {Code.AUTHENTICATION_FAILED, Code.EXPIRED}
    assert [code for code in Code if code.verdict is Verdict.UNCLEAR] == [Code.NO_WITHOUT_CODE]
    assert [code for code in Code if code.verdict is Verdict.ACCEPTED] == [Code.SIGNED_IN]


@pytest.mark.parametrize("code", Code, ids=str)
def test_nothing_that_is_said_before_the_password_or_instead_of_an_answer_says_anything_about_it(code):
    assert verdict.early(code).verdict is Verdict.UNREACHABLE
    assert verdict.turned_away(code).verdict is Verdict.UNREACHABLE


def test_what_is_known_of_a_trouble_is_kept():
    assert verdict.early(Code.UNAVAILABLE) is verdict.turned_away(Code.UNAVAILABLE) is Code.UNAVAILABLE
    assert verdict.early(Code.AUTHENTICATION_FAILED) is Code.REFUSED_EARLY
    assert verdict.turned_away(Code.NO_WITHOUT_CODE) is Code.TURNED_AWAY
