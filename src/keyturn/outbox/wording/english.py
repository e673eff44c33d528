"""English."""

from keyturn.outbox.merge import Layout

LANGUAGE = "en"
OPEN_LINK = "Choose a new password"
FOOTER = "Questions? !SUPPORT!"
WITHOUT_SUPPORT = "Ask whoever set up your account."

LAYOUTS = {
    ("recovery_link", "email"): Layout(
        "Reset your password for !TENANT!",
        """\
Hello !PERSON_NAME!,

Somebody, probably you, asked to reset the password of your account
at !TENANT!.

Open this link:

!LINK!

Type this code there, and a new password:

!CODE!

Link and code work together, once, for !EXPIRES_MINUTES! minutes after you asked.
Nobody at !TENANT! will ever ask you for them.

If it was not you, ignore this message. Your password stays as it is.
""",
    ),
    ("temporary_password", "email"): Layout(
        "Your temporary password for !TENANT!",
        """\
Hello !PERSON_NAME!,

Somebody, probably you, asked for a temporary password for your account
at !TENANT!. Sign in with it, then choose a password of your own:

!PASSWORD!

It works once, for !EXPIRES_MINUTES! minutes after you asked. Your own password
still works. Nobody at !TENANT! will ever ask you for either.

If it was not you, ignore this message and sign in as always.
""",
    ),
    ("temporary_password", "sms"): Layout(
        "",
        """\
!TENANT!: temporary password, good for !EXPIRES_MINUTES! minutes. Your own still works.
!PASSWORD!
""",
    ),
    ("temporary_password_undelivered", "email"): Layout(
        "A message from !TENANT! did not reach you",
        """\
Hello !PERSON_NAME!,

A temporary password for your account at !TENANT! was asked for at
!WHEN!, and the message with it could not be delivered.

The temporary password is void. Your own password still works.

If it was not you who asked, tell us: !SUPPORT!
""",
    ),
    ("temporary_password_undelivered", "sms"): Layout(
        "", "!TENANT!: a temporary password could not be delivered. Your own password still works.\n"
    ),
    ("password_changed", "email"): Layout(
        "Your password for !TENANT! was changed",
        """\
Hello !PERSON_NAME!,

The password of your account at !TENANT! was changed at !WHEN!.
All devices were signed out.

If it was you, there is nothing to do.

If it was not you, somebody else may be in your account. Tell us at once:
!SUPPORT!
""",
    ),
    ("password_changed", "sms"): Layout("", "!TENANT!: your password was changed. Not you? !SUPPORT!\n"),
    ("address_changed", "email"): Layout(
        "Your contact data at !TENANT! were changed",
        """\
Hello !PERSON_NAME!,

The addresses that !TENANT! writes to about your account were changed
at !WHEN!. From now on messages may go elsewhere.

If it was not you, or somebody you asked, tell us at once:
!SUPPORT!
""",
    ),
    ("address_changed", "sms"): Layout("", "!TENANT!: your contact data were changed. Not you? !SUPPORT!\n"),
}
