"""Every sentence of the sources has its Spanish, with the same values in it."""

import re
from collections.abc import Iterator
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.pofile import read_po

import keyturn
from keyturn.api import docs, urls  # noqa: F401 -- the addresses fill the document
from keyturn.api.door import api
from tests.portal import catalogue

SOURCE = Path(keyturn.__file__).parent
VALUE = re.compile(r"%\(\w+\)\w|{\w+}")


def spanish() -> Catalog:
    with (SOURCE / "locale/es/LC_MESSAGES/django.po").open("rb") as lines:
        return read_po(lines, locale="es")


def of_the_api() -> Iterator[tuple[catalogue.Message, str]]:
    """What /api/v1/docs says in the reader's language: the document's summaries, docstrings and fields."""
    for sentence, call in docs.sentences():
        yield ("", sentence), f"/api/v1/docs, {call}"


def everything_said() -> list[tuple[catalogue.Message, str]]:
    return [*catalogue.sentences(SOURCE), *of_the_api()]


def untranslated(messages, found: Catalog) -> list[str]:
    missing = []
    for (context, sentence), place in messages:
        entry = found.get(sentence, context or None)
        strings = [entry.string] if entry and isinstance(entry.string, str) else list(entry.string if entry else [""])
        if not all(strings) or (entry and entry.fuzzy):
            missing.append(f"{place}: {sentence}")
    return missing


def test_every_sentence_has_its_spanish():
    assert untranslated(everything_said(), spanish()) == []


def test_the_check_above_would_notice_a_sentence_without():
    assert untranslated([(("", "Nobody translated this."), "here")], spanish()) == ["here: Nobody translated this."]


def test_a_new_call_of_the_api_is_told_which_sentences_want_spanish(monkeypatch):
    document = api.get_openapi_schema()
    document["paths"]["/api/v1/bells"] = {
        "post": {"summary": "Ring a bell", "description": "Rings\n    once.\n\nNo more.", "responses": {}}
    }
    monkeypatch.setattr(api, "get_openapi_schema", lambda: document)
    assert untranslated(everything_said(), spanish()) == [
        f"/api/v1/docs, POST /api/v1/bells: {sentence}" for sentence in ("Ring a bell", "Rings once.", "No more.")
    ]


def test_nothing_is_translated_that_nobody_says():
    said = {(context, sentence) for (context, sentence), _ in everything_said()}
    kept = {(entry.context or "", entry.id) for entry in spanish() if entry.id}
    assert kept - said == set()


def test_a_translation_has_the_same_values():
    for entry in spanish():
        ids = entry.id if isinstance(entry.id, tuple) else (entry.id,)
        strings = entry.string if isinstance(entry.string, tuple) else (entry.string,)
        if ids[0]:
            for sentence, translated in zip(ids, strings, strict=True):
                assert sorted(VALUE.findall(sentence)) == sorted(VALUE.findall(translated)), sentence


def test_every_code_of_a_judgement_is_said_in_spanish():
    from django.utils import translation

    from keyturn.passwords import wording
    from keyturn.passwords.core.judge import FAILURES, HINTS

    for code in (*FAILURES, *HINTS):
        with translation.override("en"):
            english = str(wording.explain(code))
        with translation.override("es"):
            assert str(wording.explain(code)) != english
