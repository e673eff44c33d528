"""Link, code and new password together set the password, once; anything else changes nothing."""

from datetime import timedelta

import pytest
from django.db import connection
from django.db.models import Exists
from django.test.utils import CaptureQueriesContext

from keyturn.audit.models import Event
from keyturn.directories.base import DirectoryUnreachable, PasswordRefused, Verdict
from keyturn.directories.connectors.builtin import Builtin
from keyturn.directories.models import Account, TemporaryPassword
from keyturn.lib import clock, points
from keyturn.outbox.models import Message
from keyturn.passwords import change
from keyturn.people import changes
from keyturn.people.models import Person
from keyturn.recovery import limits, redeem, tickets
from keyturn.recovery.core import ticket as core
from keyturn.recovery.models import Recovery, Ticket
from keyturn.recovery.redeem import Answer, Busy, DirectoryDown, Malformed, NotTaken, Redeemed, Refused, Wait, Weak
from keyturn.tenants import prepared, scope
from keyturn.tenants.models import Tenant
from tests.recovery.acts import MARAS_PASSWORD, NEW_PASSWORD, link_and_code, other_than, recover, redeems

NOT_ACCEPTED, ASK_AGAIN = Refused(Answer.NOT_ACCEPTED), Refused(Answer.ASK_AGAIN)


@pytest.fixture
def sent(mara, account, in_movers) -> tuple[str, str]:
    """Mara has a link and a code."""
    recover(in_movers)
    return link_and_code()


def signs_in(password: str) -> bool:
    account = Account.objects.get()
    return Builtin().verify(account, password) is Verdict.ACCEPTED


def tries() -> int:
    return Ticket.objects.get().attempts


@pytest.mark.mission("M4.3", "M4.6", "M4.7", "M3.1")
def test_link_and_code_set_the_password_once(sent, mara):
    assert redeems(*sent) == Redeemed(mara)
    assert signs_in(NEW_PASSWORD) and not signs_in(MARAS_PASSWORD)
    assert Recovery.objects.get().state == Recovery.COMPLETED
    assert Event.objects.get(action="recovery.completed").actor == f"person:{mara.pk}"
    assert redeems(*sent, new="another plough in the barn") == NOT_ACCEPTED
    assert signs_in(NEW_PASSWORD)


def _redeems_after_a_change_of_address(sent, mara) -> redeem.Outcome:
    """Mara's old mailbox fell to a thief, so an operator gives her another address; then the thief redeems."""
    Message.objects.update(state=Message.SENT)
    changes.set_email(mara, "mara.lind@movers.example", clock.now())
    return redeems(*sent)


def test_a_link_ends_when_its_address_is_taken_off_record(sent, mara):
    assert _redeems_after_a_change_of_address(sent, mara) == NOT_ACCEPTED
    assert tries() == 0 and signs_in(MARAS_PASSWORD)
    assert redeem.look(sent[0]) is None


def test_control_without_that_look_the_thief_gets_in(sent, mara, monkeypatch):
    monkeypatch.setattr(tickets, "_address_is_gone", lambda: Exists(Message.objects.filter(pk=None)))
    for name in ("_count_try", "_seize", "_settle"):  # translated anew, without the look
        monkeypatch.setattr(tickets, name, prepared.update(getattr(tickets, name).__wrapped__))
    assert _redeems_after_a_change_of_address(sent, mara) == Redeemed(mara)


def test_a_link_does_not_settle_when_its_address_goes_in_the_last_moment(sent, mara, monkeypatch):
    def change_address(name):
        if name == "redeem.seized":
            changes.set_email(mara, "mara.lind@movers.example", clock.now())

    monkeypatch.setattr(points, "reach", change_address)
    assert redeems(*sent) == NOT_ACCEPTED
    assert signs_in(MARAS_PASSWORD)


def test_another_number_or_notice_address_ends_no_link(sent, mara):
    changes.set_phones(mara, (), clock.now())
    changes.set_other_addresses(mara, ("home@mara.example",), clock.now())
    assert redeems(*sent) == Redeemed(mara)


