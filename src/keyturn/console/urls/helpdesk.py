"""Addresses of the helpdesk: a person's account, resets, caller checks, second operators, readiness."""

from django.urls import path

from keyturn.console.views import (
    helpdesk_account,
    helpdesk_approvals,
    helpdesk_caller,
    helpdesk_readiness,
    helpdesk_reset,
)

PERSON = "people/<uuid:person_id>"

urlpatterns = [
    path(f"{PERSON}/account", helpdesk_account.account, name="console_helpdesk_account"),
    path(f"{PERSON}/sessions/end", helpdesk_account.end_sessions, name="console_helpdesk_end_sessions"),
    path(
        f"{PERSON}/tickets/<uuid:ticket_id>/revoke",
        helpdesk_account.revoke_ticket,
        name="console_helpdesk_revoke_ticket",
    ),
    path(
        f"{PERSON}/temporary/<uuid:row_id>/revoke",
        helpdesk_account.revoke_temporary,
        name="console_helpdesk_revoke_temporary",
    ),
    path(f"{PERSON}/reset", helpdesk_reset.reset, name="console_helpdesk_reset"),
    path(f"{PERSON}/enter", helpdesk_reset.enter, name="console_helpdesk_enter"),
    path(f"{PERSON}/strength", helpdesk_reset.strength, name="console_helpdesk_strength"),
    path(f"{PERSON}/<str:way>/caller", helpdesk_caller.begin, name="console_helpdesk_caller"),
    path(f"{PERSON}/<str:way>/caller/<uuid:check_id>", helpdesk_caller.answer, name="console_helpdesk_caller_answer"),
    path(f"{PERSON}/readiness", helpdesk_readiness.of_person, name="console_helpdesk_readiness"),
    path("readiness/", helpdesk_readiness.of_tenant, name="console_helpdesk_tenant_readiness"),
    path("approvals/", helpdesk_approvals.waiting, name="console_helpdesk_approvals"),
    path("approvals/<uuid:approval_id>/agree", helpdesk_approvals.agree, name="console_helpdesk_agree"),
    path("approvals/<uuid:approval_id>/decline", helpdesk_approvals.decline, name="console_helpdesk_decline"),
]
