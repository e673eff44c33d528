"""What the watch over mailboxes says, in English."""

from keyturn.outbox.merge import Layout

LAYOUTS = {
    ("mailbox_refused", "email"): Layout(
        "!TENANT!: the password of your mailbox no longer works",
        """\
Hello !PERSON_NAME!,

The mail server refuses the password that !TENANT! keeps for your mailbox
!MAILBOX!. So nothing is fetched from there, nor sent, until you put it right.

Click here, and type the old password and the new one:

!MAILBOX_LINK!

The page asks for nothing without the old password. If you would rather not
follow a link: sign in as always, and open your own page.
""",
    ),
    ("mailbox_refused", "sms"): Layout("", "!TENANT!: your mailbox password no longer works.\n!MAILBOX_LINK!\n"),
    ("mailbox_reminder", "email"): Layout(
        "!TENANT!: your mailbox still needs its new password",
        """\
Hello !PERSON_NAME!,

The mail server still refuses the password that !TENANT! keeps for your
mailbox !MAILBOX!. Nothing is fetched from there, nor sent.

Click here, and type the old password and the new one:

!MAILBOX_LINK!

If you forgot the old one, somebody who looks after the accounts can let you in.
""",
    ),
    ("mailbox_reminder", "sms"): Layout("", "!TENANT!: your mailbox still needs its new password.\n!MAILBOX_LINK!\n"),
    ("host_trouble", "email"): Layout(
        "!TENANT!: many mailboxes of one mail server fail together",
        """\
Hello,

Many mailboxes that !TENANT! watches fail together at

!MAIL_SERVERS!

That looks like trouble of the mail server, or of the network, and not of the
passwords. So no mailbox there is suspended and no owner is told anything. The
mail server is asked again and again, and the watch goes on by itself as soon as
it answers.

All mailboxes, with what the last checks said:

!MAILBOXES_LINK!

You get this once, because you may see mailboxes in the console of !TENANT!.
""",
    ),
}
