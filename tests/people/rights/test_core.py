"""What a PIN passes on: never more than its owner has, less what can never be cloned; and why the rest stays."""

from dataclasses import replace

import pytest
from hypothesis import Phase, find, given, settings
from hypothesis import strategies as st

from keyturn.people.rights import core, models, wording
from keyturn.people.rights.core import (
    ALLOW,
    DENY,
    RESERVED,
    Catalogue,
    CompanyException,
    Holding,
    Kind,
    Permission,
    Profile,
    Rights,
    Withheld,
    clone,
    effective,
    mark,
)

pytestmark = pytest.mark.mission("M2.10")

KEYS = ("dispatch", "drive", "export", "invoice", "manage", "mentor")
PROFILES = ("driver", "lead", "office")
COMPANIES = ("Acme", "Harbour")
MARKS = [mark(core.PERMISSION, key) for key in KEYS] + [mark(core.PROFILE, key) for key in PROFILES]
MARKS += [mark(core.COMPANY, company) for company in COMPANIES]


def permissions(kinds=tuple(Kind)):
    return st.fixed_dictionaries(
        {}, optional={key: st.builds(Permission, st.just(key), st.sampled_from(kinds), st.booleans()) for key in KEYS}
    )


def profiles():
    bundles = st.frozensets(st.sampled_from(KEYS))
    return st.fixed_dictionaries(
        {}, optional={key: st.builds(Profile, st.just(key), bundles, st.booleans()) for key in PROFILES}
    )


CATALOGUES = st.builds(Catalogue, permissions(), profiles())
EXCEPTIONS = st.dictionaries(st.sampled_from(COMPANIES), st.sampled_from((ALLOW, DENY)))
RIGHTS = st.builds(
    lambda held, bundles, exceptions: Rights(
        held, bundles, frozenset(CompanyException(company, effect) for company, effect in exceptions.items())
    ),
    st.frozensets(st.sampled_from(KEYS)),
    st.frozensets(st.sampled_from(PROFILES)),
    EXCEPTIONS,
)
HOLDINGS = st.builds(Holding, RIGHTS, st.booleans())
MASKS = st.frozensets(st.sampled_from(MARKS))


def is_more(owner: Holding, catalogue: Catalogue, mask: frozenset[str]) -> bool:
    """Whether a new user would get anything that the owner has not, or that can never be cloned."""
    rights = clone(owner, catalogue, mask).rights
    got = effective(Holding(rights), catalogue)
    never = {key for key, one in catalogue.permissions.items() if one.kind in RESERVED or not one.is_cloneable}
    companies, theirs = _companies(rights), _companies(owner.rights)
    return bool(
        not got <= effective(owner, catalogue) - never
        or not rights.profiles <= owner.rights.profiles
        or not companies[ALLOW] <= theirs[ALLOW]
        or not companies[DENY] >= theirs[DENY]
    )


def _companies(rights: Rights) -> dict[str, set[str]]:
    return {effect: {one.company for one in rights.exceptions if one.effect == effect} for effect in (ALLOW, DENY)}


@given(HOLDINGS, CATALOGUES, MASKS)
def test_a_new_user_gets_no_more_than_the_owner_has_less_what_can_never_be_cloned(owner, catalogue, mask):
    assert not is_more(owner, catalogue, mask)


@pytest.mark.parametrize(
    ("name", "broken"),
    [
        ("_against", lambda permission: ""),
        ("_closed_permissions", lambda held, owner, catalogue, mask: {}),
        ("_closed_companies", lambda owner, mask: dict.fromkeys(owner.rights.exceptions, core.MASKED)),
    ],
)
def test_that_law_notices_a_rule_that_is_missing(monkeypatch, name, broken):
    monkeypatch.setattr(core, name, broken)
    long = settings(max_examples=2000, phases=[Phase.generate], derandomize=True)  # nobody asks for the shortest one
    assert find(st.tuples(HOLDINGS, CATALOGUES, MASKS), lambda one: is_more(*one), settings=long)


