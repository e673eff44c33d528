"""The pages of layouts and variables: what is typed is saved, refused at its place or asked about, and never lost."""

from datetime import timedelta

import pytest

from keyturn.audit.models import Event
from keyturn.lib import clock
from keyturn.operators.models import OperatorSession
from keyturn.operators.roles import Role
from keyturn.outbox import drafting
from keyturn.outbox.layouts import saving, variables
from keyturn.outbox.layouts.models import LayoutText, LayoutVersion, StoredLayout, Variable
from keyturn.outbox.models import Message, Trial
from keyturn.people import changes
from keyturn.people.changes import NewPerson
from keyturn.tenants import scope
from keyturn.tenants.models import Tenant
from tests.console.layouts.conftest import builder, typed, words
from tests.console.staff import operator, sign_in
from tests.portal.pages import error_at
from tests.recovery.acts import recover

GONE = "\u2212 "  # before a line that went
HTMX = {"HX-Request": "true"}
IMPORT, LIST = "/console/settings/layouts/import", "/console/settings/layouts"
PIN, LINK, SMS = "PINCODE_EMAIL_BODY", "PASSWORD_EMAIL_CHANGE", "TEMPORARY_PASSWORD_SMS"


def variable(name):
    return f"/console/settings/variables/{name}"


@pytest.mark.mission("M2.4")
def test_importing_is_refused_with_the_way_out_until_the_environment_has_a_name(otto, in_movers):
    answer = otto.post(IMPORT)
    assert answer.status_code == 422 and b"/console/settings/looks#environment_name" in answer.content
    assert not StoredLayout.objects.exists()
    Tenant.objects.update(environment_name="Depot")
    answer = otto.post(IMPORT)
    many = len(variables.VARIABLES)
    assert answer.status_code == 200 and f"{many} layouts were imported" in answer.content.decode()
    assert StoredLayout.objects.count() == Variable.objects.count() == many
    assert b"Every default layout is here already" in otto.post(IMPORT).content


def test_the_list_says_where_each_is_used_and_who_changed_it(otto, imported):
    otto.post(builder(words(PIN)), typed(words(PIN), subject="Come in"))
    page = otto.get(LIST).content.decode()
    assert "PIN code (email)" in page and variable(PIN) in page and page.count(">otto<") == 2  # the menu says it, too


@pytest.mark.mission("M2.6")
@pytest.mark.parametrize(
    ("name", "change", "field"),
    [
        (PIN, {"text": "Welcome"}, "text"),
        (PIN, {"text": "Your code: !PINCODE!"}, "text"),
        (PIN, {"subject": "Code !PINCODE!"}, "subject"),
        (PIN, {"subject": ""}, "subject"),
        (PIN, {"html": "<p>Welcome</p>"}, "html"),
        (PIN, {"text": "x" * 20_001}, "text"),
        (LINK, {"text": "!LINK!\nand no code"}, "text"),
        (LINK, {"text": "!CODE!\nhttps://movers.example/?t=!LINK!"}, "text"),
        (SMS, {"text": ""}, "text"),
        (PIN, {"subject": "Two\x00lines"}, "subject"),
    ],
)
def test_what_cannot_be_is_refused_at_its_field_and_loses_nothing(otto, imported, name, change, field):
    text = words(name)
    answer = otto.post(builder(text), typed(text, **change))
    assert answer.status_code == 422 and error_at(answer, field)
    assert words(name).version == 1
    beside = next(value for key, value in change.items())
    assert (beside.replace("<", "&lt;").replace(">", "&gt;")[:100]) in answer.content.decode()


