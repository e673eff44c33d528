"""Every string field of every call against everything a stranger may put there: a clear problem, nothing done."""

import json

import pytest
from django.apps import apps

from keyturn.access.models import Session
from keyturn.directories.models import Account, StoredPassword, TemporaryPassword
from keyturn.outbox.models import Message
from keyturn.recovery.models import Intake, Recovery, Ticket
from tests.access.people import ORIGINAL, OWN
from tests.api.caller import PROBLEM

CALLS = {
    ("POST", "/recoveries"): {"email": "mara@movers.example", "phone": "+14155550101", "method": "link"},
    ("POST", "/recoveries/redeem"): {"token": "A" * 43, "code": "123456", "new_password": OWN},
    ("POST", "/sessions"): {"identifier": "mara", "password": ORIGINAL, "device": "AAAA"},
    ("PUT", "/password"): {"new_password": OWN, "current_password": ORIGINAL},
    ("POST", "/password/strength"): {"password": OWN, "identifier": "mara"},
}
OPTIONAL = {
    "/recoveries": {"phone", "method"},
    "/recoveries/redeem": set(),
    "/sessions": {"device"},
    "/password": {"current_password"},
    "/password/strength": {"identifier"},
}
SECRETS = {"password", "new_password", "current_password"}
HOSTILE = {
    "empty": "",
    "number": 7,
    "float": 1.5,
    "boolean": True,
    "array": ["mara"],
    "object": {"$ne": ""},
    "deep": [[[[[[]]]]]],
    "long": "a" * 3000,
    "megabyte": "a" * 10**6,
    "NUL": "mara\0",
    "control": "mara\x1b[2J",
    "line end": "mara\r\nBcc: mallory@evil.example",
    "lone surrogate": "mara\ud800",
    "delete": "mara\x7f",
}
HOSTILE_LINES = {  # in a password these are letters like others; in a name or an address they are not
    "separator": "mara\u2028x",
    "right to left": "\u202emara",
    "isolate": "mara\u2066",
    "zero width": "ma\u200bra",
    "byte order": "\ufeffmara",
}
FIELDS = [(call, field) for call, body in CALLS.items() for field in body]
KEPT = (Session, Intake, Recovery, Ticket, Message, TemporaryPassword, StoredPassword, Account)


@pytest.fixture
def call(app, mara, settings):
    """Call as Mara's app, and see that nothing was written when it was refused."""
    settings.KEYTURN_SOURCE_LIMIT_FACTOR = 10_000
    bearer = {"Authorization": f"Bearer {app.sign_in('mara', ORIGINAL).json()['token']}"}

    def refused(method: str, path: str, raw: bytes) -> int:
        before = _everything()
        answer = app.call(method, f"/api/v1{path}", raw, content_type="application/json", **bearer)
        assert 400 <= answer.status_code < 500, answer.content
        assert answer.headers["Content-Type"] == PROBLEM
        assert b"Traceback" not in answer.content and len(answer.content) < 3000
        assert _everything() == before
        return answer.status_code

    return refused


def _everything() -> list:
    return [sorted(map(str, model.objects.values_list())) for model in KEPT]


@pytest.mark.parametrize(("where", "field"), FIELDS, ids=lambda part: str(part))
def test_a_hostile_field_is_refused_and_changes_nothing(call, where, field):
    for name, value in {**HOSTILE, **({} if field in SECRETS else HOSTILE_LINES)}.items():
        status = call(*where, json.dumps({**CALLS[where], field: value}).encode())
        assert status == {"NUL": 400, "lone surrogate": 400, "megabyte": 413}.get(name, 422), name


@pytest.mark.parametrize("where", CALLS, ids=lambda where: where[1])
def test_missing_null_duplicated_and_unknown_fields_are_refused(call, where):
    good = CALLS[where]
    for field in good:
        pairs = ", ".join(f"{json.dumps(name)}: {json.dumps(value)}" for name, value in good.items())
        assert call(*where, f'{{{pairs}, "{field}": "twice"}}'.encode()) == 400
    for field in good.keys() - OPTIONAL[where[1]]:
        assert call(*where, json.dumps({name: good[name] for name in good if name != field}).encode()) == 422
        assert call(*where, json.dumps({**good, field: None}).encode()) == 422
    assert call(*where, json.dumps({**good, "is_admin": True}).encode()) == 422


@pytest.mark.parametrize("email", ["mаra@movers.example", "mara@movеrs.example", "ＭARA@movers.example"])  # noqa: RUF001
def test_a_look_alike_is_somebody_else(app, mara, email):
    """Cyrillic a and e, a full-width M: the same answer as for anybody, and never Mara's account."""
    assert app.post("/recoveries", {"email": email}).status_code == 202
    assert app.sign_in(email, ORIGINAL).status_code == 401


def test_every_table_that_could_be_written_is_watched():
    """The control: a session, an intake and a message are rows of watched tables."""
    assert {model._meta.label for model in KEPT} <= {model._meta.label for model in apps.get_models()}
