"""Mail services: what they are asked, what their answers mean, and that no key and no recipient goes astray."""

import base64
import ipaddress
import json
import traceback
from dataclasses import replace
from datetime import UTC, datetime
from importlib import import_module

import pytest
from anymail.utils import parse_address_list
from hypothesis import given
from hypothesis import strategies as st

from keyturn.lib import egress
from keyturn.outbox.mail_services import SERVICES, Account
from keyturn.outbox.transports import asking, provider
from keyturn.outbox.transports.base import Ambiguous, Later, Outgoing, Picture, Refused, SenderRefused, Unreachable
from keyturn.outbox.transports.provider import Provider
from keyturn.outbox.transports.writing import NotAMessage
from tests.outbox.mailservice import KEY, SPOKEN, MailService, installed

OUTGOING = Outgoing(
    to="mara@movers.example",
    subject="Your temporary password",
    text="Sign in with it:\n\nWx7mRt4pKq\n",
    html="<p>Wx7mRt4pKq</p>",
    header_id="<0123@movers.example>",
    written_at=datetime(2026, 11, 21, tzinfo=UTC),
    sender_name="Movers",
    sender_host="movers.example",
    secrets=("Wx7mRt4pKq",),
)


@pytest.fixture(autouse=True)
def _this_machine_is_open(settings):
    settings.KEYTURN_EGRESS_ALLOW = [ipaddress.ip_network("127.0.0.0/8")]


@pytest.fixture(params=SPOKEN)
def service(request, monkeypatch):
    with MailService(request.param) as running:
        installed(monkeypatch, running)
        yield running


@pytest.fixture
def mailgun(monkeypatch):
    with MailService("mailgun") as running:
        installed(monkeypatch, running)
        yield running


def account(service, **changes):
    region = next(iter(SERVICES[service.name].regions))
    return Account(**{"name": "Paid", "service": service.name, "region": region, "password": KEY, **changes})


@pytest.mark.mission("M2.3")
def test_text_html_sender_and_key_go_where_the_service_looks_for_them(monkeypatch):
    with MailService("mailgun") as running:
        installed(monkeypatch, running)
        Provider(account(running, domain="mg.movers.example", from_name="Dispatch")).send(OUTGOING)
        (asked,) = running.asked
    assert asked["path"] == "/mg.movers.example/messages"
    assert asked["headers"]["Authorization"] == f"Basic {base64.b64encode(b'api:' + KEY.encode()).decode()}"
    assert asked["said"]["from"] == ["Dispatch <no-reply@movers.example>"]
    assert (asked["said"]["text"], asked["said"]["html"]) == ([OUTGOING.text], [OUTGOING.html])
    with MailService("postmark") as running:
        installed(monkeypatch, running)
        Provider(account(running)).send(OUTGOING)
        (asked,) = running.asked
    assert (asked["path"], asked["headers"]["X-Postmark-Server-Token"]) == ("/email", KEY)
    assert (asked["said"]["To"], asked["said"]["TextBody"]) == (OUTGOING.to, OUTGOING.text)


def test_no_service_is_let_lead_our_links_elsewhere(service):
    Provider(account(service)).send(OUTGOING)
    said = json.dumps(service.asked[0]["said"])
    assert '"o:tracking-clicks": ["no"]' in said or '"TrackLinks": "None"' in said


@pytest.mark.mission("M2.3")
@pytest.mark.parametrize(
    ("mode", "meaning"),
    [("refuse", Refused), ("refuse_sender", SenderRefused), ("wrong_key", SenderRefused), ("put_off", Later),
     ("broken", Later), ("nonsense", Ambiguous), ("redirect", SenderRefused)],
)  # fmt: skip
def test_what_an_answer_means(service, mode, meaning):
    service.mode = mode
    with pytest.raises(meaning):
        Provider(account(service)).send(OUTGOING)
    assert len(service.asked) == 1  # a redirect is not followed, with the mail and the key in hand


ODD = [b"null", b"1", b"[null]", b"[" * 16_000, b"\xff", b'{"id":[],"ErrorCode":{},"Messages":[null]}']


