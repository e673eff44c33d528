"""Pages of mail services and locations: what is asked, where it is kept, what is refused, whose it is."""

import re
from datetime import timedelta

import pytest

from keyturn.directories import accounts
from keyturn.lib import clock
from keyturn.operators.models import Operator, OperatorSession
from keyturn.operators.roles import Role
from keyturn.outbox import locations, profile_edits, profiles
from keyturn.outbox.mail_services import SERVICES
from keyturn.outbox.models import Location, MailProfile, Trial
from keyturn.outbox.profiles import NewProfile
from keyturn.people import changes
from keyturn.people.changes import NewPerson
from keyturn.recovery import preview
from keyturn.tenants import scope
from tests.console.staff import operator, sign_in
from tests.outbox.mailservice import KEY
from tests.portal.pages import error_at

BY = "operator:otto"
NEW, TEST = "/console/settings/mail/new", "/console/settings/mail/test"


@pytest.fixture
def otto(movers):
    """Otto, an owner, signed in."""
    return sign_in(operator(movers, email="otto@movers.example"))


@pytest.fixture
def depot(in_movers):
    return locations.add("Depot", clock.now(), actor=BY)


def paid(**changes):
    return {"service": "mailgun", "name": "Paid", "region": "eu", "password": KEY} | changes


@pytest.mark.mission("M2.3")
@pytest.mark.parametrize("name", SERVICES)
def test_a_service_asks_for_its_key_and_little_else(otto, name):
    page = otto.get(f"{NEW}?service={name}").content.decode()
    assert SERVICES[name].label in page and 'type="password"' in page
    assert 'name="host"' not in page and 'name="port"' not in page
    assert ('name="region"' in page) == (len(SERVICES[name].regions) > 1)
    assert ('name="username"' in page) == bool(SERVICES[name].user)


@pytest.mark.mission("M2.3")
def test_a_pasted_key_is_kept_and_shown_to_nobody(otto, in_movers):
    assert otto.post(NEW, paid()).status_code == 303
    profile = MailProfile.objects.get()
    assert (profile.service, profile.options["region"], profiles.servers()[0].password) == ("mailgun", "eu", KEY)
    for path in ("/console/settings/mail", f"/console/settings/mail/{profile.pk}"):
        page = otto.get(path).content.decode()
        assert "Mailgun" in page and KEY not in page


def test_a_made_up_service_is_the_form_of_a_server(otto, in_movers):
    assert 'name="host"' in otto.get(f"{NEW}?service=sendgrid").content.decode()
    assert otto.post(NEW, paid(service="sendgrid")).status_code == 422
    assert not MailProfile.objects.exists()


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"password": ""}, "password"),
        ({"password": "clé"}, "password"),
        ({"region": "mars"}, "region"),
        ({"domain": "../keys"}, "domain"),
        ({"from_address": "nobody"}, "from_address"),
        ({"name": ""}, "name"),
        ({"name": "x" * 101}, "name"),
        ({"name": "a\x00b"}, "name"),
    ],
)
def test_what_cannot_be_saved_is_said_at_its_field_and_loses_nothing(otto, in_movers, changes, field):
    answer = otto.post(NEW, paid(from_name="Dispatch") | changes)
    assert answer.status_code == 422 and error_at(answer, field)
    assert 'value="Dispatch"' in answer.content.decode() and KEY not in answer.content.decode()
    assert not MailProfile.objects.exists()


def test_changed_to_another_region_it_asks_for_the_key_again(otto, in_movers):
    otto.post(NEW, paid())
    profile = MailProfile.objects.get()
    answer = otto.post(f"/console/settings/mail/{profile.pk}", paid(password="", region="us", version=1))
    assert answer.status_code == 422 and "again" in error_at(answer, "password")
    saved = otto.post(f"/console/settings/mail/{profile.pk}", paid(password="", name="Other", version=1))
    assert saved.status_code == 303 and profiles.servers()[0].password == KEY


def test_a_profile_stays_with_its_service(otto, in_movers):
    otto.post(NEW, paid())
    profile = MailProfile.objects.get()
    otto.post(f"/console/settings/mail/{profile.pk}", paid(service="postmark", password="", version=1))
    profile.refresh_from_db()
    assert profile.service == "mailgun"


def test_what_stands_in_the_form_is_tried(otto, in_movers):
    answer = otto.post(TEST, paid(to="otto@movers.example"), headers={"HX-Request": "true"})
    assert answer.status_code == 200 and "Signed in" in answer.content.decode()
    assert Trial.objects.get().stages[-4:] == ["signed_in", "sender", "recipient", "accepted"]


