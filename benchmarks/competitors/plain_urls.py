"""Stock Django: its four reset views and its sign-in."""

from django.contrib.auth import views
from django.http import HttpResponse
from django.urls import path

urlpatterns = [
    path("sign-in", views.LoginView.as_view(template_name="registration/form.html"), name="login"),
    path(
        "forgot",
        views.PasswordResetView.as_view(
            template_name="registration/form.html", email_template_name="registration/mail.txt"
        ),
        name="password_reset",
    ),
    path("forgot/sent", lambda request: HttpResponse("sent"), name="password_reset_done"),
    path(
        "reset/<uidb64>/<token>",
        views.PasswordResetConfirmView.as_view(template_name="registration/form.html"),
        name="password_reset_confirm",
    ),
    path("done", lambda request: HttpResponse("done"), name="password_reset_complete"),
]
