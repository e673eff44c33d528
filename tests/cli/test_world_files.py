"""World files that cannot be: every complaint names line and field, and none shows a secret."""

import pytest

from keyturn.cli.world import reading, understanding
from keyturn.cli.world.complaints import WorldRefused
from tests.cli.worlds import MOVERS, movers_with


def complaints_about(raw: bytes) -> list[tuple[int, str, str]]:
    with pytest.raises(WorldRefused) as refused:
        understanding.understand(reading.read(raw))
    return [(one.line, one.path, one.message) for one in refused.value.complaints]


def test_a_whole_world_is_understood():
    world = understanding.understand(reading.read(MOVERS.encode()))
    assert [person.name for person in world.tenants[0].people] == ["Mara Lind", "Nils Holm"]
    assert [mailbox.name for mailbox in world.tenants[0].people[0].mailboxes] == ["Work mail"]


@pytest.mark.parametrize(
    ("raw", "line", "message"),
    [
        (b"\xff\xfe", 1, "not UTF-8"),
        (b"tenants:\n  - name: \xe9\n", 2, "not UTF-8"),
        (b"tenants:\n\x00", 2, "control character"),
        (b"a: b: c", 1, "not YAML"),
        (b"tenants: [}", 1, "not YAML"),
        (b"\tx", 1, "not YAML"),
        (b"a: &x 1\n", 1, "anchors"),
        (b"a: *x\n", 1, "aliases"),
        (b"a: &a [x]\nb: &b [*a, *a]\n", 1, "anchors"),
        (b"a: !!python/object/apply:os.system [x]\n", 1, "tags"),
        (b"password: !Secret7\n", 1, "in quotes"),
        (b"tenants: []\n---\ntenants: []\n", 2, "second document"),
        (b"tenants: []\ntenants: []\n", 2, "twice"),
        (b"1: x\n", 1, "must be a word"),
        (b"[1]: x\n", 1, "must be a word"),
        (b"[" * 100_000, 1, "nested deeper"),
        (b"{a: " * 5_000, 1, "nested deeper"),
        (b" " * (reading.MOST_BYTES + 1), 0, "larger than"),
        (b"", 1, "must be fields"),
        (b"just words", 1, "must be fields"),
        (b"- a\n", 1, "must be fields"),
        (b"{}", 1, "is missing"),
        (b"tenants: 5\n", 1, "must be a list"),
        (b"tenants: [5]\n", 1, "must be fields"),
        (b"tenants: []\nsurprise: 1\n", 2, "no such field"),
    ],
)
def test_a_file_that_is_no_world_is_refused_at_its_line(raw, line, message):
    found = complaints_about(raw)
    assert any(at == line and message in said for at, _, said in found), found


