"""What a mail server's answer says about a password, by the book. Only its own word for "wrong" accuses anybody.

IMAP: RFC 5530 and RFC 9051 §7.1. POP3: RFC 2449 §8 and RFC 3206. SMTP: RFC 4954 §4 and §6, RFC 3463.
"""

from enum import StrEnum


class Verdict(StrEnum):
    """What is known of a password now.

    UNCLEAR: refused, and no word why. A refusal where the password was accepted before, or where it repeats; that is
    for the caller to decide, who knows what was before. UNREACHABLE says nothing about the password.
    """

    ACCEPTED = "accepted"
    REJECTED = "rejected"
    UNCLEAR = "unclear"
    UNREACHABLE = "unreachable"


class Code(StrEnum):
    """Why, in one stable word. All that ever leaves the client of what a server said."""

    SIGNED_IN = "signed_in"

    AUTHENTICATION_FAILED = "authentication_failed"
    EXPIRED = "expired"

    NO_WITHOUT_CODE = "no_without_code"

    UNAVAILABLE = "unavailable"
    IN_USE = "in_use"
    LIMIT = "limit"
    CONTACT_ADMIN = "contact_admin"
    ALERT = "alert"
    PRIVACY_REQUIRED = "privacy_required"
    AUTHORIZATION_FAILED = "authorization_failed"
    REFERRAL = "referral"
    SERVER_TROUBLE = "server_trouble"
    OTHER_WAY_WANTED = "other_way_wanted"  # an app password, a stronger mechanism
    REFUSED_OTHERWISE = "refused_otherwise"  # in words that by the book do not mean the password
    REFUSED_EARLY = "refused_early"  # before the password was said
    NOT_OFFERED = "not_offered"
    TURNED_AWAY = "turned_away"
    PREAUTHENTICATED = "preauthenticated"  # signed in before anybody said a password: it proves nothing
    PROTOCOL = "protocol"

    NOWHERE = "nowhere"  # closed, or no such name, or nobody answered for it: never told apart (lib.egress.Nowhere)
    CLOSED = "closed"
    BROKEN_OFF = "broken_off"
    TIMEOUT = "timeout"
    TOO_MUCH = "too_much"
    STARTTLS_MISSING = "starttls_missing"
    INJECTED = "injected"  # said before TLS, to be believed after it
    CERTIFICATE = "certificate"
    TLS = "tls"
    UNOPENED = "unopened"  # the secret that is kept does not open, or cannot be said: nothing was
    OUR_OWN = "our_own"  # this machine is out of connections, ports or memory: not even the host is to blame

    @property
    def verdict(self) -> Verdict:
        """What this word says about the password."""
        return _VERDICTS.get(self, Verdict.UNREACHABLE)


_VERDICTS = {
    Code.SIGNED_IN: Verdict.ACCEPTED,
    Code.AUTHENTICATION_FAILED: Verdict.REJECTED,
    Code.EXPIRED: Verdict.REJECTED,
    Code.NO_WITHOUT_CODE: Verdict.UNCLEAR,
}
_IMAP = {
    "AUTHENTICATIONFAILED": Code.AUTHENTICATION_FAILED,
    "EXPIRED": Code.EXPIRED,
    "UNAVAILABLE": Code.UNAVAILABLE,
    "INUSE": Code.IN_USE,
    "LIMIT": Code.LIMIT,
    "OVERQUOTA": Code.LIMIT,
    "THROTTLED": Code.LIMIT,
    "CONTACTADMIN": Code.CONTACT_ADMIN,
    "ALERT": Code.ALERT,
    "WEBALERT": Code.ALERT,
    "PRIVACYREQUIRED": Code.PRIVACY_REQUIRED,
    "AUTHORIZATIONFAILED": Code.AUTHORIZATION_FAILED,
    "NOPERM": Code.AUTHORIZATION_FAILED,
    "REFERRAL": Code.REFERRAL,
    "SERVERBUG": Code.SERVER_TROUBLE,
    "CLIENTBUG": Code.SERVER_TROUBLE,
    "CORRUPTION": Code.SERVER_TROUBLE,
    "CANNOT": Code.SERVER_TROUBLE,
}
_POP3 = {
    "AUTH": Code.AUTHENTICATION_FAILED,
    "SYS/TEMP": Code.UNAVAILABLE,
    "SYS/PERM": Code.SERVER_TROUBLE,
    "IN-USE": Code.IN_USE,
    "LOGIN-DELAY": Code.LIMIT,
}
_SMTP = {
    235: Code.SIGNED_IN,
    432: Code.OTHER_WAY_WANTED,
    504: Code.NOT_OFFERED,
    530: Code.PRIVACY_REQUIRED,
    534: Code.OTHER_WAY_WANTED,
    538: Code.PRIVACY_REQUIRED,
}
# Beside 535. What is not here has more than one meaning: 5.7.139 is a wrong password, or SMTP switched off.
_SMTP_535 = {
    "": Code.AUTHENTICATION_FAILED,
    "5.0.0": Code.AUTHENTICATION_FAILED,
    "5.7.0": Code.AUTHENTICATION_FAILED,
    "5.7.1": Code.AUTHENTICATION_FAILED,
    "5.7.3": Code.AUTHENTICATION_FAILED,
    "5.7.8": Code.AUTHENTICATION_FAILED,
    "5.7.9": Code.OTHER_WAY_WANTED,
    "5.7.11": Code.PRIVACY_REQUIRED,
    "5.7.13": Code.CONTACT_ADMIN,
}


def of_imap(status: str, response_code: str) -> Code:
    """A tagged answer to a whole sign-in: OK, NO or BAD, and its response code in capitals, or nothing.

    An unknown response code is read as none (RFC 9051 §7.1).
    """
    if status == "NO":
        return _IMAP.get(response_code, Code.NO_WITHOUT_CODE)
    return Code.SIGNED_IN if status == "OK" else Code.PROTOCOL


def of_pop3(is_ok: bool, response_code: str, *, marks_wrong: bool = False) -> Code:
    """An answer to a whole sign-in. `marks_wrong`: the server announced AUTH-RESP-CODE, so that what it does not mark
    with [AUTH] is not about the password (RFC 3206 §6)."""
    if is_ok:
        return Code.SIGNED_IN
    return _POP3.get(response_code, Code.REFUSED_OTHERWISE if marks_wrong else Code.NO_WITHOUT_CODE)


def of_smtp(code: int, enhanced: str) -> Code:
    """An answer to a whole sign-in: its number, and the enhanced code (RFC 3463) or nothing."""
    if code == 535 and not enhanced.startswith("4"):
        return _SMTP_535.get(enhanced, Code.NO_WITHOUT_CODE)
    if code in _SMTP:
        return _SMTP[code]
    if 400 <= code <= 499 or code == 535:
        return Code.UNAVAILABLE
    return Code.REFUSED_OTHERWISE if 505 <= code <= 599 else Code.PROTOCOL


def early(code: Code) -> Code:
    """The same answer, given before the whole password was said: whatever it is, it is not about the password."""
    if code is Code.SIGNED_IN:
        return Code.PROTOCOL
    return code if code.verdict is Verdict.UNREACHABLE else Code.REFUSED_EARLY


def turned_away(code: Code) -> Code:
    """The same answer, given when the conversation was ended or never begun."""
    return code if code.verdict is Verdict.UNREACHABLE and code is not Code.PROTOCOL else Code.TURNED_AWAY
