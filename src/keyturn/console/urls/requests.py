"""Addresses of the request log, the delivery log, and a person's activity."""

from django.urls import path

from keyturn.console.views import activity, deliveries, requests

urlpatterns = [
    path("requests/", requests.listing, name="console_requests_list"),
    path("requests/<str:typed>", requests.one, name="console_requests_one"),
    path("deliveries/", deliveries.listing, name="console_deliveries_list"),
    path("deliveries/again", deliveries.again_all, name="console_deliveries_again_all"),
    path("deliveries/<uuid:message_id>", deliveries.one, name="console_deliveries_one"),
    path("deliveries/<uuid:message_id>/again", deliveries.again_one, name="console_deliveries_again"),
    path("people/<uuid:person_id>/activity", activity.activity, name="console_people_activity"),
]
