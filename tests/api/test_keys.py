"""API keys: shown once, digested, scoped, of one tenant, dead when revoked or expired."""

from datetime import timedelta

import pytest

from keyturn.audit.models import Event
from keyturn.lib import clock
from keyturn.operators import api_keys
from keyturn.operators.api_keys import READ_RECOVERIES, KeyRefused, NewKey
from keyturn.operators.models import ApiKey
from keyturn.tenants.models import Tenant
from tests.api.caller import App, problem
from tests.recovery.acts import recover
from tests.recovery.conftest import account, mara  # noqa: F401 -- fixtures

OTTO = "operator:otto"


@pytest.fixture
def issued(in_movers, now):
    return api_keys.issue(NewKey("Dispatch board", (READ_RECOVERIES,)), now, actor=OTTO)


def reads(reference, token, host="movers.localhost"):
    return App(host).call("GET", f"/api/v1/requests/{reference}", Authorization=f"Bearer {token}")


def test_a_program_reads_what_became_of_a_request(issued, mara, in_movers):  # noqa: F811
    row = recover(in_movers)
    told = reads(row.reference, issued.text).json()
    assert (told["reference"], told["state"], told["method"], told["ended_at"]) == (
        row.reference,
        "open",
        "link",
        None,
    )
    assert "mara" not in str(told).lower()
    assert ApiKey.objects.get().last_used_at


def test_what_is_kept_is_a_digest(issued):
    row = ApiKey.objects.get()
    assert issued.text not in str(vars(row)) and issued.text not in repr(issued)
    assert issued.text not in str([event.data for event in Event.objects.all()])


def test_a_made_up_key_is_nobodys(issued):
    for token in ("", "kt_x", issued.text[:-1], issued.text + "x", "kt_" + "x" * 5000, "kt_\u00e9"):
        assert api_keys.resolve(token, clock.now()) is None
    problem(reads("ABCD-EFGH", "kt_nothing"), 401, "not_signed_in")


def test_a_key_opens_nothing_in_another_tenant(issued, labs):
    problem(reads("ABCD-EFGH", issued.text, "labs.localhost"), 401, "not_signed_in")


def test_a_key_of_a_suspended_tenant_opens_nothing(issued, mara, in_movers):  # noqa: F811
    row = recover(in_movers)
    Tenant.objects.update(status=Tenant.SUSPENDED)
    problem(reads(row.reference, issued.text), 401, "not_signed_in")
    Tenant.objects.update(status=Tenant.ACTIVE)
    assert reads(row.reference, issued.text).status_code == 200


def test_a_key_does_what_its_scopes_say_and_no_more(issued):
    ApiKey.objects.update(scopes=[])
    problem(reads("ABCD-EFGH", issued.text), 403, "forbidden")
    problem(App().call("GET", "/api/v1/me", Authorization=f"Bearer {issued.text}"), 401, "not_signed_in")


def test_a_revoked_key_is_dead_at_once(issued, now):
    assert api_keys.revoke(issued.key.pk, now, actor=OTTO)
    assert not api_keys.revoke(issued.key.pk, now, actor=OTTO)
    problem(reads("ABCD-EFGH", issued.text), 401, "not_signed_in")


def test_a_key_lives_as_long_as_it_was_given(in_movers, now):
    made = api_keys.issue(NewKey("Board", (READ_RECOVERIES,), 30), now, actor=OTTO)
    assert api_keys.resolve(made.text, now + timedelta(days=29))
    assert api_keys.resolve(made.text, now + timedelta(days=31)) is None


@pytest.mark.parametrize("reference", ["ABCD-EFGH", "x", "..%2F..", "%00", "A" * 3000])
def test_what_nobody_was_shown_is_not_found(issued, reference):
    assert reads(reference, issued.text).status_code in {400, 404}


@pytest.mark.parametrize(
    ("new", "reason"),
    [
        (NewKey("", (READ_RECOVERIES,)), "empty"),
        (NewKey("x\u202e", (READ_RECOVERIES,)), "control_character"),
        (NewKey("Board", ()), "no_scope"),
        (NewKey("Board", ("everything",)), "unknown_scope"),
    ],
)
def test_a_key_that_says_too_little_or_too_much_is_not_made(in_movers, now, new, reason):
    with pytest.raises(KeyRefused) as refused:
        api_keys.issue(new, now, actor=OTTO)
    assert refused.value.reason == reason and not ApiKey.objects.exists()
