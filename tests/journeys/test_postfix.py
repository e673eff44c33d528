"""The same way back through Debian's Postfix, as an organization would have it on the machine."""

import pytest

from tests import canaries, installation, postfix
from tests.journeys import walking
from tests.journeys.world import new, world


@pytest.mark.mission("M4.3", "M4.7")
def test_mara_gets_back_in_through_postfix(tmp_path):
    mara, password = "postfix@movers.example", new("postfix")
    with installation.running(tmp_path, world(), through=postfix.relaying_to) as keyturn:
        walking.note(keyturn, password)
        keyturn.ask(email=mara)
        letter = walking.receive(keyturn, mara)
        with keyturn.client() as app:
            body = {"token": letter.token, "code": letter.code, "new_password": password}
            assert app.post("/api/v1/recoveries/redeem", json=body).status_code == 204
        assert keyturn.lets_in(mara, password)
        assert "changed" in keyturn.letter_to(mara).subject.lower()
        canaries.assert_clean(keyturn)
