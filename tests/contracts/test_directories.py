"""One contract, every directory: what each must do whatever it is made of, and what it says it can."""

import pytest
from django.db import transaction

from keyturn.directories import accounts
from keyturn.directories.base import CannotRestore, Directory, DirectoryUnreachable, PasswordRefused, Verdict
from keyturn.directories.connectors.builtin import Builtin
from keyturn.directories.connectors.memory import Memory
from keyturn.directories.models import Account
from keyturn.directories.registry import CONNECTORS
from keyturn.people import changes
from keyturn.people.wanted import NewPerson

DIRECTORIES = {
    "builtin": Builtin,
    "memory": Memory,
    "memory, holds pending": lambda: Memory(can_hold_pending=True),
    "memory, one password, restores": lambda: Memory(can_restore=True),
}
every_directory = pytest.mark.parametrize("directory", DIRECTORIES, indirect=True)


@pytest.fixture
def directory(request) -> Directory:
    return DIRECTORIES[request.param]()


@pytest.fixture
def account(in_movers, now) -> Account:
    mara = changes.create(NewPerson(identifier="mara", name="Mara Lind", email="mara@movers.example"), now)
    return accounts.open(mara, "mara", now)


@pytest.fixture
def nils(in_movers, now) -> Account:
    person = changes.create(NewPerson(identifier="nils", name="Nils Berg", email="nils@movers.example"), now)
    return accounts.open(person, "nils", now)


def set_password(directory: Directory, account: Account, text: str) -> None:
    """The three steps in the order in which passwords.change takes them."""
    new = directory.prepare(text)
    directory.reach_out(account, new)
    with transaction.atomic():
        directory.write(account, new)


def test_every_connector_is_held_to_the_contract():
    assert {type(make()) for make in DIRECTORIES.values()} == set(CONNECTORS.values())


@every_directory
def test_the_password_that_was_set_is_accepted_and_no_other(directory, account):
    set_password(directory, account, "quiet lamp")
    assert directory.verify(account, "quiet lamp") is Verdict.ACCEPTED
    for wrong in ("quiet lam", "Quiet lamp", "quiet lamp ", "x" * 300, "\0", "\ud800"):
        assert directory.verify(account, wrong) is Verdict.REJECTED


@every_directory
def test_where_nothing_was_set_nothing_is_accepted(directory, account):
    for text in ("", "quiet lamp"):
        assert directory.verify(account, text) is Verdict.REJECTED
        assert directory.verify(None, text) is Verdict.REJECTED


@every_directory
def test_a_new_password_replaces_the_old_one(directory, account):
    set_password(directory, account, "quiet lamp")
    set_password(directory, account, "loud drum")
    assert directory.verify(account, "quiet lamp") is Verdict.REJECTED
    assert directory.verify(account, "loud drum") is Verdict.ACCEPTED


@every_directory
def test_one_accounts_password_is_not_anothers(directory, account, nils):
    set_password(directory, account, "quiet lamp")
    assert directory.verify(nils, "quiet lamp") is Verdict.REJECTED


@every_directory
def test_preparing_changes_nothing(directory, account):
    set_password(directory, account, "quiet lamp")
    prepared = directory.prepare("loud drum")
    assert directory.verify(account, "quiet lamp") is Verdict.ACCEPTED
    assert "loud drum" not in repr(prepared)


@every_directory
def test_setting_twice_does_no_harm(directory, account):
    new = directory.prepare("quiet lamp")
    for _ in range(2):
        directory.reach_out(account, new)
        directory.write(account, new)
    assert directory.verify(account, "quiet lamp") is Verdict.ACCEPTED


@every_directory
def test_what_a_rolled_back_transaction_wrote_is_not_there(directory, account):
    set_password(directory, account, "quiet lamp")
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        directory.write(account, directory.prepare("loud drum"))
        raise ZeroDivisionError
    assert directory.verify(account, "quiet lamp") is Verdict.ACCEPTED


@every_directory
def test_a_directory_restores_if_it_says_so(directory, account):
    set_password(directory, account, "quiet lamp")
    set_password(directory, account, "loud drum")
    if not directory.can_restore:
        with pytest.raises(CannotRestore):
            directory.restore(account)
        return
    for _ in range(2):
        directory.restore(account)
        assert directory.verify(account, "quiet lamp") is Verdict.ACCEPTED


def test_silence_accuses_nobody(account):
    directory = Memory(can_restore=True)
    set_password(directory, account, "quiet lamp")
    directory.is_reachable = False
    assert directory.verify(account, "quiet lamp") is Verdict.UNREACHABLE
    assert directory.verify(None, "quiet lamp") is Verdict.UNREACHABLE
    for act in (lambda: set_password(directory, account, "loud drum"), lambda: directory.restore(account)):
        with pytest.raises(DirectoryUnreachable):
            act()
    directory.is_reachable = True
    assert directory.verify(account, "quiet lamp") is Verdict.ACCEPTED


def test_a_refused_password_leaves_the_earlier_one(account):
    directory = Memory()
    set_password(directory, account, "quiet lamp")
    directory.refuses = "loud drum"
    with pytest.raises(PasswordRefused) as problem:
        set_password(directory, account, "loud drum")
    assert "loud" not in str(problem.value)
    assert directory.verify(account, "quiet lamp") is Verdict.ACCEPTED
