"""Email by a mail service's HTTP API: django-anymail writes the request and reads the answer, we carry both.

Nothing comes from Django's settings: the key and the address are handed over with each mail, and the connection is
ours (transports/asking): guarded, TLS checked, no redirect followed, one deadline. What anymail raises holds the key
and the mail, so nothing of it leaves this file but words that were cleaned.

No service reports to our signed return path, so what bounces later stays unread here (docs/console.md).
"""

import base64
import re
from email.mime.image import MIMEImage
from importlib import import_module
from typing import Any

import requests
from anymail.exceptions import AnymailError, AnymailInvalidAddress, AnymailRecipientsRefused
from anymail.utils import parse_address_list
from django.core.mail import EmailMultiAlternatives

from keyturn.outbox.mail_services import AUTOMATIC, KEEP_ID, MESSAGE_ID, SERVICES, Account
from keyturn.outbox.transports import asking
from keyturn.outbox.transports.asking import NOT_NOW, Answer, Question, Watch
from keyturn.outbox.transports.base import (
    Ambiguous,
    Later,
    Outgoing,
    Picture,
    Receipt,
    Refused,
    SenderRefused,
    Transport,
    TransportError,
    kept_reply,
)
from keyturn.outbox.transports.connection import RECIPIENT, SENDER, SIGNED_IN
from keyturn.outbox.transports.writing import NotAMessage, address_of, headers_of

_SENT_ALONG = re.compile(r'<img [^<>]*src="cid:[^<>]*>')
_WORDS = re.compile(r'alt="([^"]*)"')  # escaped already, and so it stays
_WRONG_KEY = frozenset({401, 403})
_NOT_ASKED = ("ignore_unsupported_features", "ignore_recipient_status", "debug_api_requests")
_NEVER, _TAKEN = frozenset({"rejected", "invalid", "failed"}), frozenset({"sent"})


class Provider(Transport):
    """One account with a mail service. `watch` hears of each stage, as with mail servers."""

    def __init__(self, account: Account, watch: Watch = asking.unwatched):
        self.name = account.name
        self._account, self._watch = account, watch
        self._service = SERVICES[account.service]

    def send(self, outgoing: Outgoing) -> Receipt:
        """Hand the mail over; what an answer means is in docs/console.md."""
        mail, session = self._mail(outgoing), _Session(outgoing.header_id, self._watch)
        problem = self._sent(mail, session)
        if session.answer is None:  # it was not even asked; another profile may carry what this one cannot
            raise SenderRefused(f"this service cannot carry the message: {type(problem).__name__}")
        said = kept_reply(b"%d %s" % (session.answer.status, session.answer.body), self._secrets())
        if verdict := self._verdict(session.answer, mail, problem):
            self._tell(verdict)
            raise verdict(said)
        self._tell(None)
        return Receipt(said)

    def _sent(self, mail: EmailMultiAlternatives, session: "_Session") -> Exception | None:
        """Have anymail ask; what it makes of the answer, without the traceback that holds the key."""
        backend = import_module(f"anymail.backends.{self._service.name}").EmailBackend(**self._options())
        backend.session, backend.send_defaults = session, {}  # the latter it takes from the settings alone
        try:
            backend.send_messages([mail])
        except AnymailError as problem:
            return problem.with_traceback(None)
        except Exception as problem:
            if session.answer is None:
                raise
            return problem.with_traceback(None)  # an answer of a form that anymail does not expect
        return None

    def _options(self) -> dict[str, Any]:
        """Everything that anymail would look for in the settings."""
        service, account = self._service, self._account
        options = {"api_url": service.regions[account.region], service.key: account.password}
        options |= dict.fromkeys(_NOT_ASKED, False)
        if service.user:
            options[service.user] = account.username
        if service.has_domain:
            options["sender_domain"] = account.domain or None
        return options

    def _mail(self, outgoing: Outgoing) -> EmailMultiAlternatives:
        """The mail in Django's words, every value looked at as for SMTP."""
        sender, name = headers_of(outgoing, self._account)
        offered = {MESSAGE_ID: outgoing.header_id, KEEP_ID: "true", AUTOMATIC: "auto-generated"}  # RFC 3834 §5
        headers = {header: value for header, value in offered.items() if header in self._service.headers}
        to, by = _one(outgoing.to), _sender(sender, name)
        mail = EmailMultiAlternatives(outgoing.subject, outgoing.text, by, [to], headers=headers)
        if outgoing.html:
            mail.attach_alternative(self._html(outgoing), "text/html")
        for place, picture in enumerate(outgoing.pictures if self._service.carries_pictures else ()):
            mail.attach(_attached(picture, place))
        if self._service.stops_tracking:  # a link that leads elsewhere first is one that its guardian does not know
            mail.track_clicks = mail.track_opens = False
        return mail

    def _html(self, outgoing: Outgoing) -> str:
        """Where the service sends no picture along, the words that stand for it remain."""
        return outgoing.html if self._service.carries_pictures else _SENT_ALONG.sub(_words_of, outgoing.html)

    def _verdict(
        self, answer: Answer, mail: EmailMultiAlternatives, problem: Exception | None
    ) -> type[TransportError] | None:
        """What became of the mail: by the status, and where that says little, by the service's own words."""
        words = answer.body.decode("utf-8", "replace")
        if answer.status in _WRONG_KEY or self._service.wrong_key.search(words):
            return _KeyRefused
        if answer.status in NOT_NOW or answer.status >= 500:
            return Later
        if isinstance(problem, AnymailRecipientsRefused) or self._is_about_recipient(answer, words):
            return Refused
        if not 200 <= answer.status <= 299:
            return SenderRefused
        if problem is not None:  # it took something, and said nothing that can be understood
            return Ambiguous
        return Refused if (mail.anymail_status.status or _TAKEN) <= _NEVER else None

    def _is_about_recipient(self, answer: Answer, words: str) -> bool:
        return 400 <= answer.status <= 499 and bool(self._service.about_recipient.search(words))

    def _tell(self, verdict: type[TransportError] | None) -> None:
        """The stages that an answer proves: the key, then the sender, then the recipient."""
        reached = {_KeyRefused: 0, Later: 0, SenderRefused: 1, Refused: 2}.get(verdict, 3)
        for stage in (SIGNED_IN, SENDER, RECIPIENT)[:reached]:
            self._watch(stage, "")

    def _secrets(self) -> tuple[str, ...]:
        """The key in every form in which it travels."""
        account = self._account
        if not account.password:
            return ()
        users = ("api", account.username)
        basic = [base64.b64encode(f"{user}:{account.password}".encode()).decode() for user in users]
        return (account.password, *basic)


