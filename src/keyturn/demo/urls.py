"""The real addresses, and the demo's before them."""

from django.urls import include, path
from django.views.generic import RedirectView

from keyturn.demo import views

urlpatterns = [
    path("", RedirectView.as_view(pattern_name="demo_front")),
    path("demo/", views.front, name="demo_front"),
    path("demo/inbox", views.inbox, name="demo_inbox"),
    path("demo/inbox/<int:number>/html", views.html_part, name="demo_html"),
    path("", include("keyturn.urls")),
]

# an included list of addresses does not bring its pages for what went wrong
handler400 = "keyturn.portal.views.errors.bad_request"
handler403 = "keyturn.portal.views.errors.forbidden"
handler404 = "keyturn.portal.views.errors.not_found"
handler500 = "keyturn.portal.views.errors.broken"
