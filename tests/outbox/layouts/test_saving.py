"""Making, naming, writing, restoring and removing layouts; of two who write, one saves."""

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection

from keyturn.audit.models import Event
from keyturn.lib.edits import Seen
from keyturn.outbox.layouts import queries, saving, variables
from keyturn.outbox.layouts.core import problems
from keyturn.outbox.layouts.core.comparing import GONE, NEW, Line
from keyturn.outbox.layouts.core.words import Words
from keyturn.outbox.layouts.models import LayoutText, LayoutVersion, StoredLayout
from keyturn.outbox.layouts.refusals import LayoutRefused
from keyturn.outbox.layouts.saving import Draft, NotSaved, Outrun, Saved
from keyturn.tenants import scope
from tests.outbox.layouts.conftest import LINK_TEXT, LINK_WORDS, OTTO

OLGA = "operator:olga"
OTHER = Words("Other", f"Hi\n\n{LINK_TEXT}")


def save(layout, words=LINK_WORDS, *, version=0, now=None, actor=OTTO, confirmed=False, language="en"):
    return saving.save(Draft(layout, language, words, version), now, actor=actor, confirmed=confirmed)


def told(action):
    return [event.data for event in Event.objects.filter(action=action).order_by("at", "pk")]


def test_the_first_words(layout, now):
    answer = save(layout, now=now)
    assert isinstance(answer, Saved)
    assert (answer.text.version, answer.text.saved_at, answer.text.saved_by) == (1, now, OTTO)
    assert queries.words_of(queries.text(layout, "en")) == LINK_WORDS
    assert told("layout.created") == [{"layout": "Our link", "purpose": "recovery_link", "channel": "email"}]
    assert told("layout.saved") == [{"layout": "Our link", "language": "en", "version": 1}]


def test_every_version_stays_with_who_and_when(layout, write, now):
    text = write(layout)
    save(layout, OTHER, version=1, now=now, actor=OLGA)
    assert [(one.number, one.saved_by) for one in queries.versions(text)] == [(2, OLGA), (1, OTTO)]
    assert queries.words_of(queries.version(text, 1)) == LINK_WORDS
    first, second = (queries.version(text, number) for number in (1, 2))
    assert Line("subject", GONE, LINK_WORDS.subject) in queries.compare(first, second)


def test_saving_the_same_words_is_no_new_version(layout, write, now):
    write(layout)
    answer = save(layout, version=1, now=now, actor=OLGA)
    assert isinstance(answer, Saved) and answer.text.version == 1
    assert len(told("layout.saved")) == 1


def test_words_of_a_layout_that_was_taken_away_are_refused(layout, write, now):
    write(layout)
    saving.remove(StoredLayout.objects.get(), now, actor=OLGA)
    with pytest.raises(LayoutRefused) as refused:
        save(layout, OTHER, version=1, now=now)
    assert refused.value.reason == "no_such_layout"


def test_an_older_version_can_be_the_newest_again(layout, write, now):
    text = write(layout)
    text = write(layout, OTHER, version=1)
    answer = saving.restore(Seen(text, 2), 1, now, actor=OLGA)
    assert isinstance(answer, Saved) and answer.text.version == 3
    assert queries.words_of(answer.text) == LINK_WORDS


def test_a_version_that_never_was_cannot_be_restored(layout, write, now):
    text = write(layout)
    with pytest.raises(LayoutRefused) as refused:
        saving.restore(Seen(text, 1), 7, now, actor=OTTO)
    assert refused.value.reason == "no_such_version"


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (Words("S", "Hello"), "missing_item"),
        (Words("S", f"{LINK_TEXT}!NOBODY!"), "unknown_item"),
        (Words("S", f"{LINK_TEXT}https://evil.example"), "foreign_link"),
        (Words("S", LINK_TEXT, "!LINK! !CODE!<script>x</script>"), "removed"),
        (Words("S\x00", LINK_TEXT), "control_character"),
        (Words("S", "x" * 5_000_000), "too_long"),
        (Words("S", LINK_TEXT, "!LINK! !CODE!" + "<b>" * 4_000), "too_complex"),
    ],
)
def test_words_with_a_problem_are_not_saved(layout, now, words, code):
    answer = save(layout, words, now=now)
    assert isinstance(answer, NotSaved) and code in {one.code for one in answer.problems}
    assert not LayoutText.objects.exists() and not LayoutVersion.objects.exists()


