"""Messages to an address that is on nobody's record, and messages by the mail servers of a location."""

from datetime import timedelta

import pytest

from keyturn.audit.models import Event
from keyturn.lib import clock
from keyturn.lib.addresses import AddressRefused
from keyturn.outbox import locations, posting, profile_edits, profiles, purge, purposes, queries
from keyturn.outbox.bounces import taking
from keyturn.outbox.bounces.reports import Report
from keyturn.outbox.models import Location, MailProfile, Message
from keyturn.outbox.posting import Letter, LetterRefused
from keyturn.outbox.profiles import NewProfile
from keyturn.recovery import follow_up
from keyturn.tenants import scope
from tests.mailserver import MailServer
from tests.outbox.acts import deliver_all, row
from tests.outbox.conftest import mails_text

OTTO = "operator:otto"
LINK = "https://movers.example/console/welcome/Wx7mRt4pKq"


def letter(now, to="mia@new.example", purpose="operator_welcome", **more):
    values = {"LINK": LINK, "USERNAME": "mia"} if purpose == "operator_welcome" else {}
    return Letter(purpose, to, values, now + timedelta(hours=1), **more)


@pytest.fixture
def depot(in_movers, tmp_path, now):
    """A location with a mail server of its own."""
    with MailServer(tmp_path / "depot") as own:
        location = locations.add("Depot", now, actor=OTTO)
        described = NewProfile("Depot's own", "127.0.0.1", own.port, "none", from_address="depot@movers.example")
        profiles.save(described, now, location_id=location.pk)
        location.server = own
        yield location


@pytest.mark.mission("M2.8")
def test_mail_of_a_location_goes_by_its_own_servers_and_no_others(depot, server, now):
    message = posting.post_elsewhere(letter(now, location_id=depot.pk), now=now)
    ours = posting.post_elsewhere(letter(now, to="ned@new.example"), now=now)
    deliver_all()
    assert [mail["recipients"] for mail in depot.server.accepted()] == [["mia@new.example"]]
    assert [mail["recipients"] for mail in server.accepted()] == [["ned@new.example"]]
    assert row(message).state == row(ours).state == Message.SENT


def test_one_without_servers_of_its_own_writes_by_the_organizations(in_movers, server, now):
    yard = locations.add("Yard", now, actor=OTTO)
    posting.post_elsewhere(letter(now, location_id=yard.pk), now=now)
    deliver_all()
    assert len(server.accepted()) == 1


def test_taken_away_while_mail_waits_it_goes_by_the_organizations(depot, server, now):
    message = posting.post_elsewhere(letter(now, location_id=depot.pk), now=now)
    Location.objects.get(pk=depot.pk).delete()
    assert not MailProfile.objects.exists()
    deliver_all()
    assert row(message).state == Message.SENT and len(server.accepted()) == 1


def test_it_is_written_to_the_address_and_to_nobody_by_name(in_movers, server, now):
    posting.post_elsewhere(letter(now, to=" Mia@NEW.example "), now=now)
    deliver_all()
    (mail,) = server.accepted()
    assert mail["recipients"] == ["Mia@new.example"] and "mia" in mails_text(mail) and LINK in mails_text(mail)


@pytest.mark.parametrize("purpose", [name for name, one in purposes.PURPOSES.items() if not one.to_anybody])
def test_what_is_for_people_on_record_goes_to_nobody_else(in_movers, now, purpose):
    with pytest.raises(LetterRefused):
        posting.post_elsewhere(letter(now, purpose=purpose), now=now)
    assert not Message.objects.exists()


@pytest.mark.parametrize(
    "to",
    ["", " ", "nobody", "a@b@c.example",
     "a@b.example\r\nBcc: x@y.example", "a\x00@b.example", "a@b.example, c@d.example",
     '"a b"@c.example', "x" * 400 + "@b.example", "a@\ud800.example", "a@b.example\u2028", "<a@b.example>"],
)  # fmt: skip
def test_what_is_no_address_is_refused_before_anything_is_written(in_movers, now, to):
    with pytest.raises(AddressRefused):
        posting.post_elsewhere(letter(now, to=to), now=now)
    assert not Message.objects.exists()


def test_it_must_be_given_exactly_what_it_says(in_movers, now):
    for values in ({}, {"LINK": LINK}, {"LINK": LINK, "USERNAME": "mia", "CODE": "1"}):
        with pytest.raises(LetterRefused):
            posting.post_elsewhere(Letter("operator_welcome", "a@b.example", values, now), now=now)
    with pytest.raises(ValueError):
        bad = {"LINK": LINK, "USERNAME": "mia\r\nBcc: x@y.example"}
        posting.post_elsewhere(Letter("operator_welcome", "a@b.example", bad, now), now=now)


def test_an_address_that_cannot_exist_is_not_tried(in_movers, server, now, settings):
    settings.KEYTURN_IS_SECURE = True
    message = posting.post_elsewhere(letter(now, to="mia@new.test"), now=now)
    deliver_all()
    assert row(message).state == Message.FAILED and not server.accepted()


def test_while_it_lives_it_counts_and_dead_or_forgotten_it_does_not(in_movers, now):
    message = posting.post_elsewhere(letter(now), now=now)
    assert queries.dead([message.pk]) == set()
    Message.objects.update(elsewhere="")
    assert queries.dead([message.pk]) == {message.pk}


def test_one_that_comes_back_is_followed_up_without_a_person(in_movers, server, now):
    message = posting.post_elsewhere(letter(now), now=now)
    deliver_all()
    with scope.inside(None):  # what a worker's thread begins with
        assert taking.take(message.pk, Report(True, "550 no such mailbox"), clock.now())
        assert follow_up.step()
    assert row(message).state == Message.BOUNCED
    assert Event.objects.get(action="message.bounced").data["purpose"] == "operator_welcome"


def test_it_goes_with_the_delivery_log(in_movers, server, now):
    posting.post_elsewhere(letter(now), now=now)
    deliver_all()
    assert purge.in_tenant(now + timedelta(days=89)) == 0
    assert purge.in_tenant(now + timedelta(days=91)) == 2  # the message and its attempt


def test_the_link_stands_in_no_column(in_movers, now):
    posting.post_elsewhere(letter(now), now=now)
    assert "Wx7mRt4pKq" not in str(list(Message.objects.values()))
    assert b"Wx7mRt4pKq" not in bytes(Message.objects.get().sealed)


def test_every_profile_of_every_location_is_known_to_the_doctor(depot, now, settings):
    settings.KEYTURN_EMAIL_URL = ""
    profile_edits.add(NewProfile("Ours", "mail.movers.example"), now, actor=OTTO)
    assert [one.name for one in profiles.everywhere()] == ["Ours", "Depot's own"]