@pytest.mark.mission("M2.6")
@pytest.mark.parametrize(
    "change",
    [
        {"subject": "Welcome !NAME!"},
        {"subject": "See https://elsewhere.example/", "html": "<a href='https://elsewhere.example'>!PINCODE!</a>"},
        {"html": "<p onclick='x()'>!PINCODE!</p>"},
        {"html": "<script>x()</script><p>!PINCODE!</p>"},
    ],
)
def test_what_may_be_a_mistake_is_asked_about_and_saved_once_it_is_meant(otto, imported, change):
    text = words(PIN)
    answer = otto.post(builder(text), typed(text, **change))
    assert answer.status_code == 422 and error_at(answer, "confirmed") and words(PIN).version == 1
    answer = otto.post(builder(text), typed(text, **change, confirmed="on"))
    assert (answer.status_code, words(PIN).version) == (303, 2)
    assert "<script" not in words(PIN).html and "onclick" not in words(PIN).html


def test_what_is_saved_has_a_version_and_an_event(otto, imported):
    otto.post(builder(words(PIN)), typed(words(PIN), subject="Come in"))
    text = words(PIN)
    assert (text.subject, text.version) == ("Come in", 2)
    assert list(LayoutVersion.objects.filter(of=text).values_list("number", flat=True).order_by("number")) == [1, 2]
    assert Event.objects.filter(action="layout.saved").latest("at").data["version"] == 2


@pytest.mark.parametrize("place", ["", "/check", "/frame", "/test", "/html"])
def test_hostile_signs_are_an_error_and_no_crash(otto, imported, place):
    text = words(PIN)
    for field in ("subject", "text", "html", "who", "person", "version", "number"):
        for sent in ("\x00", "x" * 50_000, "\ufffe\u202e", "![IF]!", "!LINK!" * 5_000):
            answer = otto.post(builder(text, place), typed(text, **{"text": "", field: sent}))
            assert answer.status_code in {200, 303, 409, 413, 422}, (field, sent[:9])
    assert words(PIN).version == 1


def test_hostile_bytes_and_fields_sent_twice_are_an_error_and_no_crash(otto, imported):
    text = words(PIN)
    for place in ("", "/check", "/frame", "/test", "/html"):
        doubled = {**typed(text), "text": [text.text, "other"]}
        assert otto.post(builder(text, place), doubled).status_code in {200, 422, 303}
        assert otto.post(builder(text, place), b"text=%ff%fe", "application/x-www-form-urlencoded").status_code < 500
    assert words(PIN).text == text.text


def test_what_was_typed_is_shown_as_text_and_never_as_the_page(otto, imported):
    words_of_mallory = '</textarea><script>alert(1)</script><img src=x onerror="alert(2)">'
    sent = typed(words(PIN), subject=words_of_mallory, text=words_of_mallory, html=words_of_mallory)
    for page in (otto.post(builder(words(PIN), "/check"), sent), otto.post(builder(words(PIN)), sent)):
        assert b"<script>alert" not in page.content and b"<img src=x" not in page.content


def test_the_frame_may_run_nothing_and_load_nothing(otto, imported):
    html = "<style>p{color:red}</style><script>x()</script><img src='https://evil.example/x.png'><p>!PINCODE!</p>"
    answer = otto.post(builder(words(PIN), "/frame"), typed(words(PIN), html=html))
    policy = answer["Content-Security-Policy"]
    assert policy.endswith("; sandbox") and "default-src 'none'" in policy and "script" not in policy
    assert "frame-ancestors 'self'" in policy and "img-src data:" in policy
    page = answer.content.decode()
    assert "ABCD-EFGHJ-KMNPQ" in page and "<script" not in page and "evil.example" not in page


def test_the_page_around_the_frame_still_allows_no_inline_style(otto, imported):
    policy = otto.get(builder(words(PIN)))["Content-Security-Policy"]
    assert "style-src 'self';" in policy and "frame-src 'self'" in policy and "unsafe" not in policy


