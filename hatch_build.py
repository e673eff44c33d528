"""Compiles the message catalogues (.po to .mo) whenever the package is built or installed for editing."""

from pathlib import Path

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from hatchling.builders.hooks.plugin.interface import BuildHookInterface


class CompileCatalogues(BuildHookInterface):
    """Writes each catalogue's binary beside its text, so that none is kept in version control."""

    def initialize(self, version, build_data):
        for text in Path(self.root, "src/keyturn").rglob("*.po"):
            binary = text.with_suffix(".mo")
            with text.open("rb") as source, binary.open("wb") as target:
                write_mo(target, read_po(source))
            build_data["artifacts"].append(str(binary.relative_to(self.root)))