@pytest.mark.mission("M2.8")
def test_a_location_is_added_renamed_and_removed(otto, in_movers):
    added = otto.post("/console/settings/locations/new", {"name": " Depot "})
    depot = Location.objects.get()
    assert added.status_code == 303 and depot.name == "Depot"
    page = f"/console/settings/locations/{depot.pk}"
    assert otto.post(page, {"name": "Yard", "version": 1}).status_code == 303
    assert otto.post(page, {"name": "Late", "version": 1}).status_code == 409  # somebody else was faster
    assert b"Yard" in otto.get("/console/settings/locations").content
    assert otto.post(f"{page}/remove", {"version": 1}).status_code == 409
    assert otto.post(f"{page}/remove", {"version": 2}).status_code == 303
    assert not Location.objects.exists()


@pytest.mark.parametrize("name", ["", " ", "x" * 101, "a\x00b", "a\u202eb", "Depot"])
def test_a_name_that_cannot_be_is_refused_at_its_field(otto, depot, name):
    answer = otto.post("/console/settings/locations/new", {"name": name})
    assert answer.status_code == 422 and error_at(answer, "name") and Location.objects.count() == 1


def test_so_many_locations_and_no_more(otto, in_movers, monkeypatch):
    monkeypatch.setattr(locations, "MOST", 1)
    assert otto.post("/console/settings/locations/new", {"name": "Depot"}).status_code == 303
    assert error_at(otto.post("/console/settings/locations/new", {"name": "Yard"}), "name")


@pytest.mark.mission("M2.8")
def test_a_location_has_a_list_of_its_own(otto, depot):
    otto.post(NEW, paid(name="Ours"))
    saved = otto.post(NEW, paid(name="Theirs", location=str(depot.pk)))
    assert saved["Location"].startswith(f"/console/settings/locations/{depot.pk}")
    otto.post(NEW, paid(name="Spare", location=str(depot.pk)))
    assert [one.name for one in profiles.servers(depot.pk)] == ["Theirs", "Spare"]
    assert [one.name for one in profiles.servers()] == ["Ours"]
    assert b"Theirs" not in otto.get("/console/settings/mail").content
    spare = MailProfile.objects.get(name="Spare")
    otto.post(f"/console/settings/mail/{spare.pk}/up")
    assert [one.name for one in profiles.servers(depot.pk)] == ["Spare", "Theirs"]
    gone = otto.post(f"/console/settings/mail/{spare.pk}/remove", {"version": 1})
    assert gone["Location"].startswith(f"/console/settings/locations/{depot.pk}")


def test_removed_with_its_servers_and_operators_write_by_the_organizations(otto, depot):
    boss = Operator.objects.get(username="otto")
    Operator.objects.update(default_location=depot)
    otto.post(NEW, paid(location=str(depot.pk)))
    otto.post(f"/console/settings/locations/{depot.pk}/remove", {"version": 1})
    boss.refresh_from_db()
    assert boss.default_location is None and not MailProfile.objects.exists()


@pytest.mark.parametrize("named", ["nowhere", "00000000-0000-0000-0000-000000000007", "' OR 1=1"])
def test_a_location_that_is_not_there_is_missing(otto, in_movers, named):
    assert otto.get(NEW, {"location": named}).status_code == 404
    assert otto.post(NEW, paid(location=named)).status_code == 404
    assert not MailProfile.objects.exists()


def test_a_location_of_another_organization_is_missing_too(otto, labs, in_movers):
    with scope.inside(labs.id):
        theirs = locations.add("Annex", clock.now(), actor=BY)
    assert otto.post(NEW, paid(location=str(theirs.pk))).status_code == 404
    for place in ("", "/remove"):
        assert otto.post(f"/console/settings/locations/{theirs.pk}{place}", {"name": "Mine"}).status_code == 404
    assert otto.post("/console/me/location", {"location": str(theirs.pk)}).status_code == 422


def test_who_may_see_and_who_may_change(movers, depot):
    auditor, helpdesk = (sign_in(operator(movers, role, role)) for role in (Role.AUDITOR, Role.HELPDESK))
    page = f"/console/settings/locations/{depot.pk}"
    assert auditor.get(page).status_code == 200 and auditor.post(page, {"name": "Mine"}).status_code == 403
    assert helpdesk.get(page).status_code == 403
    assert auditor.post(NEW, paid()).status_code == 403 and auditor.post(TEST, paid()).status_code == 403


def test_after_ten_minutes_it_asks_again_and_loses_nothing_typed(otto, in_movers):
    OperatorSession.objects.update(confirmed_at=clock.now() - timedelta(minutes=11))
    for path, typed in ((NEW, paid(from_name="Dispatch")), ("/console/settings/locations/new", {"name": "Dispatch"})):
        answer = otto.post(path, typed)
        assert answer.status_code == 409 and b'value="Dispatch"' in answer.content
    assert not MailProfile.objects.exists() and not Location.objects.exists()


