"""The tabs of settings: every column has its place; what is typed is saved or refused at its field, never lost."""

from datetime import timedelta

import pytest

from keyturn.audit.models import Event
from keyturn.lib import clock
from keyturn.operators.models import OperatorSession
from keyturn.operators.roles import Role
from keyturn.outbox.models import CellProvider, Trial
from keyturn.tenants import tabs
from keyturn.tenants.models import Tenant
from tests.console.staff import operator, sign_in
from tests.portal.pages import error_at

COLUMN_TABS = [tab.name for tab in tabs.TABS if tab.settings]


@pytest.fixture
def otto(movers):
    """Otto, an owner, signed in."""
    return sign_in(operator(movers))


def fields_of(name, tenant, /, **changes):
    """What a browser would send of a tab that nobody touched, with these changes."""
    tenant.refresh_from_db()
    sent = {"version": tenant.settings_version}
    for setting in tabs.tab_of(name).settings:
        value = getattr(tenant, setting.name)
        if value is True:
            sent[setting.name] = "on"
        elif value is not False:
            sent[setting.name] = "\n".join(value) if isinstance(value, list) else "" if value is None else value
    sent |= changes
    return {key: value for key, value in sent.items() if value is not None}


def test_every_column_of_a_tenant_has_its_place_and_a_sentence():
    columns = {column.name for column in Tenant._meta.concrete_fields}
    assert columns - tabs.NOT_SETTINGS == tabs.SETTINGS.keys()
    beside = {"name", "language"}  # their names say it
    assert {name for name, one in tabs.SETTINGS.items() if not one.column.help_text} <= beside


def test_no_setting_stands_twice():
    names = [setting.name for tab in tabs.TABS for setting in tab.settings]
    assert len(names) == len(set(names))


@pytest.mark.parametrize("tab", [tab.name for tab in tabs.TABS])
def test_every_tab_opens(otto, tab):
    assert otto.get(f"/console/settings/{tab}").status_code == 200


@pytest.mark.parametrize("tab", COLUMN_TABS)
def test_saving_an_untouched_tab_changes_nothing(otto, movers, tab):
    movers.name, movers.password_words = "Movers & Söhne", ["sofa", "van"]
    movers.save()
    before = Tenant.objects.values().get(pk=movers.pk)
    answer = otto.post(f"/console/settings/{tab}", fields_of(tab, movers))
    assert (answer.status_code, answer["Location"]) == (303, f"/console/settings/{tab}?notice=unchanged")
    assert Tenant.objects.values().get(pk=movers.pk) == before


@pytest.mark.mission("M3.3")
def test_a_switch_is_saved_and_the_audit_says_what_was(otto, movers):
    otto.post("/console/settings/manual-entry", fields_of("manual-entry", movers, allow_manual_entry=None))
    otto.post("/console/settings/retention", fields_of("retention", movers, keep_audit_days=400))
    movers.refresh_from_db()
    assert (movers.allow_manual_entry, movers.keep_audit_days) == (False, 400)
    assert [event.data for event in _events(movers)] == [
        {"changed": {"allow_manual_entry": [True, False]}, "version": 1},
        {"changed": {"keep_audit_days": [0, 400]}, "version": 2},
    ]


def _events(tenant):
    from keyturn.tenants import scope

    with scope.inside(tenant.pk):
        return sorted(Event.objects.filter(action="settings.changed"), key=lambda event: event.data["version"])


@pytest.mark.mission("M3.7")
@pytest.mark.parametrize(
    ("tab", "name", "typed"),
    [
        ("recovery", "ticket_expiration_minutes", "4"),
        ("recovery", "ticket_expiration_minutes", "1441"),
        ("recovery", "ticket_expiration_minutes", ""),
        ("recovery", "ticket_expiration_minutes", "٦٠"),
        ("recovery", "ticket_expiration_minutes", "9" * 5000),
        ("recovery", "disclosure", "everything"),
        ("recovery", "identifier_pattern", "("),
        ("recovery", "identifier_pattern", "(?=x)"),
        ("recovery", "identifier_pattern", "x" * 201),
        ("recovery", "mails_per_day", "1"),
        ("passwords", "password_min_length", "7"),
        ("passwords", "password_words", "a" * 51),
        ("passwords", "password_words", "\n".join(map(str, range(101)))),
        ("sms", "phone_region", "XX"),
        ("sms", "sms_per_day", "-1"),
        ("looks", "name", ""),
        ("looks", "name", "Mov\u202eers"),
        ("looks", "accent_colour", "red"),
        ("looks", "accent_colour", "#ffff00"),
        ("addresses", "phone_app_url", "javascript:alert(1)"),
        ("addresses", "desktop_app_url", "https://a b"),
        ("retention", "keep_requests_days", "6"),
    ],
)
def test_what_cannot_be_is_refused_at_its_field_and_loses_nothing(otto, movers, tab, name, typed):
    before = Tenant.objects.values().get(pk=movers.pk)
    answer = otto.post(f"/console/settings/{tab}", fields_of(tab, movers, **{name: typed}))
    assert answer.status_code == 422 and error_at(answer, name)
    assert Tenant.objects.values().get(pk=movers.pk) == before


