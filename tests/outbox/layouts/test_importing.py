"""Import default layouts: the built-in words, to be edited."""

import pytest

from keyturn.audit.models import Event
from keyturn.outbox import render
from keyturn.outbox.layouts import drafted, importing, preview, queries, saving, variables
from keyturn.outbox.layouts.models import StoredLayout, Variable
from keyturn.outbox.layouts.preview import Writing
from keyturn.outbox.layouts.refusals import LayoutRefused
from keyturn.outbox.layouts.variables import VARIABLES
from keyturn.outbox.mail_page import Look
from keyturn.outbox.purposes import ITEMS
from keyturn.outbox.wording import WORDINGS
from tests.outbox.layouts.conftest import OTTO
from tests.outbox.test_render import VALUES

KINDS = [(named, words) for named in VARIABLES.values() for words in WORDINGS.values()]
IDS = [f"{named.name}-{words.language}" for named, words in KINDS]


@pytest.mark.mission("M2.4")
def test_without_an_environment_name_nothing_is_imported(in_movers, now):
    with pytest.raises(LayoutRefused) as refused:
        importing.import_defaults(now, actor=OTTO)
    assert (refused.value.reason, refused.value.field) == ("no_environment_name", "environment_name")
    assert not StoredLayout.objects.exists()


@pytest.mark.mission("M2.4")
def test_every_message_gets_a_layout_in_every_language_and_its_variable_holds_it(yard, now):
    assert importing.import_defaults(now, actor=OTTO) == importing.Imported(len(VARIABLES), 0)
    assert all(one.languages == ("en", "es") and len(one.variables) == 1 for one in queries.layouts())
    held = {row.named.name: row.layout_name for row in variables.listing()}
    assert held["PINCODE_EMAIL_BODY"] == "PIN code (email)"
    assert all(held.values())
    assert [event.data for event in Event.objects.filter(action="layouts.imported")] == [
        {"created": len(VARIABLES), "kept": 0}
    ]


def test_importing_again_keeps_what_is_there(yard, now):
    importing.import_defaults(now, actor=OTTO)
    layout = StoredLayout.objects.get(name="PIN code (email)")
    saving.rename(layout, "Ours", now, actor=OTTO)
    assert importing.import_defaults(now, actor=OTTO) == importing.Imported(1, len(VARIABLES) - 1)
    assert Variable.objects.get(name="PINCODE_EMAIL_BODY").layout.name == "Ours"


def test_their_names_are_in_the_organizations_language(yard, now):
    yard.language = "es"
    yard.save()
    importing.import_defaults(now, actor=OTTO)
    assert StoredLayout.objects.filter(name="Código PIN (email)").exists()


@pytest.mark.parametrize("language", WORDINGS)
def test_no_two_have_one_name(language):
    names = [name for _named, name in importing._named(language)]
    assert len(set(names)) == len(names) and all(len(name) <= saving.LONGEST_NAME for name in names)


@pytest.mark.parametrize(("named", "words"), KINDS, ids=IDS)
def test_what_is_imported_has_no_problem(yard, named, words):
    shown = preview.preview(Writing(named, words.language, importing.default_words(named, words)))
    assert shown.problems == ()
    if named.channel == "sms":
        assert shown.segments.messages == 1


@pytest.mark.parametrize(("named", "words"), KINDS, ids=IDS)
def test_what_is_imported_says_what_the_built_in_words_say(named, words):
    values = {name: "x" for name in ITEMS} | VALUES
    own = drafted.compiled(importing.default_words(named, words), named, words.language, Look()).filled(values)
    layout = words.layouts[named.purpose, named.channel]
    built_in = render.sms(layout, values) if named.channel == "sms" else render.mail(layout, values, words)
    assert own == built_in


@pytest.mark.parametrize(("named", "words"), [one for one in KINDS if one[0].channel == "email"])
def test_html_begun_from_the_text_is_taken_as_it_is(yard, named, words):
    yard.logo, yard.logo_type = b"picture", "image/png"
    yard.save()
    said = importing.default_words(named, words)
    html = preview.starting_html(Writing(named, words.language, said))
    shown = preview.preview(Writing(named, words.language, preview.replace(said, html=html)), logo="/logo.png")
    assert shown.problems == () and 'src="/logo.png"' in shown.html