@pytest.mark.mission("M2.6")
def test_the_pin_layout_is_never_saved_without_its_pin(in_movers, now):
    layout = saving.create("PIN", "PINCODE_EMAIL_BODY", now, actor=OTTO)
    answer = save(layout, Words("S", "Hello !OWNER!"), now=now, confirmed=True)
    assert isinstance(answer, NotSaved)
    assert [(one.code, one.item) for one in answer.problems] == [("missing_item", "PINCODE")]
    assert isinstance(save(layout, Words("S", "!PINCODE!"), now=now), Saved)


def test_without_the_problems_it_would_be_saved(in_movers, now, monkeypatch):
    """The negative control."""
    layout = saving.create("PIN", "PINCODE_EMAIL_BODY", now, actor=OTTO)
    monkeypatch.setattr(problems, "find", lambda words, asked: ())
    assert isinstance(save(layout, Words("S", "Hello"), now=now), Saved)


@pytest.mark.mission("M2.6")
def test_an_unknown_item_is_saved_once_it_is_meant(layout, now):
    words = Words("S", f"{LINK_TEXT}!NOW!")
    assert isinstance(save(layout, words, now=now), NotSaved)
    assert isinstance(save(layout, words, now=now, confirmed=True), Saved)


def test_what_was_cleaned_is_what_is_kept_and_what_went_is_told(layout, now):
    answer = save(layout, Words("S", LINK_TEXT, "!LINK! !CODE!<script>x</script>"), now=now, confirmed=True)
    assert isinstance(answer, Saved)
    assert (answer.text.html, answer.removed) == ("!LINK! !CODE!", frozenset({"script"}))


@pytest.mark.parametrize("language", ["", "EN", "x" * 9, "../en", "en\n"])
def test_a_language_that_is_none_is_refused_at_its_field(layout, now, language):
    answer = save(layout, now=now, language=language)
    assert isinstance(answer, NotSaved) and [one.field for one in answer.problems] == ["language"]


def test_a_lost_race_hears_what_the_other_changed(layout, write, now):
    write(layout)
    write(layout, OTHER, version=1)
    answer = save(layout, Words("Mine", LINK_TEXT), version=1, now=now, actor=OLGA)
    assert isinstance(answer, Outrun)
    assert answer.text.version == 2 and answer.text.saved_by == OTTO
    assert next(line for line in answer.changed if line.kind == NEW) == Line("subject", NEW, "Other")
    assert queries.words_of(queries.text(layout, "en")) == OTHER


def test_a_second_first_version_is_a_lost_race_too(layout, write, now):
    write(layout)
    assert isinstance(save(layout, OTHER, version=0, now=now), Outrun)


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("version", [0, 1])
def test_of_many_who_save_at_once_one_saves(layout, write, now, version):
    if version:
        write(layout)
    answers = _at_once(layout, now, version)
    assert sorted(type(answer).__name__ for answer in answers) == ["Outrun"] * 3 + ["Saved"]
    text = queries.text(layout, "en")
    assert [one.number for one in queries.versions(text)] == list(range(version + 1, 0, -1))


