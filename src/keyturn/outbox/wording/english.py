"""English."""

from keyturn.outbox.merge import Layout
from keyturn.outbox.wording import english_mailboxes

LANGUAGE = "en"
BUTTONS = {
    "LINK": "Choose a new password",
    "MAILBOX_LINK": "Click here",
    "MAILBOXES_LINK": "See all mailboxes",
    "SIGN_UP_LINK": "Use the PIN code",
    "SIGN_IN_LINK": "Sign in",
}
FOOTER = "Questions? !SUPPORT!"
WITHOUT_SUPPORT = "Ask whoever set up your account."

LAYOUTS = english_mailboxes.LAYOUTS | {
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
    ("caller_check", "email"): Layout(
        "A code to read out to !TENANT!",
        """\
Hello !PERSON_NAME!,

Somebody is on the telephone with !TENANT! and says to be you.

If that is you, read this code out to them:

!CODE!

It opens nothing by itself, and ends after !EXPIRES_MINUTES! minutes.

If you are not on the telephone with us, tell nobody the code, and tell us: !SUPPORT!
""",
    ),
    ("caller_check", "sms"): Layout(
        "", "!TENANT!: on the telephone with us? Read this code out. If not, tell nobody.\n!CODE!\n"
    ),
    ("reset_by_operator", "email"): Layout(
        "!TENANT! started a reset of your password",
        """\
Hello !PERSON_NAME!,

An operator of !TENANT! started a reset of the password of your account
at !WHEN!: !OPERATORS!

If you asked for it, there is nothing to do.

If you did not, tell us at once:
!SUPPORT!
""",
    ),
    ("reset_by_operator", "sms"): Layout(
        "", "!TENANT!: !OPERATORS! started a reset of your password. Not you? !SUPPORT!\n"
    ),
    ("pin_code", "email"): Layout(
        "Your PIN code for !ENVIRONMENT!",
        """\
Hello,

!OWNER! lets you in to !ENVIRONMENT!. With this PIN code you make
yourself a user there:

!PINCODE!

Open this page, and type the code, your email address and the user name you want:

!SIGN_UP_LINK!

Give the code to nobody else. Who uses it can do what !OWNER! can.
If you do not know !OWNER!, throw this message away.
""",
    ),
    ("password_new", "email"): Layout(
        "Your new user for !ENVIRONMENT!",
        """\
Hello !PERSON_NAME!,

A user was made for you in !ENVIRONMENT!. Your user name is !USERNAME!
and this is your temporary password:

!PASSWORD!

Sign in with it here, then choose a password of your own:

!SIGN_IN_LINK!

It works once, for a day. Whoever does not sign in by then must begin
again. If you did not ask for it, ignore this message.
""",
    ),
    ("sign_up_taken", "email"): Layout(
        "No new user was made at !TENANT!",
        """\
Hello,

At !WHEN! somebody, perhaps you, wanted to make a new user at !TENANT!
with this email address. The address, or the user name that was wished for,
belongs to a user already. So nothing was made and nothing changed.

If you have a user there: sign in as always. If you forgot the password, the
page helps you. If you have none: begin again there with another user name.

!SIGN_IN_LINK!

If it was not you, ignore this message.
""",
    ),
    ("operator_welcome", "email"): Layout(
        "Your sign-in to the console of !TENANT!",
        """\
Hello,

You were made an operator of !TENANT!, or your password is to be chosen anew.
Your user name is !USERNAME!

Choose a password behind this link:

!LINK!

It works once, within 24 hours. Whoever opens it chooses the password, so hand it
to nobody. Nobody at !TENANT! will ask you for it.

If you do not work for !TENANT!, throw this message away.
""",
    ),
}