@pytest.mark.parametrize("body", ODD)
@pytest.mark.parametrize("name", sorted(SERVICES))
def test_what_was_taken_with_odd_words_may_have_arrived(name, body, monkeypatch):
    """The library stumbles over answers of another form; the mail is with the service all the same."""
    monkeypatch.setattr(asking, "post", lambda _question, _watch: asking.Answer(200, body))
    user = "api-user" if SERVICES[name].user else ""
    with pytest.raises(Ambiguous) as raised:
        Provider(Account("Paid", name, next(iter(SERVICES[name].regions)), KEY, username=user)).send(OUTGOING)
    assert KEY not in "".join(traceback.format_exception(raised.value))


def test_the_library_still_stumbles(monkeypatch):
    """Without the look at what it raised, the message would end as one that broke us."""
    monkeypatch.setattr(asking, "post", lambda _question, _watch: asking.Answer(200, ODD[0]))
    monkeypatch.setattr(Provider, "_sent", lambda self, mail, session: _asked_barely(self, mail, session))
    with pytest.raises(TypeError):
        Provider(Account("Paid", "postmark", "", KEY)).send(OUTGOING)


def test_a_service_that_answers_everything_with_500_is_read_by_its_words(monkeypatch):
    """Mandrill says so of a wrong key as well; waiting would not make it right."""
    words = b'{"status":"error","code":-1,"name":"Invalid_Key","message":"Invalid API key"}'
    monkeypatch.setattr(asking, "post", lambda *_: asking.Answer(500, words))
    with pytest.raises(SenderRefused):
        Provider(Account("Paid", "mandrill", "", KEY)).send(OUTGOING)
    monkeypatch.setattr(asking, "post", lambda *_: asking.Answer(500, words.replace(b"Invalid_Key", b"GeneralError")))
    with pytest.raises(Later):
        Provider(Account("Paid", "mandrill", "", KEY)).send(OUTGOING)


TAKEN = {  # what each real service says of a mail that it takes over, and of a recipient who will never pass
    "mailgun": (200, {"id": "<1@x.example>", "message": "Queued. Thank you."}),
    "postmark": (200, {"To": OUTGOING.to, "MessageID": "b7", "ErrorCode": 0, "Message": "OK"}),
    "brevo": (201, {"messageId": "<1@x.example>"}),
    "mailjet": (200, {"Messages": [{"Status": "success", "To": [{"Email": OUTGOING.to, "MessageID": 7}]}]}),
    "mailersend": (202, {}),
    "resend": (200, {"id": "49a3"}),
    "sparkpost": (200, {"results": {"total_rejected_recipients": 0, "total_accepted_recipients": 1, "id": "1"}}),
    "mandrill": (200, [{"email": OUTGOING.to, "status": "queued", "_id": "ab"}]),
}
REFUSED = {
    "mailgun": (400, {"message": "'to' parameter is not a valid address. please check documentation"}),
    "postmark": (422, {"ErrorCode": 300, "Message": f"Invalid 'To' address: '{OUTGOING.to}'."}),
    "brevo": (400, {"code": "invalid_parameter", "message": "email is not valid in to"}),
    "mailjet": (400, {"Messages": [{"Status": "error", "Errors": [{"ErrorRelatedTo": ["To[0].Email"]}]}]}),
    "mailersend": (422, {"message": "The given data was invalid.", "errors": {"to.0.email": ["must be valid"]}}),
    "resend": (422, {"name": "validation_error", "message": "Invalid `to` field."}),
    "sparkpost": (400, {"errors": [{"message": "invalid", "code": "5002"}]}),
    "mandrill": (200, [{"email": OUTGOING.to, "status": "rejected", "reject_reason": "hard-bounce", "_id": "ab"}]),
}


@pytest.mark.mission("M2.3")
@pytest.mark.parametrize("name", SERVICES)
@pytest.mark.parametrize("region", [0, -1])
def test_every_service_takes_a_mail_in_its_own_words_where_its_region_is(name, region, monkeypatch):
    asked = []
    monkeypatch.setattr(asking, "post", lambda question, _watch: asked.append(question) or _answer(TAKEN[name]))
    region = list(SERVICES[name].regions)[region]
    Provider(Account("Paid", name, region, KEY, username="public-1")).send(OUTGOING)
    assert asked[0].url.startswith(SERVICES[name].regions[region]) and asked[0].url.startswith("https://")
    travelled = f"{dict(asked[0].headers)} {asked[0].body.decode()}"
    pair = base64.b64encode(f"{'public-1' if name == 'mailjet' else 'api'}:{KEY}".encode()).decode()
    assert KEY in travelled or pair in travelled


