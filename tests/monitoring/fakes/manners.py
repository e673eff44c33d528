"""Scripts of servers that behave, to be played as they are or spoilt at one point.

Each returns the steps of one sign-in over TLS from the first byte, over STARTTLS, or over nothing; `answer` is what
it says to the password, and `{tag}` in it the tag of the command.
"""

from tests.monitoring.fakes import CLOSE, Step, hear, say, tls

CAPABILITIES = "IMAP4rev1 SASL-IR AUTH=PLAIN AUTH=XOAUTH2"
CAPA = ("+OK", "USER", "RESP-CODES", "SASL PLAIN XOAUTH2", ".")
EHLO = ("250-mail.test", "250-STARTTLS", "250 AUTH PLAIN LOGIN XOAUTH2")
OK = {"imap": "{tag} OK welcome", "pop3": "+OK welcome", "smtp": "235 2.7.0 welcome"}


def server(protocol: str, how: str, answer: str = "", **manners: object) -> list[Step]:
    """One that speaks this protocol, secured in this way."""
    return {"imap": imap, "pop3": pop3, "smtp": smtp}[protocol](how, answer or OK[protocol], **manners)


def imap(how: str, answer: str, capabilities: str = CAPABILITIES, certificate: str = "good") -> list[Step]:
    """AUTHENTICATE with an initial response."""
    known = [hear(), say(f"* CAPABILITY {capabilities}", "{tag} OK done")]
    opening = {
        "none": [say("* OK hello"), *known],
        "implicit": [tls(certificate), say(f"* OK [CAPABILITY {capabilities}] hello")],
        "starttls": [say("* OK [CAPABILITY STARTTLS] hello"), hear(), say("{tag} OK go"), tls(certificate), *known],
    }
    return [*opening[how], hear(), say(answer), hear(), say("* BYE", "{tag} OK"), CLOSE]


def pop3(how: str, answer: str, capa: tuple[str, ...] = CAPA, certificate: str = "good") -> list[Step]:
    """AUTH PLAIN with an initial response."""
    opening = {
        "none": [say("+OK hello")],
        "implicit": [tls(certificate), say("+OK hello")],
        "starttls": [say("+OK hello"), hear(), say("+OK go"), tls(certificate)],
    }
    return [*opening[how], hear(), say(*capa), hear(), say(answer), hear(), say("+OK bye"), CLOSE]


def smtp(how: str, answer: str, ehlo: tuple[str, ...] = EHLO, certificate: str = "good") -> list[Step]:
    """AUTH PLAIN with an initial response."""
    opening = {
        "none": [say("220 mail.test")],
        "implicit": [tls(certificate), say("220 mail.test")],
        "starttls": [say("220 mail.test"), hear(), say(*EHLO), hear(), say("220 go"), tls(certificate)],
    }
    return [*opening[how], hear(), say(*ehlo), hear(), say(answer), hear(), say("221 bye"), CLOSE]