@given(HOLDINGS, CATALOGUES, MASKS)
def test_nothing_that_was_masked_is_passed_on(owner, catalogue, mask):
    offer = clone(owner, catalogue, mask)
    passed = {mark(core.PERMISSION, key) for key in offer.effective}
    passed |= {mark(core.PROFILE, key) for key in offer.rights.profiles}
    passed |= {mark(core.COMPANY, one.company) for one in offer.rights.exceptions if one.effect == ALLOW}
    assert not passed & mask


@given(HOLDINGS, CATALOGUES, MASKS)
def test_everything_held_is_either_passed_on_or_withheld_for_a_reason(owner, catalogue, mask):
    offer = clone(owner, catalogue, mask)
    told = {kind: {one.key for one in offer.withheld if one.kind == kind} for kind in ("permission", "profile")}
    held = effective(Holding(owner.rights), catalogue)
    assert offer.effective | told["permission"] == held
    assert not offer.effective & told["permission"]
    assert offer.rights.profiles | told["profile"] == owner.rights.profiles
    assert {one.reason for one in offer.withheld} <= core.REASONS


@given(HOLDINGS, CATALOGUES, MASKS, MASKS)
def test_a_larger_mask_never_gives_more(owner, catalogue, mask, more):
    assert clone(owner, catalogue, mask | more).effective <= clone(owner, catalogue, mask).effective


@given(HOLDINGS, CATALOGUES, MASKS)
def test_what_is_told_of_an_offer_is_what_it_comes_to(owner, catalogue, mask):
    offer = clone(owner, catalogue, mask)
    assert offer.effective == effective(Holding(offer.rights), catalogue)
    assert offer.elevated == {key for key in offer.effective if catalogue.permissions[key].kind == Kind.ELEVATED}


@given(HOLDINGS, CATALOGUES, MASKS)
def test_what_was_passed_on_can_be_passed_on_whole(owner, catalogue, mask):
    once = clone(owner, catalogue, mask)
    assert clone(Holding(once.rights), catalogue).rights == once.rights


MOVERS = Catalogue(
    {
        one.key: one
        for one in (
            Permission("dispatch"),
            Permission("drive"),
            Permission("mentor", Kind.ELEVATED),
            Permission("invoice", is_cloneable=False),
            *(Permission(str(kind), kind) for kind in sorted(RESERVED)),
        )
    },
    {
        one.key: one
        for one in (
            Profile("driver", frozenset({"drive", "mentor"})),
            Profile("lead", frozenset({"drive", "dispatch", "export"})),
            Profile("trusted", frozenset({"dispatch"}), is_cloneable=False),
            Profile("empty"),
        )
    },
)


def held(*permissions: str, profiles: tuple[str, ...] = (), **companies: str) -> Holding:
    exceptions = frozenset(CompanyException(company, effect) for company, effect in companies.items())
    return Holding(Rights(frozenset(permissions), frozenset(profiles), exceptions))


@pytest.mark.parametrize("kind", sorted(RESERVED))
def test_a_reserved_kind_is_never_cloned_whatever_the_organization_ticked(kind):
    offer = clone(held(str(kind), "drive"), MOVERS)
    assert offer.effective == {"drive"}
    assert offer.withheld == (Withheld("permission", str(kind), str(kind)),)


def test_a_kind_that_nobody_knows_is_not_cloned():
    catalogue = Catalogue({"new": Permission("new", "quite_new")})
    assert not clone(held("new"), catalogue).effective


def test_the_tables_know_the_kinds_and_effects_that_the_core_knows():
    assert set(models.Permission.Kind.values) == set(Kind)
    assert set(models.CompanyException.Effect.values) == {ALLOW, DENY}


def test_every_reason_and_every_kind_has_words():
    assert all(str(wording.why(reason)) for reason in core.REASONS)
    assert all(str(wording.of_kind(kind)).startswith("Never cloned") == (kind in RESERVED) for kind in Kind)


def test_there_are_five_reserved_kinds():
    assert {"administration", "helpdesk", "pin_issuing", "export", "mailbox_hosts"} == RESERVED


def test_an_elevated_permission_is_cloned_and_told():
    offer = clone(held("drive", profiles=("driver",)), MOVERS)
    assert offer.rights == Rights(frozenset({"drive"}), frozenset({"driver"}))
    assert offer.elevated == {"mentor"}


