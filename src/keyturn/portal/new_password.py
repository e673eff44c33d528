"""The part of a page where a new password is chosen: what is wanted of it, and the meter after a form was sent."""

from typing import Any

from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from keyturn.passwords import meter
from keyturn.passwords.core import presets
from keyturn.passwords.core.judge import Judgement
from keyturn.passwords.core.presets import Requirements

DIRECTORY_DOWN = _("The place where passwords are kept does not answer. Nothing was changed; try again in a minute.")


def requirements_of(request: HttpRequest) -> Requirements:
    """What the tenant of this page asks of a password."""
    return presets.requirements(request.tenant.password_preset, request.tenant.password_min_length)


def new_password_part(request: HttpRequest, judgement: Judgement | None) -> dict[str, Any]:
    """What the template of this part needs."""
    requirements = requirements_of(request)
    return {
        "requirements": meter.wanted(requirements),
        "judgement": meter.shown(judgement, requirements) if judgement else None,
    }