@pytest.mark.parametrize(
    ("old", "new", "path", "message"),
    [
        ("slug: movers", "slug: Movers Inc", ".slug", "small letters"),
        ("slug: movers", "slug: 7", ".slug", "put it in quotes"),
        ("slug: movers", "slug: null", ".slug", "is missing"),
        ("name: Movers\n", "name: [x]\n", ".name", "must be text, not a list"),
        ("hosts: [movers.localhost, 127.0.0.1]", "hosts: []", ".hosts", "at least one"),
        ("hosts: [movers.localhost, 127.0.0.1]", "hosts: movers.localhost", ".hosts", "must be a list"),
        ("movers.localhost, 127.0.0.1", "'a b', 127.0.0.1", ".hosts[0]", "no host name"),
        ("http://127.0.0.1:8000", "http://movers.example", ".public_url", "plain HTTP"),
        ("http://127.0.0.1:8000", "https://movers.example", ".public_url", "not one of this tenant's hosts"),
        ("http://127.0.0.1:8000", "http://127.0.0.1:x", ".public_url", "not a web address"),
        ("http://127.0.0.1:8000", "ftp://127.0.0.1", ".public_url", "not a web address"),
        ("http://127.0.0.1:8000", "http://127.0.0.1/x?y", ".public_url", "only"),
        ("minutes: 60", "minutes: 4", ".settings.ticket_expiration_minutes", "greater than or equal to 5"),
        ("minutes: 60", "minutes: 1441", ".settings.ticket_expiration_minutes", "less than or equal to 1440"),
        ("minutes: 60", "minutes: soon", ".settings.ticket_expiration_minutes", "whole number"),
        ("minutes: 60", "minutes: true", ".settings.ticket_expiration_minutes", "whole number"),
        ("minutes: 60", "minuets: 60", ".settings.ticket_expiration_minuets", "no such setting"),
        ("disclosure: uniform", "disclosure: decoy", ".settings.disclosure", "decoy"),
        ("disclosure: uniform", "identifier_pattern: '['", ".settings.identifier_pattern", "regular expression"),
        ("disclosure: uniform", "password_words: [1]", ".settings.password_words", "list of words"),
        ("disclosure: uniform", "phone_region: XX", ".settings.phone_region", "country"),
        ("disclosure: uniform", "language: tlh", ".settings.language", "tlh"),
        (
            "mobile_password_reset: true, ticket",
            "mobile_password_reset: 1, ticket",
            "mobile_password_reset",
            "true or",
        ),
        ("port: 2525", "port: 70000", ".mail_profiles[0].port", "not_a_port"),
        ("tls: none, from", "tls: ssl, from", ".mail_profiles[0].tls", "not_a_mode"),
        ("sms_domain: sms.example.net", "sms_domain: ''", ".cell_providers[0].sms_domain", "must not be empty"),
        ("sms_domain: sms.example.net", "sms_domain: 'a b'", ".cell_providers[0].sms_domain", "no domain"),
        ("email: otto@movers.example", "email: otto", ".operators[0].email", "no email address"),
        (
            "identifier: nils",
            "identifier: MARA@movers.example",
            ".people[1].identifier",
            "is also tenants[0].people[0]",
        ),
        ("identifier: nils", "identifier: ''", ".people[1].identifier", "must not be empty"),
        ("identifier: nils", 'identifier: "x\\0"', ".people[1].identifier", "cannot be seen"),
        ("name: Nils Holm", 'name: "Nils\\u202e"', ".people[1].name", "control_character"),
        ("name: Nils Holm", f"name: {'N' * 201}", ".people[1].name", "too_long"),
        ("status: inactive", "status: asleep", ".people[1].status", "active, inactive"),
        ("status: inactive", "state: inactive", ".people[1].state", "no such field"),
        ("email: nils@movers.example", "email: nils@movers", ".people[1].email", "no email address"),
        ("email: nils@movers.example", "email: [a]", ".people[1].email", "must be text"),
        ("+1 415 555 0101", "+1 415 555 0101 ext 5", ".people[0].phones[0].number", "extension"),
        ("+1 415 555 0101", "call me", ".people[0].phones[0].number", "no phone number"),
        ('number: "+1 415 555 0101"', "number: 4155550101", ".people[0].phones[0].number", "put it in quotes"),
        ("type: sms", "type: pager", ".people[0].phones[0].type", "sms, mobile, office, home"),
        ("mara@home.example", "mara", ".people[0].other_addresses[0]", "no email address"),
        ("port: 1143", "port: 0", ".people[0].mailboxes[0].port", "1 to 65535"),
        ("protocol: imap", "protocol: gopher", ".people[0].mailboxes[0].protocol", "imap, pop3"),
        ('password: "otto keeps the keys"', "password: 12345678", ".operators[0].password", "put it in quotes"),
    ],
)
def test_what_cannot_be_is_refused_at_its_field(old, new, path, message):
    found = complaints_about(movers_with(old, new))
    assert any(at.endswith(path) and message in said and line > 1 for line, at, said in found), found


def test_everything_that_is_wrong_is_found_at_once():
    raw = movers_with("status: inactive", "status: asleep").replace(b"type: sms", b"type: pager")
    assert len(complaints_about(raw)) == 2


def test_two_tenants_cannot_have_one_host():
    raw = (MOVERS + MOVERS.partition("\n")[2].replace("slug: movers", "slug: labs")).encode()
    found = complaints_about(raw)
    assert "tenants[1].hosts" in {path for _, path, _ in found}, found


@pytest.mark.parametrize("password", ['"hush\\0hush"', '"' + "hush" * 100 + '"', "[hush]", "{hush: 1}"])
def test_no_complaint_shows_a_password(password):
    found = complaints_about(movers_with('"mara\'s own one"', password))
    assert found
    assert not any("hush" in said for _, _, said in found)
