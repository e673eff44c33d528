"""Robots that open, run and submit what they find in mails burn nothing: the link still works for Mara."""

import pytest

from tests.journeys import walking
from tests.journeys.world import new


@pytest.mark.mission("M4.3")
def test_a_robot_that_opens_and_submits_the_page_burns_nothing(page, keyturn):
    mara, password = "robots@movers.example", new("robots")
    walking.note(keyturn, password)
    keyturn.ask(email=mara)
    letter = walking.receive(keyturn, mara)

    with keyturn.client() as robot:
        robot.follow_redirects = True
        path = f"/r/{letter.token}"
        assert robot.head(path).status_code == 200
        for _ in range(20):
            answer = robot.get(path)
            assert answer.status_code == 200
        for junk in ({}, {"code": "x"}, {"code": "000000", "new_password": "a", "confirm_password": "a"}):
            token = robot.cookies.get("keyturn-csrf", "")
            robot.post("/r", data=junk)
            robot.post("/r", data=junk | {"csrfmiddlewaretoken": token}, headers={"Origin": keyturn.url("")[:-1]})
    page.goto(letter.link)
    for button in page.get_by_role("button", name="Save new password").all():
        button.click()  # a robot that runs the page and presses what it finds

    ticket = f"SELECT state, attempts FROM recovery_ticket WHERE selector = '{letter.token[:16]}'"
    assert keyturn.rows(ticket) == [("open", 0)]
    with keyturn.client() as app:
        body = {"token": letter.token, "code": letter.code, "new_password": password}
        assert app.post("/api/v1/recoveries/redeem", json=body).status_code == 204
    assert keyturn.lets_in(mara, password)
