"""The built-in words of every message, by language. A tenant's own layouts come before these, where it has any."""

from collections.abc import Mapping
from dataclasses import dataclass

from keyturn.outbox.merge import Layout
from keyturn.outbox.wording import english, spanish


@dataclass(frozen=True)
class Wording:
    """What one language says: a layout for each purpose and channel, and the words around them."""

    language: str
    layouts: Mapping[tuple[str, str], Layout]
    footer: str  # below every mail; borrows SUPPORT
    buttons: Mapping[str, str]  # what stands on the button of a link, by item
    without_support: str  # SUPPORT of a tenant that names nobody


WORDINGS = {
    module.LANGUAGE: Wording(module.LANGUAGE, module.LAYOUTS, module.FOOTER, module.BUTTONS, module.WITHOUT_SUPPORT)
    for module in (english, spanish)
}


def wording(language: str) -> Wording:
    """The wording of a language, of its main language (es-MX: es), or English."""
    return WORDINGS.get(language) or WORDINGS.get(language.partition("-")[0]) or WORDINGS[english.LANGUAGE]
