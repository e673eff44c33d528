"""What the calls about mailboxes take and give, as the OpenAPI document shows it."""

from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

from pydantic import BaseModel, Field

from keyturn.api.shapes import Incoming


class MailboxesWanted(Incoming):
    """Which mailboxes. `page` is the `next` of an earlier answer."""

    state: Literal["new", "fine", "refused", "troubled", "suspended", "empty"] | None = None
    page: Annotated[str, Field(max_length=1000, pattern=r"^[A-Za-z0-9_-]*$")] = ""


class MailboxTold(BaseModel):
    """A mailbox that is watched. `code` says in one word how its last check came out; empty: it was not checked yet.

    `secret_version` grows with each new password, so that software knows that it has an old one.
    """

    id: UUID
    person: str
    name: str
    protocol: Literal["imap", "pop3"]
    host: str
    port: int
    tls: Literal["implicit", "starttls", "none"]
    username: str
    state: Literal["new", "fine", "refused", "troubled", "suspended", "empty"]
    code: str
    checked_at: datetime | None
    next_check_at: datetime | None
    suspended_at: datetime | None
    secret_version: int


class MailboxesTold(BaseModel):
    """A hundred mailboxes at most; `next` is empty on the last page."""

    mailboxes: list[MailboxTold]
    next: str


class SecretHanded(BaseModel):
    """A mailbox's password. `sealed` is a libsodium sealed box in base64, which opens with the private half of `key`.

    It holds one JSON object with the password as `secret`, and the `mailbox`, `version`, `protocol`, `host`, `port`,
    `tls` and `username` that it is for.
    """

    id: UUID
    secret_version: int
    key: str
    sealed: str
    sealed_at: datetime


class SecretAsked(BaseModel):
    """The password is being sealed; ask again after as many seconds as the header Retry-After says."""

    id: UUID
    secret_version: int
