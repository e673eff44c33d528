"""Roles, what they may do, and the rank of a person who is an operator, too."""

import pytest

from keyturn.operators import ranks, roles
from keyturn.operators.models import Operator
from keyturn.operators.roles import Role


def test_a_higher_rank_may_all_that_a_lower_one_may():
    assert roles.PERMISSIONS[Role.OWNER] >= roles.PERMISSIONS[Role.ADMINISTRATOR] >= roles.PERMISSIONS[Role.HELPDESK]
    assert roles.RANKS[Role.OWNER] > roles.RANKS[Role.ADMINISTRATOR] > roles.RANKS[Role.HELPDESK]


def test_an_auditor_changes_nothing():
    verbs = {permission.partition(".")[2].partition("_")[0] for permission in roles.PERMISSIONS[Role.AUDITOR]}
    assert verbs == {"view", "export"}


def test_whoever_is_switched_off_may_nothing():
    assert Operator(role=Role.OWNER, tenant_id=None).has_perm("people.view_person")
    assert not Operator(role=Role.OWNER, tenant_id=None, is_active=False).has_perm("people.view_person")


@pytest.mark.parametrize(
    ("emails", "rank"),
    [(["otto@movers.example"], 30), (["mara@movers.example"], 0), ([], 0), (["lena@labs.example"], 0)],
)
def test_a_person_has_the_rank_of_the_operator_with_that_address(in_movers, labs, emails, rank):
    Operator.objects.create(tenant=in_movers, username="otto", email="Otto@Movers.example", role=Role.ADMINISTRATOR)
    Operator.objects.create(tenant=in_movers, username="old", email="", role=Role.OWNER)
    Operator.objects.create(tenant=labs, username="lena", email="lena@labs.example", role=Role.OWNER)
    assert ranks.of_addresses(emails) == rank
