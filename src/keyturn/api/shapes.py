"""What goes in and what comes out, as the OpenAPI document shows it. Unknown and wrongly typed fields are refused.

The patterns say what any client may check beforehand; what a field means is decided further in. An email or a
phone number in a spelling that the pattern does not show is read all the same, if it can be.
"""

import re
from datetime import datetime
from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field
from pydantic_core import PydanticCustomError

from keyturn.enrollment.core.proof_of_work import LARGEST_COUNTER
from keyturn.lib import addresses, phones, text

_CONTROLS = r"\u0000-\u001f\u007f-\u009f"
_UNSEEN = r"\u00ad\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060\u2066-\u2069\ufeff"
PIN_PATTERN = "^[0-9A-HJKMNP-TV-Z]{4}-[0-9A-HJKMNP-TV-Z]{5}-[0-9A-HJKMNP-TV-Z]{5}$"
_E164 = re.compile(r"\+[1-9][0-9]{6,14}", re.ASCII)


def _refused(reason: str) -> PydanticCustomError:
    return PydanticCustomError("keyturn", "{reason}", {"reason": reason})


def _email(raw: str) -> str:
    try:
        return addresses.parse(raw).raw
    except addresses.AddressRefused as problem:
        raise _refused(problem.reason) from problem


def _phone(raw: str) -> str:
    """As typed; the tenant's country is known at the door. Only what can be no number anywhere is refused here."""
    if not raw.strip():
        raise _refused("empty")
    try:
        text.refuse_unprintable(raw)
    except text.TextRefused as problem:
        raise _refused(problem.reason) from problem
    return raw


def read_phone(raw: str, region: str) -> str:
    """A number in E.164; raises PhoneRefused. One that has the form but that no country can have is nobody's."""
    try:
        return phones.parse(raw, region).e164
    except phones.PhoneRefused:
        if _E164.fullmatch(raw):
            return raw
        raise


def _whole(raw: object) -> object:
    """7.0 as 7: for JSON Schema both are the same integer, and some clients know no other numbers."""
    return int(raw) if isinstance(raw, float) and raw.is_integer() else raw


Secret = Annotated[str, Field(min_length=1, max_length=text.LONGEST_SECRET, pattern=rf"^[^{_CONTROLS}]+$")]
Line = Annotated[str, Field(min_length=1, max_length=254, pattern=rf"^[^{_CONTROLS}{_UNSEEN}]+$")]
Opaque = Annotated[str, Field(min_length=1, max_length=2048, pattern=r"^[A-Za-z0-9_=-]+$")]
Email = Annotated[
    str,
    Field(min_length=3, max_length=320, json_schema_extra={"format": "email", "maxLength": 254}),
    AfterValidator(_email),
]
Phone = Annotated[
    str,
    Field(
        min_length=1,
        max_length=64,
        json_schema_extra={"pattern": r"^\+[1-9][0-9]{6,14}$", "maxLength": 16},
        description="International form is read everywhere; a number without a country code is one of the "
        "organization's country. No extensions.",
    ),
    AfterValidator(_phone),
]
Code = Annotated[
    str,
    Field(
        min_length=6,
        max_length=40,
        json_schema_extra={"pattern": r"^[0-9]{6}$", "maxLength": 6},
        description="Six digits; blanks and dashes between them are ignored.",
    ),
]

Pin = Annotated[
    str,
    Field(
        min_length=1,
        max_length=40,
        json_schema_extra={"pattern": PIN_PATTERN, "maxLength": 16},
        description="Fourteen letters and digits; blanks and dashes between them and capitals are ignored.",
    ),
]
UserName = Annotated[
    str,
    Field(
        min_length=1,
        max_length=254,
        json_schema_extra={"pattern": "^[A-Za-z0-9._+'-]+$", "maxLength": 64},
        description="Or the very address of `email`. An organization may want another form.",
    ),
]


class Incoming(BaseModel):
    """A body of a request."""

    model_config = ConfigDict(extra="forbid", strict=True, hide_input_in_errors=True)


class RecoveryAsked(Incoming):
    """Somebody wants to get back in."""

    email: Email
    phone: Phone | None = Field(default=None, json_schema_extra={"examples": ["+14155550101"]})
    method: Literal["link", "temporary_password"] = "link"


class Redemption(Incoming):
    """Link and code of one message, and the new password."""

    token: Annotated[str, Field(min_length=1, max_length=100, pattern=r"^[A-Za-z0-9_-]+$")]
    code: Code
    new_password: Secret


class Proof(Incoming):
    """Work that was done for a challenge."""

    challenge: Annotated[str, Field(min_length=1, max_length=200, pattern=r"^[A-Za-z0-9._-]+$")]
    counter: Annotated[int, Field(ge=0, le=LARGEST_COUNTER), BeforeValidator(_whole)]


class SignUpAsked(Incoming):
    """Somebody was given a PIN, and wants an account."""

    pin: Pin
    email: Email
    username: UserName
    proof: Proof | None = Field(
        default=None,
        description="Only after the problem `proof_needed`: its challenge, and a counter for which SHA-256 of "
        "challenge, full stop and counter begins with as many zero bits as it says.",
    )


class SignIn(Incoming):
    """A name and a password, and what an earlier sign-in gave this device."""

    identifier: Line
    password: Secret
    device: Opaque | None = None


class OwnPassword(Incoming):
    """A new password; the current one unless a temporary password is in force."""

    new_password: Secret
    current_password: Secret | None = None


class Candidate(Incoming):
    """A password to judge. `identifier` is only a word to compare with and is never looked up."""

    password: Secret
    identifier: Line | None = None


class Reference(BaseModel):
    """The same for everybody. Staff can find the request by it."""

    reference: str


class SessionOpened(BaseModel):
    """`token` goes into the header Authorization as Bearer; keep `device` and send it at the next sign-in."""

    token: str
    device: str
    must_change_password: bool
    expires_at: datetime


class CompanyException(BaseModel):
    """A company that the person may or may not work for, against the usual."""

    company: str
    effect: Literal["allow", "deny"]


class Me(BaseModel):
    """The person who is signed in, and what the organization lets them do in its programs.

    `permissions` has the key of everything that they may do, on their own or by a profile, in order. What an
    exception for a company means is for the program to know.
    """

    identifier: str
    name: str
    email: str | None
    organization: str
    permissions: list[str]
    profiles: list[str]
    company_exceptions: list[CompanyException]


class RequestTold(BaseModel):
    """What became of a request; `reason` is empty where nothing stood against it."""

    reference: str
    state: Literal["refused", "open", "completed", "failed"]
    reason: str
    method: str
    asked_at: datetime
    ended_at: datetime | None


class Advice(BaseModel):
    """A stable code and a sentence in the client's language."""

    code: str
    text: str


class Strength(BaseModel):
    """What the meter shows: 0 to 100, one of five levels, whether it would be saved, why not, what would help."""

    score: Annotated[int, Field(ge=0, le=100)]
    level: Literal["poor", "weak", "acceptable", "good", "excellent"]
    acceptable: bool
    failures: list[Advice]
    hints: list[Advice]


class FieldError(BaseModel):
    """A field that cannot be taken, and a stable word for why."""

    field: str
    reason: str


class Problem(BaseModel):
    """RFC 9457, with a stable `reason`."""

    type: str
    title: str
    status: int
    detail: str
    instance: str
    reason: str
    errors: list[FieldError] | None = None
    judgement: Strength | None = None
    challenge: str | None = None
    bits: int | None = None