def test_a_profile_with_something_reserved_is_taken_apart():
    offer = clone(held(profiles=("lead",)), MOVERS)
    assert offer.rights == Rights(frozenset({"drive", "dispatch"}))
    assert offer.withheld == (Withheld("permission", "export", "export"), Withheld("profile", "lead", "taken_apart"))


def test_a_profile_with_something_masked_is_taken_apart():
    offer = clone(held(profiles=("driver",)), MOVERS, frozenset({"permission:mentor"}))
    assert offer.rights == Rights(frozenset({"drive"}))
    assert Withheld("permission", "mentor", "masked") in offer.withheld


def test_of_a_masked_profile_nothing_is_given():
    offer = clone(held(profiles=("driver",)), MOVERS, frozenset({"profile:driver"}))
    assert offer.rights == Rights()
    assert Withheld("profile", "driver", "masked") in offer.withheld
    assert Withheld("permission", "drive", "by_profile") in offer.withheld


def test_what_a_masked_profile_brings_is_given_all_the_same_where_it_is_held_otherwise():
    offer = clone(held("drive", profiles=("driver",)), MOVERS, frozenset({"profile:driver"}))
    assert offer.rights == Rights(frozenset({"drive"}))


def test_of_a_profile_that_the_organization_keeps_nothing_is_given():
    offer = clone(held(profiles=("trusted",)), MOVERS)
    assert offer.rights == Rights()
    assert Withheld("profile", "trusted", "not_cloneable") in offer.withheld


def test_a_profile_that_brings_nothing_is_cloned():
    assert clone(held(profiles=("empty",)), MOVERS).rights.profiles == {"empty"}


def test_a_company_that_is_denied_goes_along_though_it_is_masked():
    offer = clone(held(Acme=DENY, Harbour=ALLOW), MOVERS, frozenset({"company:Acme", "company:Harbour"}))
    assert offer.rights.exceptions == {CompanyException("Acme", DENY)}
    assert offer.withheld == (Withheld("company", "Harbour", "masked"),)


def test_somebody_inactive_may_do_nothing_and_passes_nothing_on():
    owner = Holding(held("drive", profiles=("driver",), Acme=DENY, Harbour=ALLOW).rights, is_active=False)
    assert not effective(owner, MOVERS)
    offer = clone(owner, MOVERS)
    assert offer.rights == Rights(exceptions=frozenset({CompanyException("Acme", DENY)}))
    assert {one.reason for one in offer.withheld} == {"owner_inactive"}


def test_keys_that_stand_in_no_catalogue_count_for_nothing():
    assert not effective(held("gone", profiles=("gone",)), MOVERS)
    assert clone(held("gone", profiles=("gone",)), MOVERS).rights == Rights()


def test_which_profiles_are_passed_on_whole():
    whole = {key for key, one in MOVERS.profiles.items() if core.passes_whole(one, MOVERS)}
    assert whole == {"driver", "empty"} == clone(held(profiles=tuple(MOVERS.profiles)), MOVERS).rights.profiles


def test_whether_a_permission_may_ever_be_cloned():
    assert {key for key, one in MOVERS.permissions.items() if core.may_be_cloned(one)} == {
        "dispatch",
        "drive",
        "mentor",
    }


@given(HOLDINGS, CATALOGUES, MASKS, st.frozensets(st.sampled_from(KEYS)), st.frozensets(st.sampled_from(KEYS)))
def test_out_of_the_house_nothing_elevated_passes_but_what_was_agreed_to(owner, catalogue, mask, agreed, lowered):
    permissions = {key: replace(one, was_above=key in lowered) for key, one in catalogue.permissions.items()}
    known = replace(catalogue, permissions=permissions)
    inside, outside = clone(owner, known, mask), clone(owner, known, mask, agreed)
    assert outside.elevated <= agreed & inside.elevated and outside.effective <= inside.effective
    assert outside.effective - outside.elevated == inside.effective - inside.elevated
    assert clone(owner, known, mask, frozenset(KEYS)) == inside
