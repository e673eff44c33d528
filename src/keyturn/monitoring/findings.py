"""Checks of mailboxes in words, for operators: what one says of the password, and why it came out so."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from keyturn.monitoring.core.verdict import Code, Verdict

VERDICTS: dict[str, Promise] = {
    Verdict.ACCEPTED: pgettext_lazy("mailbox", "accepted"),
    Verdict.REJECTED: pgettext_lazy("mailbox", "wrong password"),
    Verdict.UNCLEAR: pgettext_lazy("mailbox", "refused without a word why"),
    Verdict.UNREACHABLE: pgettext_lazy("mailbox", "no word about the password"),
}
_CODES: dict[str, Promise] = {
    Code.SIGNED_IN: _("Signed in, and out again."),
    Code.AUTHENTICATION_FAILED: _("The server says that user name or password are wrong."),
    Code.EXPIRED: _("The server says that the password has expired."),
    Code.NO_WITHOUT_CODE: _("The server refused the sign-in and did not say why."),
    Code.UNAVAILABLE: _("The server cannot check passwords at the moment."),
    Code.IN_USE: _("The mailbox is in use by somebody else at the moment."),
    Code.LIMIT: _("The server allows no more sign-ins for now."),
    Code.CONTACT_ADMIN: _("The server wants the owner to ask its administrator."),
    Code.ALERT: _("The server has something to say that its owner must read in a mail program."),
    Code.PRIVACY_REQUIRED: _("The server wants TLS before a sign-in."),
    Code.AUTHORIZATION_FAILED: _("The password is right, and this user may not sign in here."),
    Code.REFERRAL: _("The server says that the mailbox is elsewhere; it is not followed."),
    Code.SERVER_TROUBLE: _("The server reports trouble of its own."),
    Code.OTHER_WAY_WANTED: _("The server wants an app password or another way to sign in."),
    Code.REFUSED_OTHERWISE: _("The server refused in words that do not mean the password."),
    Code.REFUSED_EARLY: _("The server refused before it heard the password."),
    Code.NOT_OFFERED: _("The server does not offer this way to sign in."),
    Code.TURNED_AWAY: _("The server turned us away before the sign-in."),
    Code.PREAUTHENTICATED: _("The server lets anybody in without a password, which proves nothing."),
    Code.PROTOCOL: _("The server does not speak the protocol."),
    Code.NOWHERE: _(
        "No server that may be reached from here. Check the name and the port; networks of your own are opened by"
        " whoever runs this installation (KEYTURN_EGRESS_ALLOW)."
    ),
    Code.CLOSED: _("Nothing answers at this port."),
    Code.BROKEN_OFF: _("The server broke the connection off."),
    Code.TIMEOUT: _("The server did not answer in time."),
    Code.TOO_MUCH: _("The server said more than any server does."),
    Code.STARTTLS_MISSING: _("The server does not offer STARTTLS."),
    Code.INJECTED: _("Somebody spoke before TLS began; nothing was said there."),
    Code.CERTIFICATE: _("The server's certificate is not one for this name, or is not trusted."),
    Code.TLS: _("TLS failed."),
    Code.UNOPENED: _("The password that is kept cannot be used. Give it anew."),
    Code.OUR_OWN: _("This machine had no connection left; the server is not to blame."),
}


def verdict(word: str) -> Promise | str:
    """What a check says of the password."""
    return VERDICTS.get(word, word)


def code(word: str) -> Promise | str:
    """Why a check came out so; nothing where none was made."""
    return _CODES.get(word, word)