@pytest.mark.mission("M3.6")
def test_all_addresses_hear_of_it(sent):
    redeems(*sent)
    notices = Message.objects.filter(purpose="password_changed")
    assert sorted(notices.values_list("channel", flat=True)) == ["email", "sms"]


@pytest.mark.mission("M4.3")
def test_neither_the_link_nor_the_code_is_enough(sent):
    token, code = sent
    assert redeems(token, other_than(code)) == NOT_ACCEPTED
    assert redeems(str(core.draw().token), code) == NOT_ACCEPTED
    assert redeems("", code) == NOT_ACCEPTED
    assert signs_in(MARAS_PASSWORD)


def test_made_up_links_are_counted_by_source_and_the_owner_is_not(sent, mara):
    made_up = [redeems(str(core.draw().token), "123456") for _ in range(limits.MADE_UP_LINKS_BY_SOURCE.at_most + 1)]
    assert made_up[:-1] == [NOT_ACCEPTED] * limits.MADE_UP_LINKS_BY_SOURCE.at_most
    assert isinstance(made_up[-1], Wait)
    assert redeems(*sent) == Redeemed(mara)  # even from the same source


def test_a_wrong_link_secret_spends_no_try_of_the_owner(sent):
    token, code = sent
    forged = token[:16] + core.draw().token.verifier
    assert [redeems(forged, code) for _ in range(6)] == [NOT_ACCEPTED] * 6
    assert tries() == 0


def test_after_the_fifth_wrong_code_the_ticket_is_spent_and_the_account_untouched(sent, mara):
    token, code = sent
    wrong = other_than(code)
    assert [redeems(token, wrong) for _ in range(5)] == [NOT_ACCEPTED] * 4 + [ASK_AGAIN]
    assert redeems(token, code) == ASK_AGAIN
    assert tries() == 5 and signs_in(MARAS_PASSWORD)
    assert Event.objects.filter(action="ticket.spent", subject=f"person:{mara.pk}").count() == 1


def test_without_the_guard_a_sixth_try_would_be_judged(sent, monkeypatch):
    """The negative control of the one above."""
    token, code = sent
    unguarded = tickets.Ticket.objects.filter
    monkeypatch.setattr(tickets, "count_try", lambda ticket, now: unguarded(pk=ticket.pk).exists())
    for _ in range(5):
        redeems(token, other_than(code))
    assert isinstance(redeems(token, code), Redeemed)


@pytest.mark.parametrize("typed", ["{0}-{1}", " {0} {1} ", "{0}\u2013{1}", "{0}\u00a0{1}"])
def test_blanks_and_dashes_in_the_code_do_not_matter(sent, mara, typed):
    token, code = sent
    assert redeems(token, typed.format(code[:3], code[3:])) == Redeemed(mara)


def test_full_width_digits_are_digits(sent, mara):
    token, code = sent
    assert redeems(token, code.translate({ord("0") + n: 0xFF10 + n for n in range(10)})) == Redeemed(mara)


NO_CODES = ["", "12345", "1234567", "12345a", "٣٢١٤٥٦", "0x1234", "1e5", "-12345x", "\x00" * 6, "1" * 10**6, "\ud800"]
NOT_TEXT = [None, 123456, True, 1e309, [], ["123456"], {}, [None], b"123456"]


@pytest.mark.mission("M4.6")
@pytest.mark.parametrize("code", [*NO_CODES, *NOT_TEXT], ids=lambda value: repr(value)[:20])
def test_what_is_no_code_counts_no_try(sent, code):
    assert redeems(sent[0], code) == Malformed("code")
    assert tries() == 0


@pytest.mark.parametrize("new", ["", "\x00" * 20, "x" * 10**6, "\ud800" * 12, *NOT_TEXT], ids=lambda v: repr(v)[:20])
def test_what_is_no_password_counts_no_try(sent, new):
    assert redeems(*sent, new=new) == Malformed("new_password")
    assert tries() == 0


