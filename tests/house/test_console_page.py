"""docs/console.md says what the settings themselves say."""

from keyturn.tenants.models import Tenant
from tests.house import console_page


def test_the_page_is_what_the_settings_say():
    assert console_page.PAGE.read_text(encoding="utf-8") == console_page.render()


def test_a_sentence_that_changed_would_be_noticed(monkeypatch):
    monkeypatch.setattr(Tenant._meta.get_field("disclosure"), "help_text", "Something else.")
    assert "Something else." in console_page.render()
    assert console_page.PAGE.read_text(encoding="utf-8") != console_page.render()
