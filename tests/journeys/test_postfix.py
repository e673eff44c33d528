"""The same way back through Debian's Postfix, as an organization would have it on the machine."""

from functools import partial

import pytest

from tests import canaries, cluster, installation, postfix
from tests.journeys import walking
from tests.journeys.world import new, old, world


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


@pytest.mark.mission("M0.4", "M0.5")
def test_a_bounce_that_comes_later_ends_what_the_mail_carried(tmp_path):
    """Postfix takes the mail, learns that the mailbox is full, and reports to the signed return path."""
    port = cluster.free_port()
    settings = {
        "KEYTURN_BOUNCE_ADDRESS": "bounces@reports.example",
        "KEYTURN_BOUNCE_LISTEN": f"127.0.0.1:{port}",
    }
    routes = f"inline:{{ {{ reports.example = smtp:[127.0.0.1]:{port} }} }}"
    through = partial(postfix.relaying_to, routes=routes)
    with installation.running(tmp_path, world(), through=through, settings=settings) as keyturn:
        keyturn.ask(email="bruno@full.example", method="temporary_password")
        told = keyturn.letter_to("bruno@home.example")
        assert "did not reach you" in told.subject
        ((words,),) = keyturn.rows("SELECT last_reply FROM outbox_message WHERE state = 'bounced'")
        assert "The mailbox is full" in words
        assert keyturn.rows("SELECT state FROM directories_temporarypassword") == [("dead",)]
        assert keyturn.rows("SELECT state, reason FROM recovery_recovery") == [("failed", "message_bounced")]
        assert keyturn.lets_in("bruno@full.example", old("bounced"))
