"""Organizations of this installation: the list, one, a new one; and the book of what owners did."""

from typing import Any

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_safe

from keyturn.console.guard import OWNERS_ONLY, guarded
from keyturn.door.answers import go_to, page
from keyturn.door.forms import Form, Sentence
from keyturn.lib import addresses, clock, origins, paging
from keyturn.operators import listing, tenant_list
from keyturn.operators.tenancies import NewTenant, Refusal
from keyturn.outbox import welcoming
from keyturn.outbox.welcoming import Mailed
from keyturn.tenants import names
from keyturn.tenants.models import Tenant

REFUSED: dict[Refusal, tuple[str, Sentence]] = {
    Refusal.SLUG_TAKEN: ("slug", _("Another organization has this short name.")),
    Refusal.HOST_TAKEN: ("public_url", _("Another organization has this host name.")),
}
NOT_A_SLUG = _("Small letters, digits and hyphens, 50 at most.")
NOT_AN_ORIGIN = _("Write https:// and the host name, nothing behind it.")
NOT_AN_EMAIL = _("This does not look like an email address.")
NOTICES = {
    "suspended": _("Suspended. Nobody signs in and no link works, from this second on."),
    "resumed": _("Open again."),
    "host-added": _("Added. Point its name at this installation, and its certificate, too."),
    "host-removed": _("Removed."),
    "left": _("You left the organization. Its audit says so."),
}
_FIELDS = ("name", "slug", "public_url", "language", "owner_name", "owner_email")
_PAGE = 50


class TenantForm(Form):
    """A form that knows what to say of the empty fields of a new organization."""

    EMPTY = Form.EMPTY | {
        "name": _("Type the organization's name."),
        "slug": NOT_A_SLUG,
        "public_url": NOT_AN_ORIGIN,
        "language": _("Choose one of these."),
        "owner_name": _("Type the user name of its first owner."),
    }


def found(slug: str) -> Tenant:
    """The organization of this page."""
    if tenant := tenant_list.one(slug):
        return tenant
    raise Http404


@require_safe
@guarded(OWNERS_ONLY, outside=True)
def index(request: HttpRequest) -> HttpResponse:
    """Every organization."""
    shown = paging.keyset(tenant_list.all_tenants(), ("name", "pk"), cursor=request.GET.get("page", ""), size=_PAGE)
    values = {"page": shown, "notice": NOTICES.get(request.GET.get("notice", ""), "")}
    return page(request, "console/installation/list.html", values)


@require_safe
@guarded(OWNERS_ONLY, outside=True)
def one(request: HttpRequest, slug: str) -> HttpResponse:
    """One organization: its state and its host names."""
    found_one = found(slug)
    values = {
        "organization": found_one,
        "hosts": sorted(row.host for row in found_one.hosts.all()),
        "link_host": origins.host_of(found_one.public_url),
        "notice": NOTICES.get(request.GET.get("notice", ""), ""),
    }
    return page(request, "console/installation/one.html", values)


@require_http_methods(["GET", "HEAD", "POST"])
@guarded(OWNERS_ONLY, outside=True, confirmed=True)
def new(request: HttpRequest) -> HttpResponse:
    """A new organization and its first owner, who gets a link."""
    form = TenantForm(*_FIELDS, posted=request.POST)
    form["name"].focus = True
    if request.method != "POST":
        form["language"].value = settings.LANGUAGE_CODE
        return _new_page(request, form)
    wished = _read(form)
    if form.refused:
        return _new_page(request, form)
    outcome = welcoming.create(wished, request.operator, clock.now())
    if isinstance(outcome, Refusal):
        form.refuse(*REFUSED[outcome])
        return _new_page(request, form)
    if isinstance(outcome, Mailed):
        back = reverse("console_installation_one", args=[outcome.operator.tenant.slug])
        return page(request, "console/operators/welcome_mailed.html", {"other": outcome.operator, "back": back})
    values: dict[str, Any] = {"first": outcome.operator, "origin": wished.public_url, "token": outcome.token}
    return page(request, "console/installation/made.html", values)


@require_safe
@guarded(OWNERS_ONLY, outside=True)
def book(request: HttpRequest) -> HttpResponse:
    """What happened to the installation and its owners, newest first."""
    shown = paging.keyset(listing.events(), ("-at", "-pk"), cursor=request.GET.get("page", ""), size=_PAGE)
    names_of = listing.names_in(shown.rows)
    lines = [(one, names_of.get(one.actor, one.actor), names_of.get(one.subject, one.subject)) for one in shown.rows]
    return page(request, "console/installation/book.html", {"page": shown, "lines": lines})


def to_one(tenant: Tenant, notice: str) -> HttpResponse:
    """Back to the organization's page."""
    return go_to("console_installation_one", tenant.slug, query=f"notice={notice}")


def _read(form: TenantForm) -> NewTenant:
    language = form.line("language", at_most=8)
    if language and language not in dict(settings.LANGUAGES):
        form.refuse("language", form.EMPTY["language"])
    return NewTenant(
        slug=_slug(form),
        name=form.line("name", at_most=100),
        public_url=_origin(form),
        language=language,
        owner_name=form.line("owner_name", at_most=150),
        owner_email=_email(form),
    )


def _slug(form: TenantForm) -> str:
    typed = form.line("slug", at_most=50)
    try:
        return names.slug(typed) if typed else ""
    except names.NameRefused:
        form.refuse("slug", NOT_A_SLUG)
        return ""


def _origin(form: TenantForm) -> str:
    typed = form.line("public_url", at_most=200)
    try:
        origin = origins.parse(typed, debug=settings.KEYTURN_DEBUG) if typed else ""
        if origin:
            names.host(origins.host_of(origin))
        return origin
    except (origins.OriginRefused, names.NameRefused):
        form.refuse("public_url", NOT_AN_ORIGIN)
        return ""


def _email(form: TenantForm) -> str:
    """The first owner's email, which may be left empty."""
    raw = form.only("owner_email").strip()
    form["owner_email"].value = raw[:254]
    try:
        return addresses.parse(raw).raw if raw else ""
    except addresses.AddressRefused:
        form.refuse("owner_email", NOT_AN_EMAIL)
        return ""


def _new_page(request: HttpRequest, form: TenantForm) -> HttpResponse:
    return page(request, "console/installation/new.html", {"form": form, "languages": settings.LANGUAGES})