@pytest.mark.django_db(transaction=True)
def test_without_the_version_in_the_update_more_than_one_would(layout, write, now, monkeypatch):
    """The negative control: everybody writes over whatever stands there."""
    write(layout)
    barrier = threading.Barrier(4)

    def blind(draft, columns):
        barrier.wait(10)
        LayoutText.objects.filter(layout=draft.layout, language=draft.language).update(**columns)
        return LayoutText.objects.get(layout=draft.layout, language=draft.language)

    monkeypatch.setattr(saving, "_next", blind)
    monkeypatch.setattr(saving.transaction, "atomic", _no_transaction)
    assert sum(isinstance(answer, Saved) for answer in _at_once(layout, now, 1)) == 4


class _no_transaction:
    def __enter__(self):
        return self

    def __exit__(self, *trouble):
        return False


def _at_once(layout, now, version):
    barrier = threading.Barrier(4)

    def one(number):
        try:
            with scope.inside(layout.tenant_id):
                barrier.wait(10)
                words = Words(f"Number {number}", LINK_TEXT)
                return save(layout, words, version=version, now=now, actor=f"operator:{number}")
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as pool:
        return list(pool.map(one, range(4)))


def test_old_versions_go_when_there_are_very_many(layout, write, monkeypatch):
    monkeypatch.setattr(saving, "MOST_VERSIONS", 3)
    for version in range(5):
        text = write(layout, Words(f"S{version}", LINK_TEXT), version=version)
    assert [one.number for one in queries.versions(text)] == [5, 4, 3]


@pytest.mark.parametrize(
    ("name", "variable", "reason", "field"),
    [
        ("", "PINCODE_EMAIL_BODY", "empty", "name"),
        ("x" * 101, "PINCODE_EMAIL_BODY", "too_long", "name"),
        ("a\x00b", "PINCODE_EMAIL_BODY", "control_character", "name"),
        ("a\nb", "PINCODE_EMAIL_BODY", "control_character", "name"),
        ("Our link", "PINCODE_EMAIL_BODY", "taken", "name"),
        ("Fine", "NO_SUCH", "not_a_choice", "variable"),
    ],
)
def test_a_layout_that_cannot_be_made(layout, now, name, variable, reason, field):
    with pytest.raises(LayoutRefused) as refused:
        saving.create(name, variable, now, actor=OTTO)
    assert (refused.value.reason, refused.value.field) == (reason, field)


def test_there_are_so_many_layouts_and_languages_and_no_more(layout, write, now, monkeypatch):
    monkeypatch.setattr(saving, "MOST_LAYOUTS", 1)
    monkeypatch.setattr(saving, "MOST_LANGUAGES", 1)
    with pytest.raises(LayoutRefused):
        saving.create("One more", "PINCODE_EMAIL_BODY", now, actor=OTTO)
    write(layout)
    with pytest.raises(LayoutRefused):
        save(layout, now=now, language="es")


def test_a_renamed_layout_is_still_held(used, layout, now):
    used()
    saving.rename(layout, "Our new link", now, actor=OTTO)
    held = {one.named.name: one.layout_name for one in variables.listing()}
    assert held["PASSWORD_EMAIL_CHANGE"] == "Our new link"
    assert told("layout.renamed") == [{"layout": ["Our link", "Our new link"]}]


def test_two_layouts_have_two_names(layout, now):
    other = saving.create("Another", "PASSWORD_EMAIL_CHANGE", now, actor=OTTO)
    with pytest.raises(LayoutRefused) as refused:
        saving.rename(other, "Our link", now, actor=OTTO)
    assert refused.value.reason == "taken"
    assert set(StoredLayout.objects.values_list("name", flat=True)) == {"Our link", "Another"}


def test_a_layout_that_is_held_stays(used, layout, now):
    used()
    with pytest.raises(LayoutRefused) as refused:
        saving.remove(layout, now, actor=OTTO)
    assert refused.value.reason == "in_use"
    variables.point("PASSWORD_EMAIL_CHANGE", "", now, actor=OTTO)
    saving.remove(layout, now, actor=OTTO)
    assert not StoredLayout.objects.exists() and not LayoutVersion.objects.exists()
    assert told("layout.removed") == [{"layout": "Our link"}]
