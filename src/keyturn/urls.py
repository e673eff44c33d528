"""Which door serves which address."""

from django.urls import include, path

urlpatterns = [
    path("", include("keyturn.portal.urls")),
    path("", include("keyturn.api.urls")),
    path("console/", include("keyturn.console.urls")),
]
