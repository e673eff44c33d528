"""The tenant's own software and its mailboxes: states by a key, a password only sealed, nobody else's."""

import base64

import pytest

from keyturn.monitoring import handing
from keyturn.monitoring.models import Mailbox
from keyturn.operators import api_keys
from keyturn.operators.api_keys import READ_MAILBOX_SECRETS, READ_MAILBOXES, NewKey
from keyturn.people import changes
from keyturn.people.changes import NewPerson
from keyturn.tenants import scope
from keyturn.tenants.models import Tenant
from tests.api.caller import App, errors, problem
from tests.monitoring import boxes
from tests.monitoring.boxes import SECRET, example

OTTO = "operator:otto"


@pytest.fixture
def mara(in_movers, now):
    return changes.create(NewPerson("mara@movers.example", "Mara Lind", email="mara@movers.example"), now)


@pytest.fixture
def box(mara, now):
    return boxes.mailbox(mara, now)


@pytest.fixture
def token(in_movers, now) -> str:
    return key_with(now, READ_MAILBOXES, READ_MAILBOX_SECRETS)


@pytest.fixture
def private(in_movers) -> str:
    private, public = example().make_key()
    Tenant.objects.update(hand_on_key=public)
    return private


def key_with(now, *scopes) -> str:
    return api_keys.issue(NewKey("Mail fetcher", scopes), now, actor=OTTO).text


def asks(path, token, host="movers.localhost"):
    return App(host).call("GET", f"/api/v1/mailboxes{path}", Authorization=f"Bearer {token}")


@pytest.mark.mission("M1.15")
def test_software_learns_how_each_mailbox_is(box, mara, token, now):
    boxes.mailbox(mara, now, "Sales", state=Mailbox.SUSPENDED, code="authentication_failed", suspended_at=now)
    told = asks("", token).json()
    assert [(one["name"], one["state"], one["code"]) for one in told["mailboxes"]] == [
        ("Sales", "suspended", "authentication_failed"),
        ("Work mail", "fine", "signed_in"),
    ]
    one = told["mailboxes"][1]
    assert (one["person"], one["host"], one["username"], one["id"]) == (
        "mara@movers.example",
        "mail.movers.example",
        "mara",
        str(box.pk),
    )
    assert told["next"] == "" and SECRET not in str(told) and "sealed" not in one and "verifier" not in one
    assert asks(f"/{box.pk}", token).json() == one


def test_states_narrow_the_list_and_pages_hold_a_hundred(mara, token, now):
    for number in range(103):
        state = Mailbox.SUSPENDED if number % 2 else Mailbox.FINE
        boxes.mailbox(mara, now, f"Box {number:03}", state=state)
    first = asks("", token).json()
    rest = asks(f"?page={first['next']}", token).json()
    assert (len(first["mailboxes"]), len(rest["mailboxes"])) == (100, 3)
    suspended = asks("?state=suspended", token).json()["mailboxes"]
    assert len(suspended) == 51 and {one["state"] for one in suspended} == {"suspended"}


@pytest.mark.parametrize("query", ["?state=red", "?page=%00", "?page=" + "x" * 2000])
def test_what_cannot_be_asked_is_refused(box, token, query):
    assert errors(asks(query, token))


@pytest.mark.mission("M1.15")
def test_a_password_comes_sealed_to_the_softwares_own_key(box, token, private):
    answer = asks(f"/{box.pk}/secret", token)
    assert answer.status_code == 202 and answer.headers["Retry-After"] == "1"
    handing.step()
    told = asks(f"/{box.pk}/secret", token).json()
    assert example().open_secret(told, private)["secret"] == SECRET
    assert SECRET.encode() not in base64.b64decode(told["sealed"]) and told["secret_version"] == 1


def test_the_scope_for_states_gives_no_password(box, private, now):
    token = key_with(now, READ_MAILBOXES)
    problem(asks(f"/{box.pk}/secret", token), 403, "forbidden")
    assert asks("", token).status_code == 200
    problem(asks("", key_with(now, READ_MAILBOX_SECRETS)), 403, "forbidden")


def test_without_a_public_key_or_a_password_it_says_what_is_missing(box, token, private):
    Mailbox.objects.update(sealed=None)
    problem(asks(f"/{box.pk}/secret", token), 409, "no_secret")
    Tenant.objects.update(hand_on_key="")
    problem(asks(f"/{box.pk}/secret", token), 409, "no_hand_on_key")


def test_another_tenants_mailbox_is_not_there(token, private, labs, now):
    with scope.inside(labs.id):
        nils = changes.create(NewPerson("nils@labs.example", "Nils Holm"), now)
        theirs = boxes.mailbox(nils, now)
    for path in (f"/{theirs.pk}", f"/{theirs.pk}/secret"):
        problem(asks(path, token), 404, "not_found")
    assert asks("", token).json()["mailboxes"] == []
    problem(asks("", token, "labs.localhost"), 401, "not_signed_in")


def test_nobody_asks_without_a_key(box, private):
    for path in ("", f"/{box.pk}", f"/{box.pk}/secret"):
        problem(asks(path, "kt_nothing"), 401, "not_signed_in")
