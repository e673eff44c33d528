"""A small world as text, and ways to change one thing in it."""

import textwrap

MOVERS = textwrap.dedent(
    """\
    tenants:
      - slug: movers
        name: Movers
        hosts: [movers.localhost, 127.0.0.1]
        public_url: http://127.0.0.1:8000
        support_contact: "Call dispatch, 415 555 0100"
        settings: {allow_mobile_password_reset: true, ticket_expiration_minutes: 60, disclosure: uniform}
        mail_profiles: [{name: main, host: 127.0.0.1, port: 2525, tls: none, from_address: keyturn@movers.example}]
        cell_providers: [{name: Example Wireless, sms_domain: sms.example.net, number_format: "10-digit"}]
        operators: [{username: otto, password: "otto keeps the keys", email: otto@movers.example}]
        people:
          - {identifier: mara@movers.example, name: Mara Lind, email: mara@movers.example, password: "mara's own one",
             status: active, allow_mobile_password_reset: true, cell_provider: Example Wireless,
             phones: [{number: "+1 415 555 0101", type: sms}], other_addresses: [mara@home.example],
             mailboxes: [{name: Work mail, protocol: imap, host: 127.0.0.1, port: 1143, tls: none, username: mara,
                          password: "her mailbox"}]}
          - {identifier: nils, name: Nils Holm, email: nils@movers.example, status: inactive}
    """
)


def movers_with(old: str, new: str) -> bytes:
    """The world of Movers with one thing changed."""
    assert MOVERS.count(old) == 1, f"{old!r} stands in the world {MOVERS.count(old)} times"
    return MOVERS.replace(old, new).encode("utf-8", "surrogatepass")
