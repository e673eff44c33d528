"""Addresses of the operators' pages."""

from django.urls import path

from keyturn.console import views

urlpatterns = [
    path("", views.home, name="console_home"),
    path("welcome/<str:token>", views.welcome, name="console_welcome"),
]
