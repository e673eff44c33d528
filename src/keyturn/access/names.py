"""Whose name this is: everything that signing in needs of an account, in one statement, the same for every name.

A name is a login, or an address that finds a person; the login comes first. It is the one query of this room
written by hand: put together from the parts that other rooms offer it took eight, at every sign-in.
"""

from dataclasses import dataclass

from django.db import connection

from keyturn.directories.models import Account, TemporaryPassword
from keyturn.lib.addresses import EmailAddress
from keyturn.people.models import Address, Person
from keyturn.tenants import scope

_WHOSE = """
    WITH named AS MATERIALIZED (
        SELECT id FROM directories_account WHERE tenant_id = %(tenant)s AND login_key = %(login)s
        UNION
        SELECT owned.id FROM people_address address JOIN directories_account owned USING (person_id)
        WHERE address.tenant_id = %(tenant)s AND address.kind = %(email)s AND address.finds_person
          AND address.lowered = %(lowered)s AND (%(any_key)s = 1 OR address.key = %(key)s))
    SELECT account.*, person.status AS person_status, directory.kind AS directory_kind, main.raw AS main_email,
           EXISTS (SELECT 1 FROM directories_temporarypassword pending
                   WHERE pending.account_id = account.id AND pending.state = %(live)s) AS has_temporary
    FROM named
    JOIN directories_account account ON account.id = named.id
    JOIN people_person person ON person.id = account.person_id
    JOIN directories_registereddirectory directory ON directory.id = account.directory_id
    LEFT JOIN people_address main ON main.person_id = person.id AND main.is_main
    ORDER BY CASE WHEN account.login_key = %(login)s THEN 0 ELSE 1 END, account.id
    LIMIT 1"""


@dataclass(frozen=True)
class Holder:
    """The account of a name, and what is known of its person. `main_email` is empty where there is none."""

    account: Account
    is_active: bool
    is_pending: bool  # came by a PIN and has not signed in yet
    directory_kind: str
    main_email: str
    has_temporary: bool


def holder(login_key: str, email: EmailAddress | None) -> Holder | None:
    """Who has this name in this tenant; `login_key` is what people.identifiers made of it."""
    for account in Account.objects.raw(_WHOSE, _values(login_key, email)):
        return Holder(
            account,
            is_active=account.person_status == Person.ACTIVE,
            is_pending=account.person_status == Person.PENDING,
            directory_kind=account.directory_kind,
            main_email=account.main_email or "",
            has_temporary=bool(account.has_temporary),
        )
    return None


def _values(login_key: str, email: EmailAddress | None) -> dict[str, object]:
    """A name that is no address has no lowered form, which no stored address is."""
    tenant_id = scope.current_id()
    return {
        "tenant": tenant_id if connection.features.has_native_uuid_field else tenant_id.hex,
        "login": login_key,
        "live": TemporaryPassword.LIVE,
        "email": Address.EMAIL,
        "lowered": email.lowered if email else "",
        "key": email.key if email else "",
        "any_key": 1 if email is None or email.key.isascii() else 0,  # as EmailAddress.fits has it
    }