def test_problems_are_told_as_somebody_types_and_without_a_script_by_a_button(otto, imported):
    sent = typed(words(PIN), text="Hello !NAME!")
    part = otto.post(builder(words(PIN), "/check"), sent, headers=HTMX).content.decode()
    page = otto.post(builder(words(PIN), "/check"), sent).content.decode()
    for answer in (part, page):
        assert "!PINCODE! must be in it" in answer and "!NAME! is no merge item" in answer
    assert "<html" not in part and ">\nHello !NAME!</textarea>" in page
    assert words(PIN).version == 1


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("Short\n!PASSWORD!", ("1 text message", "GSM-7", "costs 0.07")),
        ("Jürgen\u2019s\n!PASSWORD!", ("1 text message", "UCS-2", "\u2019")),
        ("Words and words. " * 12 + "\n!PASSWORD!", ("2 text messages", "costs 0.14")),
    ],
)
def test_a_text_message_says_what_it_costs(otto, imported, text, said):
    Tenant.objects.update(sms_price=7)
    page = otto.post(builder(words(SMS), "/check"), typed(words(SMS), text=text), headers=HTMX).content.decode()
    assert [one for one in said if one not in page] == []


@pytest.mark.mission("M2.6")
def test_the_preview_is_for_a_real_person_who_was_searched(otto, imported, labs, now):
    mara = changes.create(NewPerson("mara", "Mara Lind", "mara@movers.example"), now)
    with scope.inside(labs.pk):
        foreign = changes.create(NewPerson("lou", "Lou Other", "lou@labs.example"), now)
    text = words(LINK)
    found = otto.post(builder(text, "/check"), typed(text, who="mara"), headers=HTMX).content.decode()
    assert f'value="{mara.pk}"' in found
    shown = otto.post(builder(text, "/check"), typed(text, person=str(mara.pk)), headers=HTMX).content.decode()
    assert "Hello Mara Lind" in shown
    shown = otto.post(builder(text, "/check"), typed(text, person=str(foreign.pk), who="lou"), headers=HTMX)
    assert b"Lou Other" not in shown.content and b"Alex Example" in shown.content


def test_the_second_of_two_who_save_sees_both_and_loses_nothing(otto, imported):
    text = words(PIN)
    mine = typed(text, subject="Mine")
    otto.post(builder(text), typed(text, subject="Theirs"))
    answer = otto.post(builder(text), mine)
    page = answer.content.decode()
    assert answer.status_code == 409 and f"{GONE}Theirs" in page and "+ Mine" in page and 'value="Mine"' in page
    assert words(PIN).subject == "Theirs"
    assert otto.post(builder(text), mine | {"version": "2"}).status_code == 303
    assert words(PIN).subject == "Mine"


@pytest.mark.parametrize("version", ["", "-1", "x", "9" * 50, "0", "1 OR 1"])
def test_a_version_that_nobody_gave_out_overwrites_nothing(otto, imported, version):
    assert otto.post(builder(words(PIN)), typed(words(PIN), version=version, subject="Mine")).status_code == 409
    assert words(PIN).version == 1


def test_after_ten_minutes_it_asks_again_and_loses_nothing_typed(otto, imported):
    OperatorSession.objects.update(confirmed_at=clock.now() - timedelta(minutes=11))
    answer = otto.post(builder(words(PIN)), typed(words(PIN), subject="Come in"))
    assert answer.status_code == 409 and b'value="Come in"' in answer.content and words(PIN).version == 1
    assert otto.post(variable(PIN), {"value": ""}).status_code == 409
    assert Variable.objects.filter(name=PIN).exists()


def test_whoever_had_to_confirm_first_comes_back_to_where_the_button_is(otto, imported):
    OperatorSession.objects.update(confirmed_at=clock.now() - timedelta(minutes=11))
    place = builder(words(PIN), "/versions/1/restore")
    for button, page in ((IMPORT, LIST), (place, builder(words(PIN), "/versions"))):
        assert "/console/confirm" in otto.post(button, {"version": "1"})["Location"]
        assert otto.get(button)["Location"] == page
    assert words(PIN).version == 1


@pytest.mark.parametrize("flow", ["save", "remove"])
def test_what_somebody_else_removed_meanwhile_is_missing(otto, imported, monkeypatch, flow):
    text, done = words(PIN), getattr(saving, flow)

    def slow(*given, **named):
        Variable.objects.all().delete()
        StoredLayout.objects.filter(pk=text.layout_id).delete()
        return done(*given, **named)

    monkeypatch.setattr(saving, flow, slow)
    place = {"save": builder(text), "remove": f"/console/settings/layouts/{text.layout_id}/remove"}[flow]
    assert otto.post(place, typed(text)).status_code == 404


