"""Whatever happens before, in whatever order: nobody who came by a PIN got more than its owner had at that moment."""

from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import count

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from keyturn.enrollment.models import SignUp
from keyturn.lib import clock
from keyturn.lib.edits import Seen
from keyturn.people import changes
from keyturn.people.models import Permission, Person, Profile
from keyturn.people.rights import catalogue, core, holding, permission_edits, profile_edits
from keyturn.people.rights.core import CompanyException, Kind, Rights
from keyturn.people.rights.wanted import NewPermission, NewProfile
from tests import proof
from tests.enrollment.acts import issue, sign_up

pytestmark = pytest.mark.mission("M2.10")

KEYS, BUNDLES, COMPANIES = ("drive", "dispatch", "mentor", "export"), ("driver", "lead"), ("Acme", "Harbour")
_names = count(1)

some_keys = st.frozensets(st.sampled_from(KEYS))
rights = st.builds(
    lambda keys, bundles, companies: Rights(
        keys, bundles, frozenset(CompanyException(name, effect) for name, effect in companies.items())
    ),
    some_keys,
    st.frozensets(st.sampled_from(BUNDLES)),
    st.dictionaries(st.sampled_from(COMPANIES), st.sampled_from((core.ALLOW, core.DENY))),
)
masks = st.frozensets(st.sampled_from([*(f"permission:{key}" for key in KEYS), "profile:lead", "company:Acme"]))
acts = st.one_of(
    st.tuples(st.just("give"), rights),
    st.tuples(st.just("kind"), st.sampled_from(KEYS), st.sampled_from([str(kind) for kind in Kind]), st.booleans()),
    st.tuples(st.just("bundle"), st.sampled_from(BUNDLES), some_keys, st.booleans()),
    st.tuples(st.just("status"), st.sampled_from((Person.ACTIVE, Person.INACTIVE))),
    st.tuples(st.just("issue"), masks),
    st.tuples(st.just("sign_up")),
)


@dataclass
class Story:
    """Mara's rights and the organization's catalogue as they change, and what came of each sign-up."""

    tenant: object
    mara: Person
    text: str = ""
    mask: frozenset[str] = frozenset()
    wrong: list[str] = field(default_factory=list)
    made: int = 0

    def give(self, wished):
        holding.give(self.mara, wished, clock.now(), actor="owner")

    def kind(self, key, kind, is_cloneable):
        row = Permission.objects.get(key=key)
        permission_edits.change(
            Seen(row, row.version), NewPermission(key, key, kind, is_cloneable), clock.now(), actor="owner"
        )

    def bundle(self, key, keys, is_cloneable):
        row = Profile.objects.get(key=key)
        profile_edits.change(
            Seen(row, row.version), NewProfile(key, key, keys, is_cloneable), clock.now(), actor="owner"
        )

    def status(self, status):
        self.mara.refresh_from_db()
        changes.set_status(self.mara, status, clock.now())

    def issue(self, mask):
        self.mara.refresh_from_db()
        if self.mara.is_active:
            self.text, self.mask = issue(self.mara, "owner", withheld=mask).text, mask

    def sign_up(self):
        """Sign up with the PIN that was issued last, if any, and compare what came of it with Mara."""
        if not self.text:
            return
        name = f"new-{next(_names)}"
        entry = sign_up(self.tenant, self.text, username=name, email=f"{name}@movers.example")
        if entry.state == SignUp.ACCEPTED:
            self.made += 1
            self._compare(Person.objects.get(identifier=name))

    def _compare(self, new):
        known, owner = catalogue.read(), holding.of(self.mara)
        got, theirs = holding.rights_of(new), owner.rights
        may = core.effective(core.Holding(got), known)
        never = {key for key, one in known.permissions.items() if one.kind in core.RESERVED or not one.is_cloneable}
        if not may <= core.effective(owner, known) - never - {
            key for key in KEYS if f"permission:{key}" in self.mask
        }:
            self.wrong.append(f"{sorted(may)} of {owner}")
        for effect, is_within in ((core.ALLOW, frozenset.issubset), (core.DENY, frozenset.issuperset)):
            if not is_within(_of(got, effect), _of(theirs, effect)):
                self.wrong.append(f"{effect}: {_of(got, effect)} of {_of(theirs, effect)}")


def _of(held: Rights, effect: str) -> frozenset[str]:
    return frozenset(one.company for one in held.exceptions if one.effect == effect)


@contextmanager
def undone():
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


@pytest.fixture
def begin(open_to_all, mara, now):
    for key in KEYS:
        permission_edits.add(NewPermission(key, key), now, actor="owner")
    for key in BUNDLES:
        profile_edits.add(NewProfile(key, key, frozenset({"drive", "export"})), now, actor="owner")
    return lambda: Story(open_to_all, Person.objects.get(pk=mara.pk))


@settings(max_examples=proof.count(20, full=500), suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(before=st.lists(acts, max_size=8), mask=masks, after=st.lists(acts, max_size=4))
def test_no_sequence_gives_anybody_more_than_the_owner_has_at_that_moment(begin, before, mask, after):
    with undone():
        story = begin()
        for act, *words in [*before, ("issue", mask), *after, ("sign_up",)]:
            getattr(story, act)(*words)
        assert story.wrong == []


def walk(begin) -> Story:
    """A way in which every rule has something to hold back."""
    story = begin()
    story.give(
        Rights(
            frozenset({"dispatch", "mentor"}),
            frozenset({"lead"}),
            frozenset({CompanyException("Acme", core.DENY), CompanyException("Harbour", core.ALLOW)}),
        )
    )
    story.kind("export", "export", is_cloneable=True)
    story.issue(frozenset({"permission:mentor"}))
    story.kind("dispatch", "plain", is_cloneable=False)
    story.sign_up()
    return story


def test_a_way_on_which_somebody_comes_in(begin):
    story = walk(begin)
    assert (story.made, story.wrong) == (1, [])
    new = Person.objects.get(status=Person.PENDING)
    assert holding.rights_of(new) == Rights(
        frozenset({"drive"}),
        frozenset(),
        frozenset({CompanyException("Acme", core.DENY), CompanyException("Harbour", core.ALLOW)}),
    )


@pytest.mark.parametrize(
    ("name", "broken"),
    [
        ("_against", lambda permission: ""),
        ("_closed_permissions", lambda held, owner, catalogue, mask: {}),
        ("_otherwise", lambda kind, key, owner, mask: ""),
    ],
)
def test_the_story_notices_a_rule_that_is_missing(begin, monkeypatch, name, broken):
    monkeypatch.setattr(core, name, broken)
    assert walk(begin).wrong
