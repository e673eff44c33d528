"""What can be measured: Keyturn, django-allauth, and Django's own views, each behind one face."""

from pathlib import Path

from benchmarks.targets.base import Setting, Target
from benchmarks.targets.competitors import Allauth, Plain
from benchmarks.targets.keyturn import Keyturn

ALL: dict[str, type[Target]] = {"keyturn": Keyturn, "allauth": Allauth, "plain": Plain}


def make(name: str, folder: Path, setting: Setting) -> Target:
    """The target of this name, with a folder of its own below the one given."""
    own = folder / f"{name}-{setting.database}"
    own.mkdir()
    return ALL[name](own, setting)