@pytest.mark.mission("M2.6")
def test_versions_are_compared_and_restored(otto, imported):
    for subject in ("First", "Second"):
        otto.post(builder(words(PIN)), typed(words(PIN), subject=subject))
    page = otto.get(builder(words(PIN), "/versions") + "?older=1&newer=3").content.decode()
    assert f"{GONE}Your PIN code for !ENVIRONMENT!" in page and "+ Second" in page
    assert "They are the same." in otto.get(builder(words(PIN), "/versions") + "?older=2&newer=2").content.decode()
    answer = otto.post(builder(words(PIN), "/versions/1/restore"), {"version": "3"})
    assert answer.status_code == 303
    assert (words(PIN).subject, words(PIN).version) == ("Your PIN code for !ENVIRONMENT!", 4)
    assert otto.post(builder(words(PIN), "/versions/2/restore"), {"version": "3"}).status_code == 409
    assert words(PIN).version == 4


@pytest.mark.parametrize("query", ["older=9&newer=1", "older=x&newer=1", "newer=" + "9" * 99])
def test_versions_that_there_are_not(otto, imported, query):
    assert otto.get(f"{builder(words(PIN), '/versions')}?{query}").status_code == 404
    assert otto.post(builder(words(PIN), "/versions/99/restore"), {"version": "1"}).status_code == 404


@pytest.mark.mission("M2.5")
@pytest.mark.parametrize("how", ["chosen", "value"])
def test_a_variable_that_points_elsewhere_changes_the_next_message(otto, imported, mara, how):
    otto.post("/console/settings/layouts/new", {"name": "Night shift", "message": LINK})
    other = StoredLayout.objects.get(name="Night shift")
    page = f"/console/settings/layouts/{other.pk}/en"
    otto.post(page, {"version": "0", "subject": "Back in", "text": "By night\n\n!LINK!\n\n!CODE!", "html": ""})
    subjects = [_next_subject(imported)]
    assert otto.post(variable(LINK), {how: "Night shift"}).status_code == 303
    subjects.append(_next_subject(imported))
    otto.post(variable(LINK), {"chosen": "", "value": ""})
    subjects.append(_next_subject(imported))
    assert subjects[1] == "Back in" and subjects[0] == subjects[2] == "Reset your password for Movers"
    assert Event.objects.filter(action="variable.pointed").count() == 2


def _next_subject(tenant):
    recover(tenant)
    return drafting.draft(Message.objects.filter(purpose="recovery_link").latest("created_at")).subject


@pytest.mark.mission("M2.5")
@pytest.mark.parametrize(
    ("typed_name", "said"),
    [
        ("Nowhere", "There is no layout of this name"),
        ("pin code (email)", "There is no layout of this name"),
        ("Link and code (email)", "for another message"),
        ("\x00", "There is no layout of this name"),
        ("x" * 500, "There is no layout of this name"),
    ],
)
def test_a_name_that_does_not_fit_is_refused_at_its_field(otto, imported, typed_name, said):
    answer = otto.post(variable(PIN), {"chosen": "", "value": typed_name})
    assert answer.status_code == 422 and said in error_at(answer, "value")
    assert Variable.objects.get(name=PIN).layout.name == "PIN code (email)"


def test_a_variable_that_there_is_not(otto, imported):
    assert otto.get(variable("NOBODY_KNOWS")).status_code == 404
    assert otto.post(variable("NOBODY_KNOWS"), {"value": ""}).status_code == 404


@pytest.mark.parametrize(
    ("sent", "field"),
    [
        ({"name": "", "message": PIN}, "name"),
        ({"name": "PIN code (email)", "message": PIN}, "name"),
        ({"name": "x" * 101, "message": PIN}, "name"),
        ({"name": "Mine", "message": "pin_code.sms"}, "message"),
        ({"name": "Mine"}, "message"),
    ],
)
def test_a_new_layout_that_cannot_be(otto, imported, sent, field):
    answer = otto.post("/console/settings/layouts/new", sent)
    assert answer.status_code == 422 and error_at(answer, field)


