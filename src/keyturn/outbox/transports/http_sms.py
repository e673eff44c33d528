"""SMS through a provider's HTTP gateway: one POST with the number and the text, as JSON or as a form."""

import base64
import json
from dataclasses import dataclass, field
from urllib.parse import urlencode

from keyturn.outbox.transports import asking
from keyturn.outbox.transports.asking import NOT_NOW, Question, Watch
from keyturn.outbox.transports.base import (
    Later,
    Outgoing,
    Receipt,
    Refused,
    SenderRefused,
    Transport,
    TransportError,
    kept_reply,
)

JSON, FORM = "json", "form"
NO_AUTH, BEARER, BASIC, HEADER = "none", "bearer", "basic", "header"
E164, DIGITS = "e164", "digits"

_ABOUT_US = frozenset({401, 402, 403, 404, 405, 407, 415})


@dataclass(frozen=True)
class Gateway:
    """A provider's address and how it wants to be asked. `auth_name`: the user of `basic`, the name of `header`."""

    name: str
    url: str
    body: str = JSON
    number_field: str = "to"
    text_field: str = "text"
    sender_field: str = ""
    sender: str = ""
    number_style: str = E164
    auth: str = NO_AUTH
    auth_name: str = ""
    secret: str = field(default="", repr=False)
    guarded: bool = True

    @property
    def is_plain(self) -> bool:
        """Whether it is asked without TLS."""
        return self._question.is_plain

    @property
    def place(self) -> tuple[str, int]:
        """Host and port."""
        return self._question.place

    @property
    def _question(self) -> Question:
        return Question(self.url, b"", {}, self.guarded)


class HttpSms(Transport):
    """One gateway. `watch` hears of each stage, as with mail servers."""

    def __init__(self, gateway: Gateway, watch: Watch = asking.unwatched):
        self.name = gateway.name
        self._gateway = gateway
        self._watch = watch

    def send(self, outgoing: Outgoing) -> Receipt:
        """Hand the text over; what a status means is in docs/console.md."""
        question = Question(self._gateway.url, self._body(outgoing), self._headers(outgoing), self._gateway.guarded)
        answer = asking.post(question, self._watch)
        said = kept_reply(b"%d %s" % (answer.status, answer.body), self._secrets())
        if 200 <= answer.status <= 299:
            return Receipt(said)
        raise _meaning(answer.status)(said)

    def _body(self, outgoing: Outgoing) -> bytes:
        gateway = self._gateway
        number = outgoing.to if gateway.number_style == E164 else outgoing.to.lstrip("+")
        said = {gateway.number_field: number, gateway.text_field: outgoing.text}
        if gateway.sender_field:
            said[gateway.sender_field] = gateway.sender
        if gateway.body == FORM:
            return urlencode(said).encode()
        listed = {name.removesuffix("[]"): [text] if name.endswith("[]") else text for name, text in said.items()}
        return json.dumps(listed).encode()

    def _headers(self, outgoing: Outgoing) -> dict[str, str]:
        kind = "application/x-www-form-urlencoded" if self._gateway.body == FORM else "application/json"
        return {
            "Content-Type": kind,
            "Accept": "application/json, text/plain;q=0.9, */*;q=0.1",
            "User-Agent": "Keyturn",
            "Idempotency-Key": outgoing.header_id.strip("<>"),  # the same on every try
            "Connection": "close",
            **self._authorization(),
        }

    def _authorization(self) -> dict[str, str]:
        gateway = self._gateway
        if gateway.auth == BEARER:
            return {"Authorization": f"Bearer {gateway.secret}"}
        if gateway.auth == BASIC:
            return {"Authorization": f"Basic {_basic(gateway)}"}
        return {gateway.auth_name: gateway.secret} if gateway.auth == HEADER else {}

    def _secrets(self) -> tuple[str, ...]:
        return (self._gateway.secret, _basic(self._gateway)) if self._gateway.secret else ()


def _meaning(status: int) -> type[TransportError]:
    """A status that is no success: about us and our settings, about this message, or about this moment."""
    if status in NOT_NOW or status >= 500:
        return Later
    return SenderRefused if status in _ABOUT_US or status < 400 else Refused


def _basic(gateway: Gateway) -> str:
    return base64.b64encode(f"{gateway.auth_name}:{gateway.secret}".encode()).decode()
