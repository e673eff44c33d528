"""Passkeys: what a device signs for us, here, now and once is taken, and nothing else."""

import base64
import json
from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from keyturn.operators import sessions
from keyturn.operators.factors import passkeys, webauthn
from keyturn.operators.factors.models import Passkey, PasskeyChallenge
from keyturn.operators.factors.webauthn import LONGEST_ANSWER, Answer, Site
from tests.operators.authenticator import SoftKey
from tests.operators.conftest import BROWSER, SITE

EVIL = "https://movers.example.evil.test"


@pytest.fixture
def key(inside, now) -> SoftKey:
    """Otto's passkey."""
    made = SoftKey()
    assert kept(inside, made, now)
    return made


def kept(session, key: SoftKey, now) -> Passkey | None:
    answer = Answer(SITE, key.creates(passkeys.invite(session, SITE, now)))
    return passkeys.keep(session, answer, "Blue key", now)


def signs_in(session, key: SoftKey, now) -> bool:
    return passkeys.accept(session, Answer(SITE, key.signs(passkeys.ask(session, SITE, now))), now)


def test_a_new_passkey_is_kept_and_recognised(inside, key, now):
    assert Passkey.objects.get().rp_id == "movers.example"
    assert signs_in(inside, key, now)
    assert Passkey.objects.get().last_used_at == now


def test_the_options_are_json_and_name_our_host(inside, key, now):
    options = json.loads(json.dumps(passkeys.invite(inside, SITE, now)))["publicKey"]
    assert options["rp"] == {"id": "movers.example", "name": "Movers"}
    assert [one["id"] for one in options["excludeCredentials"]]
    assert json.loads(json.dumps(passkeys.ask(inside, SITE, now)))["publicKey"]["rpId"] == "movers.example"


def test_an_answer_works_once(inside, key, now):
    answer = Answer(SITE, key.signs(passkeys.ask(inside, SITE, now)))
    assert passkeys.accept(inside, answer, now)
    assert not passkeys.accept(inside, answer, now)


def test_control_with_a_challenge_that_stays_an_answer_of_a_key_that_does_not_count_works_twice(
    inside, now, monkeypatch
):
    monkeypatch.setattr(passkeys, "_take", lambda asked: True)
    key = SoftKey(counts=False)
    assert kept(inside, key, now)
    answer = Answer(SITE, key.signs(passkeys.ask(inside, SITE, now)))
    assert passkeys.accept(inside, answer, now) and passkeys.accept(inside, answer, now)


def test_a_wrong_answer_uses_the_challenge_up(inside, key, now):
    right = Answer(SITE, key.signs(passkeys.ask(inside, SITE, now)))
    assert not passkeys.accept(inside, Answer(SITE, "{}"), now)
    assert not passkeys.accept(inside, right, now)


def test_an_answer_signed_on_another_site_is_refused(inside, key, now):
    key.origin = EVIL
    assert not signs_in(inside, key, now)


def test_control_without_the_comparison_of_origins_another_site_gets_in(inside, key, now, monkeypatch):
    lenient = webauthn.Fido2Server

    def unguarded(us, verify_origin):
        return lenient(us, verify_origin=lambda origin: True)

    monkeypatch.setattr(webauthn, "Fido2Server", unguarded)
    key.origin = EVIL
    assert signs_in(inside, key, now)


def test_the_challenge_of_another_session_is_not_this_ones(inside, otto, key, now):
    other = sessions.begin(otto, BROWSER, now).session
    answer = Answer(SITE, key.signs(passkeys.ask(other, SITE, now)))
    passkeys.ask(inside, SITE, now)
    assert not passkeys.accept(inside, answer, now)


def test_a_challenge_ends(inside, key, now):
    answer = Answer(SITE, key.signs(passkeys.ask(inside, SITE, now)))
    assert not passkeys.accept(inside, answer, now + timedelta(minutes=5, seconds=1))


def test_a_challenge_for_a_new_key_is_not_one_for_signing_in(inside, key, now):
    passkeys.invite(inside, SITE, now)
    asked = PasskeyChallenge.objects.get()
    options = webauthn.to_get(SITE, [], asked.challenge.encode())
    assert not passkeys.accept(inside, Answer(SITE, key.signs(options)), now)


def test_a_key_of_one_host_name_is_none_of_another(inside, key, now):
    elsewhere = Site("https://labs.example", "Labs")
    assert passkeys.ask(inside, elsewhere, now)["publicKey"].get("allowCredentials", []) == []
    key.origin = elsewhere.origin
    answer = Answer(elsewhere, key.signs(passkeys.ask(inside, elsewhere, now)))
    assert not passkeys.accept(inside, answer, now)


def test_nobody_signs_with_the_key_of_somebody_else(inside, key, olga, now):
    hers = sessions.begin(olga, BROWSER, now).session
    assert not signs_in(hers, key, now)


def test_a_key_is_one_operators_alone(inside, key, olga, now):
    hers = sessions.begin(olga, BROWSER, now).session
    assert kept(hers, key, now) is None
    assert Passkey.objects.count() == 1