@pytest.mark.mission("M2.3")
@pytest.mark.parametrize("name", SERVICES)
def test_every_service_refuses_a_recipient_in_its_own_words(name, monkeypatch):
    monkeypatch.setattr(asking, "post", lambda *_: _answer(REFUSED[name]))
    with pytest.raises(Refused):
        Provider(Account("Paid", name, next(iter(SERVICES[name].regions)), KEY)).send(OUTGOING)


@pytest.mark.parametrize("name", SERVICES)
@pytest.mark.parametrize("status", [401, 403])
def test_with_every_service_a_wrong_key_leaves_the_mail_to_the_next(name, status, monkeypatch):
    monkeypatch.setattr(asking, "post", lambda *_: _answer((status, {"message": "no"})))
    with pytest.raises(SenderRefused):
        Provider(Account("Paid", name, next(iter(SERVICES[name].regions)), KEY)).send(OUTGOING)


def test_what_is_kept_of_an_answer_holds_no_key(service):
    service.echoes = f" you sent {KEY} and {base64.b64encode(b'api:' + KEY.encode()).decode()}"
    for mode in SPOKEN[service.name]:
        service.mode = mode
        said = _said(account(service))
        assert said and KEY not in said and "YXBpOmtleS" not in said


def test_without_the_cleaning_it_would(service, monkeypatch):
    """The negative control."""
    service.echoes = f" you sent {KEY}"
    monkeypatch.setattr(Provider, "_secrets", lambda self: ())
    assert KEY in _said(account(service))


def test_the_key_stands_in_no_repr():
    assert KEY not in repr(Account("Paid", "mailgun", "eu", KEY))


def test_what_is_raised_carries_nothing_of_the_library(service):
    """Its exceptions hold key and mail; a log with more than words would show them."""
    service.mode = "wrong_key"
    with pytest.raises(SenderRefused) as refused:
        Provider(account(service)).send(OUTGOING)
    assert refused.value.__cause__ is None and refused.value.__context__ is None


def test_a_private_place_is_not_reached(service, settings):
    settings.KEYTURN_EGRESS_ALLOW = []
    with pytest.raises(Unreachable, match="may be reached from here"):
        Provider(account(service)).send(OUTGOING)
    assert not service.asked


def test_without_the_guard_it_would_be(service, settings, monkeypatch):
    """The negative control."""
    settings.KEYTURN_EGRESS_ALLOW = []
    monkeypatch.setattr(egress, "look_up", lambda host, port, ports: egress.resolve(host, port))
    Provider(account(service)).send(OUTGOING)
    assert service.asked


@pytest.mark.parametrize("certificate", ["expired", "wrong_name", "self_signed"])
def test_a_certificate_that_does_not_hold_hears_no_key(certificate, trusted, monkeypatch):
    with MailService("postmark", certificate=getattr(trusted, certificate)()) as running:
        installed(monkeypatch, running)
        with pytest.raises(Unreachable, match="certificate"):
            Provider(account(running)).send(OUTGOING)
        assert not running.asked


def test_one_that_holds_is_told(trusted, monkeypatch):
    told = []
    with MailService("postmark", certificate=trusted.good()) as running:
        installed(monkeypatch, running)
        Provider(account(running), lambda stage, _words: told.append(stage)).send(OUTGOING)
    assert told == ["resolved", "connected", "secured", "signed_in", "sender", "recipient"]


