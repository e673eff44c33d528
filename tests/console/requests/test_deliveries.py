"""The delivery log, and what may be done about a message."""

from uuid import uuid4

import pytest

from keyturn.audit.models import Event
from keyturn.door import tenancy
from keyturn.lib import clock
from keyturn.outbox.models import Attempt, Message
from keyturn.recovery.models import Recovery
from tests.console.requests.acts import REPLY, end, notices, words_of
from tests.recovery.acts import recover


@pytest.mark.mission("M0.5", "M0.19")
def test_the_list_says_state_and_the_providers_words(otto, mara):
    end(notices(mara, 1)[0], Message.FAILED)
    page = words_of(otto.get("/console/deliveries/"))
    assert "Failed" in page and "no such user here" in page and "Mara Lind" in page
    assert "&lt;mara@movers.example&gt;" in page


@pytest.mark.parametrize(
    "query, shown",
    [("", 3), ("?state=failed", 1), ("?purpose=password_changed", 3), ("?purpose=address_changed", 0)],
)
def test_filters(otto, mara, query, shown):
    notices(mara, 2)
    end(notices(mara, 1)[0], Message.FAILED)
    assert otto.get(f"/console/deliveries/{query}").content.count(b'<th scope="row">') == shown


@pytest.mark.parametrize(
    "query, field",
    [
        ("since=tomorrow", "since"),
        ("until=9999-12-31", "until"),
        ("state=lost", "state"),
        ("state=failed&state=sent", "state"),
        ("purpose=x%00y", "purpose"),
        ("since=" + "9" * 5000, "since"),
    ],
)
def test_a_broken_filter_says_so_at_its_field(otto, mara, query, field):
    answer = otto.get(f"/console/deliveries/?{query}")
    assert answer.status_code == 422
    assert f'id="{field}-error"' in answer.content.decode()


@pytest.mark.parametrize("cursor", ["x", "%00", "A" * 3000, "WyJhZnRlciIsIFsxLCAyXV0"])
def test_a_broken_cursor_is_the_first_page(otto, mara, cursor):
    notices(mara, 2)
    answer = otto.get(f"/console/deliveries/?page={cursor}")
    assert answer.status_code == 200 and answer.content.count(b'<th scope="row">') == 2


@pytest.mark.mission("M0.19")
def test_one_message_with_every_attempt(otto, mara):
    message = notices(mara, 1)[0]
    Attempt.objects.create(message=message, at=clock.now(), profile="relay", outcome="later", reply="451 busy")
    end(message, Message.BOUNCED)
    page = words_of(otto.get(f"/console/deliveries/{message.pk}"))
    assert "451 busy" in page and "no such user here" in page and "Refused for good" in page and "Send again" in page


@pytest.mark.mission("M0.19")
def test_send_again_makes_a_new_message_and_shows_it(otto, mara):
    message = notices(mara, 1, Message.FAILED)[0]
    answer = otto.post(f"/console/deliveries/{message.pk}/again")
    new = Message.objects.get(again_of=message)
    assert (answer.status_code, answer["Location"]) == (303, f"/console/deliveries/{new.pk}?notice=repeated")
    assert "waits to be sent" in words_of(otto.get(answer["Location"]))
    assert Event.objects.get(action="message.repeated").actor.startswith("operator:")


def test_a_waiting_message_is_tried_at_once(otto, mara):
    message = notices(mara, 1)[0]
    answer = otto.post(f"/console/deliveries/{message.pk}/again")
    assert answer["Location"].endswith("?notice=hurried")


def test_a_link_that_is_gone_needs_a_new_reset_and_the_page_says_where(otto, mara, in_movers):
    recover(in_movers)
    message = Message.objects.get(purpose="recovery_link")
    end(message, Message.FAILED)
    page = words_of(otto.get(f"/console/deliveries/{message.pk}"))
    assert "needs a new reset" in page and f"/console/people/{mara.pk}/account" in page
    assert "again</button>" not in page
    answer = otto.post(f"/console/deliveries/{message.pk}/again")
    assert answer.status_code == 409 and "needs a new reset" in words_of(answer)


def test_all_that_match_asks_first_and_then_says_what_came_of_it(otto, mara):
    notices(mara, 3, Message.FAILED)
    assert "Send again all that match?" in words_of(otto.get("/console/deliveries/again?state=failed"))
    assert Message.objects.count() == 3
    assert "3 messages were written anew" in words_of(otto.post("/console/deliveries/again?state=failed"))
    assert Message.objects.count() == 6


def test_a_broken_filter_sends_nothing(otto, mara):
    notices(mara, 2, Message.FAILED)
    assert otto.post("/console/deliveries/again?state=failed&state=sent").status_code == 422
    assert Message.objects.count() == 2


def test_an_auditor_looks_and_touches_nothing(auditor, mara):
    message = notices(mara, 1, Message.FAILED)[0]
    page = words_of(auditor.get(f"/console/deliveries/{message.pk}"))
    assert "Attempts" in page and "again</button>" not in page
    assert auditor.post(f"/console/deliveries/{message.pk}/again").status_code == 403
    assert auditor.post("/console/deliveries/again").status_code == 403
    assert Message.objects.count() == 1


def test_another_tenants_message_is_like_a_missing_one(stranger, otto, mara, movers):
    message = notices(mara, 1, Message.FAILED)[0]
    for path in (f"/console/deliveries/{message.pk}", f"/console/deliveries/{uuid4()}"):
        assert stranger.get(path).status_code == 404
        assert stranger.post(f"{path}/again").status_code == 404
    assert "Mara" not in words_of(stranger.get("/console/deliveries/"))


def statements(browser, path, count) -> int:
    tenancy._kept.clear()  # which remembers a host's tenant for half a second
    with count as seen:
        assert browser.get(path).status_code == 200
    return len(seen)


@pytest.mark.parametrize("path", ["/console/deliveries/", "/console/requests/", "/console/audit/", "/console/"])
def test_three_rows_and_three_hundred_cost_the_same(otto, mara, in_movers, path, django_assert_max_num_queries):
    def fill(many: int) -> None:
        notices(mara, many)
        rows = (
            Recovery(reference=f"R{n}", person=mara, state="refused", created_at=clock.now()) for n in range(many)
        )
        Recovery.objects.bulk_create(rows)
        events = (Event(at=clock.now(), action="x.changed", actor=f"person:{uuid4()}") for _ in range(many))
        Event.objects.bulk_create(events)

    fill(3)
    few = statements(otto, path, django_assert_max_num_queries(40))
    fill(297)
    assert statements(otto, path, django_assert_max_num_queries(40)) <= few


def test_pages_go_on_and_back(otto, mara):
    notices(mara, 120)
    first = otto.get("/console/deliveries/")
    older = _link(first, "next")
    second = otto.get(f"/console/deliveries/{older}")
    third = otto.get(f"/console/deliveries/{_link(second, 'next')}")
    assert [one.content.count(b'<th scope="row">') for one in (first, second, third)] == [50, 50, 20]
    assert otto.get(f"/console/deliveries/{_link(second, 'prev')}").content.count(b'<th scope="row">') == 50
    assert _link(third, "next") == ""


def _link(answer, rel: str) -> str:
    before, found, _ = answer.content.decode().partition(f'" rel="{rel}"')
    return before.rpartition('href="')[2].replace("&amp;", "&") if found else ""


def test_replies_never_become_markup(otto, mara):
    end(notices(mara, 1)[0], Message.FAILED, "<script>alert(1)</script>")
    page = otto.get("/console/deliveries/").content.decode()
    assert "<script>alert" not in page and "&lt;script&gt;alert" in page
    assert REPLY not in page