def test_another_device_with_the_same_name_does_not_sign(inside, key, now):
    assert not signs_in(inside, SoftKey(id=key.id), now)


def test_a_copy_whose_count_stands_still_is_refused(inside, key, now):
    assert signs_in(inside, key, now)
    key.count -= 1
    assert not signs_in(inside, key, now)
    assert signs_in(inside, key, now)


def test_a_key_that_does_not_count_stays_welcome(inside, now):
    key = SoftKey(counts=False)
    assert kept(inside, key, now)
    assert signs_in(inside, key, now) and signs_in(inside, key, now)


def test_nobody_touched_it(inside, key, now):
    key.touched = False
    assert not signs_in(inside, key, now)


def test_ten_keys_are_enough(inside, now):
    assert all(kept(inside, SoftKey(), now) for _ in range(passkeys.AT_MOST))
    assert kept(inside, SoftKey(), now) is None


HOSTILE = ["", "null", "[]", "{}", '{"response": []}', "[" * 9000, "x" * (LONGEST_ANSWER + 1), '{"id": "é"}', "\0"]


@pytest.mark.parametrize("text", HOSTILE, ids=lambda text: text[:12] or "nothing")
def test_hostile_answers_are_refused_quietly(inside, key, now, text):
    passkeys.ask(inside, SITE, now)
    assert not passkeys.accept(inside, Answer(SITE, text), now)
    passkeys.invite(inside, SITE, now)
    assert passkeys.keep(inside, Answer(SITE, text), "x", now) is None


_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=20), lambda inner: st.lists(inner, max_size=3)
)
_PARTS = ("clientDataJSON", "attestationObject", "authenticatorData", "signature")


@given(
    base=st.fixed_dictionaries({}, optional={name: _JSON for name in ("id", "rawId", "type", "response")}),
    parts=st.none() | st.fixed_dictionaries({}, optional={name: _JSON for name in _PARTS}),
)
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_json_is_refused_quietly(base, parts):
    text = json.dumps(base | ({"response": parts} if parts is not None else {}))
    assert webauthn.created(Answer(SITE, text), b"c" * 32) is None
    assert webauthn.signed(Answer(SITE, text), [], b"c" * 32) is None


def test_a_deep_answer_is_refused_quietly():
    deep = base64.urlsafe_b64encode(b"\x81" * 3000).decode()
    parts = {"clientDataJSON": "e30", "attestationObject": deep, "authenticatorData": deep, "signature": "QUFB"}
    text = json.dumps({"id": "QUFB", "rawId": "QUFB", "type": "public-key", "response": parts})
    assert webauthn.created(Answer(SITE, text), b"c" * 32) is None
    assert webauthn.signed(Answer(SITE, text), [], b"c" * 32) is None


@pytest.mark.parametrize("name", ["id", "rawId", "clientDataJSON", "attestationObject", "signature"])
def test_a_number_never_becomes_so_many_bytes(name, monkeypatch):
    """The library makes bytes(n) of a number n: a terabyte of zeros for a line of JSON. It never gets to see one."""
    seen = []
    monkeypatch.setattr(webauthn.Fido2Server, "register_complete", lambda self, state, answer: seen.append(answer))
    monkeypatch.setattr(webauthn.Fido2Server, "authenticate_complete", lambda *given: seen.append(given))
    parts = dict.fromkeys(_PARTS, "QUFB")
    text = json.dumps({"id": "QUFB", "rawId": "QUFB", "type": "public-key", "response": parts | {name: 10**12}})
    text = text if name in _PARTS else json.dumps({"id": "QUFB", "rawId": "QUFB", "response": parts, name: 10**12})
    assert webauthn.created(Answer(SITE, text), b"c" * 32) is None
    assert webauthn.signed(Answer(SITE, text), [], b"c" * 32) is None
    assert seen == []


CHALLENGE = b"c" * 32
_SOFT = SoftKey()
_MADE = webauthn.created(
    Answer(SITE, _SOFT.creates(webauthn.to_create(SITE, (b"1" * 16, "otto"), [], CHALLENGE))), CHALLENGE
)
_KNOWN = [bytes(_MADE.credential)]
_GOOD = _SOFT.signs(webauthn.to_get(SITE, _KNOWN, CHALLENGE))


@given(st.sampled_from(["clientDataJSON", "authenticatorData", "signature"]), st.integers(0, 10_000))
def test_any_change_of_a_good_answer_is_refused_quietly(part, place):
    assert webauthn.signed(Answer(SITE, _GOOD), _KNOWN, CHALLENGE)
    answer = json.loads(_GOOD)
    text = answer["response"][part]
    place %= len(text) - 1  # the last sign may hold bits that are not read
    answer["response"][part] = text[:place] + ("A" if text[place] != "A" else "B") + text[place + 1 :]
    assert webauthn.signed(Answer(SITE, json.dumps(answer)), _KNOWN, CHALLENGE) is None
