"""The lists of the settings tabs Layouts and Variables."""

from typing import Any

from django.http import HttpRequest

from keyturn.console import layout_words
from keyturn.console.layout_page import CHANGE, LANGUAGES
from keyturn.console.names import Names
from keyturn.outbox import saying
from keyturn.outbox.layouts import variables
from keyturn.outbox.layouts.models import StoredLayout
from keyturn.tenants.models import Tenant


def layouts(request: HttpRequest, tenant: Tenant) -> dict[str, Any]:
    """Every layout: for what, in which languages, where it is used, who changed it last."""
    rows = list(StoredLayout.objects.prefetch_related("texts", "variables"))
    latest = {row.pk: max(row.texts.all(), key=lambda text: text.saved_at, default=None) for row in rows}
    names = Names(text.saved_by for text in latest.values() if text)
    return {
        "may_change_layouts": request.operator.has_perm(CHANGE),
        "has_environment": bool(tenant.environment_name),
        "layouts": [
            {
                "row": row,
                "purpose": saying.purpose(row.purpose),
                "channel": layout_words.CHANNELS[row.channel],
                "languages": [
                    {"code": text.language, "name": LANGUAGES.get(text.language, text.language)}
                    for text in row.texts.all()
                ],
                "variables": [_broken(variable.name) for variable in row.variables.all()],
                "latest": latest[row.pk],
                "by": names.of(latest[row.pk].saved_by) if latest[row.pk] else None,
            }
            for row in rows
        ],
    }


def variables_of(request: HttpRequest, tenant: Tenant) -> dict[str, Any]:
    """Every variable: for which message, and what it holds."""
    ids = dict(StoredLayout.objects.values_list("name", "pk"))
    return {
        "may_change_layouts": request.operator.has_perm(CHANGE),
        "variables": [
            {
                **_broken(row.named.name),
                "purpose": saying.purpose(row.named.purpose),
                "channel": layout_words.CHANNELS[row.named.channel],
                "held": row.layout_name,
                "layout_id": ids.get(row.layout_name),
            }
            for row in variables.listing()
        ],
    }


def _broken(name: str) -> dict[str, Any]:
    """A variable, and the parts of its name between which a line may break."""
    return {"name": name, "parts": name.split("_")}