@pytest.mark.parametrize(
    "token", ["", "a" * 43, "a" * 44, "%", "\x00" * 43, "ä" * 43, *NOT_TEXT], ids=lambda v: repr(v)[:20]
)
def test_what_is_no_link_is_refused_like_a_wrong_one(sent, token):
    assert redeems(token, sent[1]) == NOT_ACCEPTED
    assert tries() == 0


@pytest.mark.mission("M4.5", "M3.5")
@pytest.mark.parametrize("new", ["short", "password1234", "Mara Lind 2026", "mara@movers.example"])
def test_a_weak_password_is_answered_before_a_try_is_counted(sent, new):
    answer = redeems(*sent, new=new)
    assert isinstance(answer, Weak) and not answer.judgement.acceptable
    assert tries() == 0


def test_a_weak_password_tells_nothing_about_the_link(sent):
    assert type(redeems("a" * 43, sent[1], new="short")) is Weak


def test_looking_writes_nothing(sent, mara):
    with CaptureQueriesContext(connection) as captured:
        view = redeem.look(sent[0])
    assert view.person == mara
    assert not [query for query in captured.captured_queries if not query["sql"].lstrip().startswith("SELECT")]


@pytest.mark.parametrize("made_up", ["", "a" * 43, "a" * 16, None])
def test_looking_at_a_made_up_link_finds_nothing(sent, made_up):
    assert redeem.look(made_up) is None


def the_time_is_over(mara):
    Ticket.objects.update(expires_at=clock.now())


def the_password_was_changed(mara):
    Account.objects.update(credential_epoch=1)


def she_was_deactivated(mara):
    changes.set_status(mara, Person.INACTIVE, clock.now())


def the_tenant_was_suspended(mara):
    Tenant.objects.update(status=Tenant.SUSPENDED)


def another_link_was_asked_for(mara):
    recover(mara.tenant)


def it_was_revoked(mara):
    tickets.revoke(Ticket.objects.all(), clock.now())


@pytest.mark.parametrize(
    "when",
    [
        the_time_is_over,
        the_password_was_changed,
        she_was_deactivated,
        the_tenant_was_suspended,
        another_link_was_asked_for,
        it_was_revoked,
    ],
)
def test_everything_earlier_is_dead_at_once(sent, mara, when):
    when(mara)
    assert redeem.look(sent[0]) is None
    assert redeems(*sent) == NOT_ACCEPTED
    assert signs_in(MARAS_PASSWORD)


def test_the_newest_link_works_when_an_earlier_one_was_replaced(sent, mara, in_movers):
    recover(in_movers)
    assert redeems(*link_and_code()) == Redeemed(mara)


@pytest.mark.parametrize("purpose", ["address_check", "mailbox_update", "staff_reset", "pin_signup"])
def test_a_link_of_another_purpose_opens_nothing_here(sent, purpose):
    token, code = sent
    other = core.verifier_hash(core.read_token(token), scope.current_id(), purpose)
    Ticket.objects.update(purpose=purpose, verifier_hash=other)
    assert redeems(token, code) == NOT_ACCEPTED
    Ticket.objects.update(purpose=core.RESET)  # even with the column forged: the purpose is inside the hash
    assert redeems(token, code) == NOT_ACCEPTED


def test_a_link_of_another_tenant_opens_nothing_here(sent, labs):
    with scope.inside(labs.id):
        assert redeems(*sent) == NOT_ACCEPTED


def test_temporary_passwords_end_with_the_change(sent, mara, in_movers):
    recover(in_movers, method="temporary_password")
    assert redeems(*sent) == Redeemed(mara)
    assert TemporaryPassword.objects.get().state == TemporaryPassword.CANCELLED


def test_the_directory_is_down(sent, mara, monkeypatch):
    def silent(self, account, new):
        raise DirectoryUnreachable

    with monkeypatch.context() as patch:
        patch.setattr(Builtin, "reach_out", silent)
        assert redeems(*sent) == DirectoryDown()
    assert signs_in(MARAS_PASSWORD)
    assert redeems(*sent) == Redeemed(mara)


