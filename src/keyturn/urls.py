"""Which door serves which address."""

from django.urls import include, path

urlpatterns = [
    path("", include("keyturn.portal.urls")),
    path("", include("keyturn.api.urls")),
    path("console/", include("keyturn.console.urls")),
]

handler400 = "keyturn.portal.views.errors.bad_request"
handler403 = "keyturn.portal.views.errors.forbidden"
handler404 = "keyturn.portal.views.errors.not_found"
handler500 = "keyturn.portal.views.errors.broken"