def test_what_else_was_typed_stands_there_still(otto, movers):
    changes = {"ticket_expiration_minutes": "4", "identifier_pattern": "M[0-9]{5}", "disclosure": "disclosed"}
    page = otto.post("/console/settings/recovery", fields_of("recovery", movers, **changes)).content.decode()
    assert 'value="M[0-9]{5}"' in page and 'value="4"' in page
    assert 'value="disclosed" checked' in page


@pytest.mark.parametrize("sent", [b"\xff\xfe", "\x00", "x" * 70_000, "\ud800"])
def test_hostile_bytes_are_an_error_and_no_crash(otto, movers, sent):
    data = fields_of("looks", movers)
    data["name"] = sent.decode("latin-1") if isinstance(sent, bytes) else sent.encode("utf-8", "surrogatepass")
    assert otto.post("/console/settings/looks", data).status_code in {400, 413, 422, 303}
    assert len(Tenant.objects.get(pk=movers.pk).name) < 10


def test_a_field_sent_twice_is_refused(otto, movers):
    data = fields_of("looks", movers) | {"name": ["Movers", "Mallory"]}
    assert otto.post("/console/settings/looks", data).status_code == 422


def test_the_second_of_two_who_save_is_told_what_changed(otto, movers):
    stale = fields_of("recovery", movers, ticket_expiration_minutes=30)
    otto.post("/console/settings/recovery", fields_of("recovery", movers, mails_per_day=9))
    answer = otto.post("/console/settings/recovery", stale)
    page = answer.content.decode()
    assert answer.status_code == 409
    assert "Recovery messages in a day: was 8, is now 9" in page and 'value="30"' in page
    movers.refresh_from_db()
    assert movers.ticket_expiration_minutes == 60
    assert otto.post("/console/settings/recovery", stale | {"version": movers.settings_version}).status_code == 303
    movers.refresh_from_db()
    assert (movers.ticket_expiration_minutes, movers.mails_per_day) == (30, 8)


@pytest.mark.parametrize("version", ["", "-1", "x", "9" * 50, "0 OR 1"])
def test_a_version_that_nobody_gave_out_overwrites_nothing(otto, movers, version):
    Tenant.objects.update(settings_version=3)
    sent = fields_of("looks", movers, name="Other") | {"version": version}
    assert otto.post("/console/settings/looks", sent).status_code == 409


def test_who_may_see_and_who_may_change(movers):
    auditor = sign_in(operator(movers, "aud", Role.AUDITOR))
    helpdesk = sign_in(operator(movers, "help", Role.HELPDESK))
    assert auditor.get("/console/settings/recovery").status_code == 200
    assert auditor.post("/console/settings/recovery", fields_of("recovery", movers)).status_code == 403
    assert helpdesk.get("/console/settings/recovery").status_code == 403
    assert b"disabled" in auditor.get("/console/settings/recovery").content


def test_after_ten_minutes_it_asks_again_and_loses_nothing_typed(otto, movers):
    OperatorSession.objects.update(confirmed_at=clock.now() - timedelta(minutes=11))
    answer = otto.post("/console/settings/looks", fields_of("looks", movers, name="Removers"))
    assert answer.status_code == 409 and b'value="Removers"' in answer.content
    movers.refresh_from_db()
    assert movers.name == "Movers"


@pytest.mark.parametrize("headers", [{}, {"HX-Request": "true"}], ids=["page", "part"])
def test_nobody_sends_a_test_from_a_session_that_was_found_open(otto, in_movers, headers):
    provider = CellProvider.objects.create(name="Example Wireless", sms_domain="sms.example.net")
    OperatorSession.objects.update(confirmed_at=clock.now() - timedelta(minutes=11))
    typed = {"number": "+14155550177", "message": "You won a prize", "to": "mara@movers.example", "name": "Ours"}
    for place in ("mail/test", "sms/gateway/test", f"sms/{provider.pk}/test"):
        answer = otto.post(f"/console/settings/{place}", typed, headers=headers)
        assert b"/console/confirm?next=/console/settings/" in answer.content and answer.status_code in (200, 409)
    assert not Trial.objects.exists()
    OperatorSession.objects.update(confirmed_at=clock.now())
    otto.post(f"/console/settings/sms/{provider.pk}/test", typed, headers=headers)
    assert Trial.objects.count() == 1


def test_each_choice_of_disclosure_says_what_it_costs(otto):
    page = otto.get("/console/settings/recovery").content.decode()
    assert page.count("Costs: ") == 3


@pytest.mark.mission("M3.5")
def test_a_password_is_tried_by_what_stands_in_the_form(otto, movers):
    by_form = {"trial_password": "violet tractor beside a lake", "password_preset": "classic"}
    answer = otto.post("/console/settings/passwords/try", by_form, headers={"HX-Request": "true"})
    assert b"capital" in answer.content
    by_saved = {"trial_password": "violet tractor beside a lake"}
    answer = otto.post("/console/settings/passwords/try", by_saved, headers={"HX-Request": "true"})
    assert b"Excellent" in answer.content
    assert otto.post("/console/settings/passwords/try", by_saved).status_code == 200


def test_a_tab_that_there_is_not(otto):
    assert otto.get("/console/settings/nowhere").status_code == 404