def test_the_directory_will_not_have_this_password(sent, mara, monkeypatch):
    def picky(self, account, new):
        raise PasswordRefused("was used before")

    with monkeypatch.context() as patch:
        patch.setattr(Builtin, "reach_out", picky)
        assert redeems(*sent) == NotTaken("was used before")
    assert redeems(*sent) == Redeemed(mara)


def test_the_password_changes_while_the_directory_works(sent, monkeypatch):
    monkeypatch.setattr(Builtin, "reach_out", lambda *_: Account.objects.update(credential_epoch=5))
    assert redeems(*sent) == NOT_ACCEPTED
    assert signs_in(MARAS_PASSWORD)


def test_another_link_is_asked_for_while_the_directory_works(sent, in_movers, monkeypatch):
    monkeypatch.setattr(Builtin, "reach_out", lambda *_: recover(in_movers))
    assert redeems(*sent) == NOT_ACCEPTED
    assert signs_in(MARAS_PASSWORD)


@pytest.mark.parametrize("when", [she_was_deactivated, the_tenant_was_suspended])
def test_whoever_may_not_any_more_gets_nothing_set(sent, mara, when, monkeypatch):
    monkeypatch.setattr(Builtin, "reach_out", lambda *_: when(mara))
    assert redeems(*sent) == NOT_ACCEPTED
    assert signs_in(MARAS_PASSWORD)


def test_a_ticket_in_somebodys_hands_is_busy_and_counts_no_try(sent):
    Ticket.objects.update(state=Ticket.REDEEMING, lease_until=clock.now() + timedelta(seconds=60))
    assert redeems(*sent) == Busy()
    assert tries() == 0


def test_a_redeemer_that_died_lets_the_lease_run_out(sent, mara, monkeypatch):
    class Killed(BaseException):
        pass

    def die(name):
        if name == "redeem.reached_out":
            raise Killed

    with monkeypatch.context() as patch, pytest.raises(Killed):
        patch.setattr(points, "reach", die)
        redeems(*sent)
    assert signs_in(MARAS_PASSWORD) and redeems(*sent) == Busy()
    Ticket.objects.update(lease_until=clock.now())
    assert redeems(*sent) == Redeemed(mara)


def test_whoever_lost_the_lease_settles_nothing(sent, monkeypatch):
    """A slow redeemer wakes up after somebody else has seized the ticket."""
    later = clock.now() + timedelta(hours=1)
    monkeypatch.setattr(Builtin, "reach_out", lambda *_: Ticket.objects.update(lease_until=later))
    assert redeems(*sent) == NOT_ACCEPTED
    assert signs_in(MARAS_PASSWORD)


def test_the_hash_is_made_outside_of_any_transaction(sent, monkeypatch):
    depths = []
    begin = change.begin
    outside = len(connection.savepoint_ids)
    monkeypatch.setattr(change, "begin", lambda *a: depths.append(len(connection.savepoint_ids)) or begin(*a))
    redeems(*sent)
    assert depths == [outside]


def test_a_thief_with_the_whole_database_can_test_no_code(sent):
    token, code = sent
    row = Ticket.objects.values().get()
    known = [str(value) for value in row.values()]
    guesses = [f"{number:06}" for number in range(500)] + [code]
    for secret in [*known, row["verifier_hash"][:27]]:
        held = core.Token(row["selector"], secret)
        assert not any(core.code_fits(held, guess, row["code_tag"]) for guess in guesses)
    assert core.code_fits(core.read_token(token), code, row["code_tag"])  # the control: with the link it can


def test_neither_secret_is_in_any_table(sent):
    token, code = sent
    told = "".join(str(list(model.objects.values())) for model in (Ticket, Recovery, Event, Message))
    assert token[16:] not in told and f"'{code}'" not in told