class _KeyRefused(SenderRefused):
    """Not from us: the key does not open."""


class _Session:
    """What anymail takes for a session of `requests`: it writes the request, we carry it and keep the answer."""

    def __init__(self, header_id: str, watch: Watch):
        self.answer: Answer | None = None
        self._once, self._watch = header_id.strip("<>"), watch

    def request(self, *, method: str, url: str, timeout: object, **parts: Any) -> requests.Response:
        """Ask; raises TransportError, which anymail lets pass."""
        written = requests.Request(method, url, **parts).prepare()
        headers = {
            **written.headers,
            "User-Agent": "Keyturn",
            "Idempotency-Key": self._once,  # the same on every try
            "Connection": "close",
        }
        body = written.body or b""
        question = Question(written.url, body.encode() if isinstance(body, str) else body, headers)
        self.answer = asking.post(question, self._watch)
        return _response(self.answer, url)

    def close(self) -> None:
        """Nothing is kept open."""


def _sender(address: str, name: str) -> str:
    """Who it is from; what a service cannot be told, another profile may still carry."""
    try:
        return _one(address, name)
    except NotAMessage as problem:
        raise SenderRefused(f"this service cannot carry its sender: {problem}") from problem


def _one(address: str, name: str = "") -> str:
    """One address as it stands in a header, read back by who reads it next: a name or comma never adds a second.

    One at a bare IP address is none for a service, and newer Pythons do not read it back (CVE-2023-27043).
    """
    written = str(address_of(address, name))
    if address.endswith("]") or _read_back(written) != [address]:
        raise NotAMessage("an address that is read as another")
    return written


def _read_back(written: str) -> list[str]:
    try:
        return [one.addr_spec for one in parse_address_list([written])]
    except AnymailInvalidAddress:
        return []


def _attached(picture: Picture, place: int) -> MIMEImage:
    """A picture as a part of the mail; services want a name that ends as its kind does."""
    kind = picture.kind.rpartition("/")[2]
    part = MIMEImage(picture.content, kind)
    part.add_header("Content-Disposition", "inline", filename=f"picture-{place}.{kind}")
    part.add_header("Content-ID", f"<{picture.content_id}>")
    return part


def _words_of(picture: re.Match[str]) -> str:
    words = _WORDS.search(picture[0])
    return words[1] if words else ""


def _response(answer: Answer, url: str) -> requests.Response:
    response = requests.Response()
    response.status_code, response.url, response.encoding = answer.status, url, "utf-8"
    response._content = answer.body
    response.headers.update(answer.headers)
    return response
