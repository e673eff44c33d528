"""A notice does not go to the mailbox that is broken."""

import pytest

from keyturn.monitoring.core.own import is_own


@pytest.mark.parametrize(
    ("username", "host", "address", "own"),
    [
        ("mara@movers.example", "imap.example", "mara@movers.example", True),
        ("MARA@movers.example", "imap.example", "mara@movers.example", True),
        ("mara", "mail.movers.example", "mara@movers.example", True),
        ("mara", "movers.example", "mara@movers.example", True),
        ("mara", "mail.movers.example", "mara@home.example", False),
        ("mara", "mail.removers.example", "mara@movers.example", False),
        ("nils", "mail.movers.example", "mara@movers.example", False),
        ("mara@labs.example", "mail.movers.example", "mara@movers.example", False),
    ],
)
def test_whose_mail_lands_in_the_broken_mailbox(username, host, address, own):
    assert is_own(username, host, address) is own
