"""Addresses of this door."""

urlpatterns: list = []