def test_nothing_of_the_environment_stands_between(service, monkeypatch):
    for name in ("http_proxy", "https_proxy", "REQUESTS_CA_BUNDLE"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    Provider(account(service)).send(OUTGOING)
    assert service.asked


def test_nothing_of_the_settings_counts(service, settings):
    settings.ANYMAIL = {"MAILGUN_API_KEY": "theirs", "SEND_DEFAULTS": {"bcc": ["mallory@evil.example"]}}
    Provider(account(service)).send(OUTGOING)
    assert "mallory" not in str(service.asked)


@pytest.mark.parametrize(
    "value", ["Movers\r\nBcc: mallory@evil.example", "=?utf-8?q?=0ABcc=3A?=", "a\x00b", "a\u2028b"]
)
@pytest.mark.parametrize("where", ["sender_name", "subject", "to", "header_id"])
def test_what_could_begin_a_header_is_not_handed_over(service, where, value):
    with pytest.raises(ValueError):
        Provider(account(service)).send(replace(OUTGOING, **{where: value}))
    assert not service.asked


@given(name=st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Cs", "Zl", "Zp"]), max_size=60))
def test_no_name_changes_who_the_mail_is_from(name):
    try:
        written = provider._one("no-reply@movers.example", name)
    except (NotAMessage, ValueError):
        return  # refused is fine
    assert [one.addr_spec for one in parse_address_list([written])] == ["no-reply@movers.example"]


@pytest.mark.parametrize("to", ['"a,b"@movers.example', "mara@movers.example, mallory@evil.example", "a b@x.example"])
def test_an_address_is_one_recipient_or_none(mailgun, to):
    try:
        Provider(account(mailgun)).send(replace(OUTGOING, to=to))
    except ValueError:
        assert not mailgun.asked
    else:
        assert [one.addr_spec for one in parse_address_list(mailgun.asked[0]["said"]["to"])] == [to]


@pytest.mark.parametrize("change", [{"sender_host": "[127.0.0.1]"}, {"sender_host": "movers.example, evil.example"}])
def test_a_sender_that_no_service_can_be_told_is_left_to_the_next_profile(service, change):
    with pytest.raises(SenderRefused):
        Provider(account(service)).send(replace(OUTGOING, **change))
    assert not service.asked


def test_nothing_goes_to_a_bare_ip_address(service):
    with pytest.raises(NotAMessage):
        Provider(account(service)).send(replace(OUTGOING, to="mara@[127.0.0.1]"))
    assert not service.asked


def test_names_beyond_ascii_arrive_as_they_are(service):
    Provider(account(service, from_name="Müller, Söhne & 東京")).send(OUTGOING)
    said = service.asked[0]["said"]
    sender = said["from"][0] if service.name == "mailgun" else said["From"]
    (one,) = parse_address_list([sender])
    assert (one.display_name, one.addr_spec) == ("Müller, Söhne & 東京", "no-reply@movers.example")


LOGO = Picture("logo.1@keyturn", "image/png", b"\x89PNG\r\n\x1a\n" + b"\x00" * 20)
SHOWN = '<p><img src="cid:logo.1@keyturn" alt="Movers &amp; Sons" height="48"></p><p>Wx7mRt4pKq</p>'


@pytest.mark.parametrize("name", [name for name, service in SERVICES.items() if service.carries_pictures])
def test_the_logo_is_sent_along(name, monkeypatch):
    asked = []
    monkeypatch.setattr(asking, "post", lambda question, _watch: asked.append(question) or _answer(TAKEN[name]))
    account = Account("Paid", name, next(iter(SERVICES[name].regions)), KEY)
    Provider(account).send(replace(OUTGOING, html=SHOWN, pictures=(LOGO,)))
    sent = asked[0].body
    assert b"logo.1@keyturn" in sent and (base64.b64encode(LOGO.content) in sent or LOGO.content in sent)


def test_where_none_can_be_its_words_stand_there(monkeypatch):
    asked = []
    monkeypatch.setattr(asking, "post", lambda question, _watch: asked.append(question) or _answer(TAKEN["brevo"]))
    Provider(Account("Paid", "brevo", "", KEY)).send(replace(OUTGOING, html=SHOWN, pictures=(LOGO,)))
    html = json.loads(asked[0].body)["htmlContent"]
    assert html == "<p>Movers &amp; Sons</p><p>Wx7mRt4pKq</p>"


def test_the_service_of_which_nobody_takes_care_any_more_is_not_offered():
    assert "sendgrid" not in SERVICES


def _asked_barely(self, mail, session):
    backend = import_module(f"anymail.backends.{self._service.name}").EmailBackend(**self._options())
    backend.session, backend.send_defaults = session, {}
    backend.send_messages([mail])


def _answer(told):
    status, words = told
    headers = {"X-Message-Id": "1", "Content-Type": "application/json"}
    return asking.Answer(status, json.dumps(words).encode(), headers)


def _said(account):
    try:
        return Provider(account).send(OUTGOING).reply
    except (Refused, SenderRefused, Later, Ambiguous) as problem:
        return problem.reply