def test_a_layout_is_renamed_and_removed_when_nothing_points_there(otto, imported):
    layout = words(PIN).layout
    place = f"/console/settings/layouts/{layout.pk}"
    assert error_at(otto.post(f"{place}/rename", {"name": "Link and code (email)"}), "name")
    assert otto.post(f"{place}/rename", {"name": "Invitation"}).status_code == 303
    refused = otto.post(f"{place}/remove")
    assert refused.status_code == 422 and variable(PIN) in refused.content.decode()
    otto.post(variable(PIN), {"chosen": ""})
    assert otto.post(f"{place}/remove").status_code == 303
    assert not StoredLayout.objects.filter(pk=layout.pk).exists()


@pytest.mark.mission("M2.6")
@pytest.mark.parametrize(("name", "number"), [(PIN, ""), (SMS, "+14155550101")])
def test_a_test_goes_to_whoever_writes(otto, imported, name, number):
    text = words(name)
    answer = otto.post(builder(text, "/test"), typed(text, number=number), headers=HTMX)
    assert b"trial-steps" in answer.content
    trial = Trial.objects.get()
    assert (trial.kind, trial.ended_at) == (Trial.LAYOUT, None)
    assert otto.get(f"/console/settings/trials/{trial.pk}").status_code == 200


@pytest.mark.parametrize(("name", "change"), [(SMS, {"number": "x"}), (SMS, {}), (PIN, {"text": "\x00"})])
def test_a_test_that_cannot_begin_says_why(otto, imported, name, change):
    text = words(name)
    part = otto.post(builder(text, "/test"), typed(text, **change), headers=HTMX)
    assert b"The test cannot begin yet." in part.content
    assert otto.post(builder(text, "/test"), typed(text, **change)).status_code == 422
    assert not Trial.objects.exists()


def test_nobody_sends_a_test_from_a_session_that_was_found_open(otto, imported):
    OperatorSession.objects.update(confirmed_at=clock.now() - timedelta(minutes=11))
    for headers in ({}, HTMX):
        answer = otto.post(builder(words(PIN), "/test"), typed(words(PIN)), headers=headers)
        assert b"/console/confirm" in answer.content
    assert not Trial.objects.exists()


def test_who_may_look_and_who_may_change(auditor, in_movers, imported):
    helpdesk = sign_in(operator(in_movers, "help", Role.HELPDESK))
    looked = ["", "/frame", "/versions"]
    changed = ["", "/check", "/frame", "/test", "/html", "/versions/1/restore"]
    text = words(PIN)
    for place in looked:
        assert auditor.get(builder(text, place)).status_code == 200
        assert helpdesk.get(builder(text, place)).status_code == 403
    for place in changed:
        assert auditor.post(builder(text, place), typed(text, subject="Mine")).status_code == 403
    others = [IMPORT, variable(PIN), "/console/settings/layouts/new", *_acts(text)]
    assert [auditor.post(place, {"name": "x"}).status_code for place in others] == [403] * len(others)
    assert words(PIN).version == 1
    page = auditor.get(builder(text)).content
    assert b'id="problems"' not in page and b"disabled" in page


def _acts(text):
    return [f"/console/settings/layouts/{text.layout_id}/{act}" for act in ("rename", "remove")]


@pytest.mark.parametrize("place", ["/check", "/html", "/test"])
def test_without_a_draft_there_is_the_builder(otto, imported, place):
    assert otto.get(builder(words(PIN), place))["Location"] == builder(words(PIN))


def test_a_language_that_there_is_not(otto, imported):
    text = words(PIN)
    text.language = "xx"
    assert otto.get(builder(text)).status_code == 404
    assert otto.post(builder(text), typed(text)).status_code == 404
    assert LayoutText.objects.filter(language="xx").count() == 0
