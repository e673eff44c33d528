"""The search for secrets finds what it looks for, so that finding nothing means something."""

import pytest

from tests import canaries

SECRETS = ["493021", "Kt7mPq4RbZ", "seven-quiet-herons", "pass word"]


@pytest.mark.parametrize("secret", SECRETS)
@pytest.mark.parametrize("how", ["exact", "base64", "url", "reversed"])
def test_a_planted_secret_is_found_in_every_encoding(secret, how):
    planted = b"at 12:00:00.123456 value=" + canaries.encodings(secret)[how] + b" end"
    assert f"{how} {secret!r}" in canaries.found([secret], planted)


@pytest.mark.parametrize("innocent", [b"12:00:00.493021", b"id=7493021", b"a493021f", b"0.493021", b"nothing"])
def test_digits_that_happen_to_stand_inside_something_else_are_no_code(innocent):
    assert canaries.found(["493021"], innocent) == []


def test_a_secret_in_the_output_or_the_database_of_an_installation_is_found(keyturn):
    """The control of the search at the end of all journeys."""
    log = keyturn.folder / "planted.log"
    log.write_bytes(b"token=Kt7mPq4RbZ\n")
    assert canaries.found(["Kt7mPq4RbZ"], keyturn.output())
    log.unlink()
    assert canaries.found(["link@movers.example"], keyturn.dump())  # what is there in the clear is seen
