"""An authenticator app: proposed, kept with its first code, and no code taken twice."""

from datetime import timedelta

import pyotp
import pytest

from keyturn.lib import seal
from keyturn.operators.factors import authenticator_app
from keyturn.operators.factors.core.codes import AppCode
from keyturn.operators.factors.models import AuthenticatorApp

STEP = timedelta(seconds=30)


def code_at(secret: str, moment) -> AppCode:
    return AppCode(pyotp.TOTP(secret).at(moment))


@pytest.fixture
def secret(otto, now) -> str:
    """Otto's app, kept a while ago."""
    proposal = authenticator_app.propose(otto, "Movers", now)
    before = now - timedelta(minutes=10)
    assert authenticator_app.keep(otto, proposal, code_at(proposal.secret, before), before)
    return proposal.secret


def test_the_address_in_the_picture_names_us_the_operator_and_the_organization(otto, now):
    proposal = authenticator_app.propose(otto, "Movers", now)
    read = pyotp.parse_uri(proposal.address)
    assert (read.issuer, read.name, read.secret) == ("Keyturn", "otto · Movers", proposal.secret)
    assert len(proposal.secret) == 32  # 160 bits in base32


def test_a_proposal_comes_back_from_the_page(otto, now):
    proposal = authenticator_app.propose(otto, "Movers", now)
    assert authenticator_app.proposed(otto, "Movers", proposal.sealed, now) == proposal


def test_a_proposal_is_nobody_elses_and_ends(otto, olga, now):
    sealed = authenticator_app.propose(otto, "Movers", now).sealed
    assert authenticator_app.proposed(olga, "Movers", sealed, now) is None
    assert authenticator_app.proposed(otto, "Movers", sealed, now + timedelta(minutes=31)) is None


@pytest.mark.parametrize("sealed", ["", "x", "é", "A" * 100, "A" * 100_000])
def test_a_made_up_proposal_is_none(otto, now, sealed):
    assert authenticator_app.proposed(otto, "Movers", sealed, now) is None


def test_a_wrong_first_code_keeps_nothing(otto, now):
    proposal = authenticator_app.propose(otto, "Movers", now)
    assert not authenticator_app.keep(otto, proposal, code_at(proposal.secret, now + 5 * STEP), now)
    assert not AuthenticatorApp.objects.exists()


def test_the_first_code_is_used_up_by_keeping(otto, now):
    proposal = authenticator_app.propose(otto, "Movers", now)
    code = code_at(proposal.secret, now)
    assert authenticator_app.keep(otto, proposal, code, now)
    assert not authenticator_app.accept(otto, code, now)


def test_the_secret_is_sealed_for_its_owner(otto, olga, secret):
    app = AuthenticatorApp.objects.get()
    assert secret.encode() not in bytes(app.sealed)
    with pytest.raises(seal.SealBroken):
        seal.unwrap(bytes(app.sealed), f"authenticator|{olga.pk}")


def test_an_app_that_was_kept_under_other_key_files_is_lost_and_breaks_nothing(otto, secret, now):
    AuthenticatorApp.objects.update(sealed=seal.wrap(secret.encode(), "elsewhere"))
    assert not authenticator_app.accept(otto, code_at(secret, now), now)


@pytest.mark.parametrize(("steps", "taken"), [(-2, False), (-1, True), (0, True), (1, True), (2, False)])
def test_clocks_may_differ_by_one_step(otto, secret, now, steps, taken):
    assert authenticator_app.accept(otto, code_at(secret, now + steps * STEP), now) is taken


def test_a_code_is_taken_once_and_ends_the_older_ones(otto, secret, now):
    older, present = code_at(secret, now - STEP), code_at(secret, now)
    assert authenticator_app.accept(otto, present, now)
    assert not authenticator_app.accept(otto, present, now)
    assert not authenticator_app.accept(otto, older, now)


def test_control_without_the_guard_a_code_is_taken_twice(otto, secret, now, monkeypatch):
    monkeypatch.setattr(authenticator_app, "_take", lambda app, step, now: True)
    code = code_at(secret, now)
    assert authenticator_app.accept(otto, code, now) and authenticator_app.accept(otto, code, now)


def test_nobody_without_an_app_has_a_code(olga, now):
    assert not authenticator_app.accept(olga, AppCode("000000"), now)


def test_a_new_app_ends_the_former(otto, secret, now):
    proposal = authenticator_app.propose(otto, "Movers", now)
    assert authenticator_app.keep(otto, proposal, code_at(proposal.secret, now), now)
    assert AuthenticatorApp.objects.count() == 1
    assert not authenticator_app.accept(otto, code_at(secret, now + STEP), now)