@pytest.mark.mission("M2.2")
def test_an_envelope_beside_password_resets_opens_the_mail_settings(otto, movers):
    page = otto.get("/console/settings/recovery").content.decode()
    (link,) = re.findall(r'<a class="icon-link" href="([^"]+)" title="([^"]+)">(.*?)</a>', page, re.S)
    assert link[0] == "/console/settings/mail" and "temporary passwords" in link[1]
    assert '<span class="visually-hidden">' in link[2]
    assert otto.get(link[0]).status_code == 200


@pytest.mark.mission("M2.8")
def test_an_operator_chooses_a_default_location(otto, depot):
    assert b"Depot" in otto.get("/console/me").content
    assert otto.post("/console/me/location", {"location": str(depot.pk)}).status_code == 303
    assert Operator.objects.get(username="otto").default_location == depot
    assert otto.post("/console/me/location", {"location": ""}).status_code == 303
    assert Operator.objects.get(username="otto").default_location is None


@pytest.mark.parametrize("sent", ["nowhere", "x" * 5000, "a\x00b", "00000000-0000-0000-0000-000000000007"])
def test_and_nothing_that_there_is_not(otto, depot, sent):
    answer = otto.post("/console/me/location", {"location": sent})
    assert answer.status_code == 422 and error_at(answer, "location")


def test_an_owner_chooses_for_those_below_and_nobody_for_those_above(movers, otto, depot):
    dora, boss = operator(movers, "dora", Role.HELPDESK), Operator.objects.get(username="otto")
    page = f"/console/operators/{dora.pk}/location"
    assert otto.post(page, {"location": str(depot.pk)}).status_code == 303
    dora.refresh_from_db()
    assert dora.default_location == depot
    assert sign_in(dora).post(f"/console/operators/{boss.pk}/location", {"location": ""}).status_code == 403
    anna = sign_in(operator(movers, "anna", Role.ADMINISTRATOR))
    assert anna.post(f"/console/operators/{boss.pk}/location", {"location": str(depot.pk)}).status_code == 422
    boss.refresh_from_db()
    assert boss.default_location is None


def test_a_race_for_one_name_ends_with_one_location_of_it(depot):
    with pytest.raises(locations.LocationRefused, match="taken"):
        locations.add("Depot", clock.now(), actor=BY)


def test_profiles_of_a_location_do_not_count_for_the_organizations_ten(in_movers, depot):
    for place in range(profile_edits.MOST):
        profile_edits.add(NewProfile(f"s{place}", "mail.movers.example"), clock.now(), actor=BY)
    with pytest.raises(profiles.ProfileRefused, match="too_many"):
        profile_edits.add(NewProfile("more", "mail.movers.example"), clock.now(), actor=BY)
    profile_edits.add(NewProfile("theirs", "mail.movers.example"), clock.now(), actor=BY, location_id=depot.pk)


@pytest.mark.mission("M0.7")
def test_the_last_way_out_is_removed_only_when_it_was_seen_who_hangs_on_it(otto, in_movers):
    mara = changes.create(NewPerson("mara@movers.example", "Mara", "mara@movers.example"), clock.now())
    accounts.open(mara, mara.identifier, clock.now())
    only = profile_edits.add(NewProfile("Only", "mail.movers.example"), clock.now(), actor=BY)
    page = f"/console/settings/mail/{only.pk}"
    assert "Before it is removed you see who" in otto.get(page).content.decode()
    asked = otto.post(f"{page}/remove", {"version": only.version})["Location"]
    assert "/console/settings/preview/" in asked and b"Looking at everybody: 0 of 1" in otto.get(asked).content
    assert otto.post(asked).status_code == 200 and MailProfile.objects.exists()  # not before everybody was looked at
    while preview.step():
        pass
    shown = otto.get(asked).content.decode()
    assert '<span class="badge is-bad">1</span>' in shown and ">Mara</a>" in shown
    assert otto.post(asked).status_code == 303 and not MailProfile.objects.exists()
    assert otto.post(asked).status_code == 409  # it is gone


def test_one_that_was_changed_since_it_was_looked_at_stays(otto, in_movers):
    only = profile_edits.add(NewProfile("Only", "mail.movers.example"), clock.now(), actor=BY)
    asked = otto.post(f"/console/settings/mail/{only.pk}/remove", {"version": only.version})["Location"]
    while preview.step():
        pass
    MailProfile.objects.update(version=only.version + 1)
    assert otto.post(asked).status_code == 409 and MailProfile.objects.exists()


def test_one_of_several_is_removed_at_once(otto, in_movers, settings):
    only = profile_edits.add(NewProfile("Only", "mail.movers.example"), clock.now(), actor=BY)
    settings.KEYTURN_EMAIL_URL = "smtp://mail.example:25"  # the installation's own serves
    otto.post(f"/console/settings/mail/{only.pk}/remove", {"version": only.version})
    assert not MailProfile.objects.exists()
