"""What the watch over mailboxes says, in Spanish."""

from keyturn.outbox.merge import Layout

LAYOUTS = {
    ("mailbox_refused", "email"): Layout(
        "!TENANT!: la contraseña de su buzón ya no funciona",
        """\
Hola, !PERSON_NAME!:

El servidor de correo rechaza la contraseña que !TENANT! guarda para su buzón
!MAILBOX!. Hasta que la corrija no se recibe ni se envía nada desde allí.

Pulse aquí y escriba la contraseña antigua y la nueva:

!MAILBOX_LINK!

Sin la contraseña antigua la página no sirve de nada. Si prefiere no seguir
un enlace, inicie sesión como siempre y abra su propia página.
""",
    ),
    ("mailbox_refused", "sms"): Layout("", "!TENANT!: la clave de su correo ya no funciona.\n!MAILBOX_LINK!\n"),
    ("mailbox_reminder", "email"): Layout(
        "!TENANT!: su buzón sigue esperando la contraseña nueva",
        """\
Hola, !PERSON_NAME!:

El servidor de correo sigue rechazando la contraseña que !TENANT! guarda para
su buzón !MAILBOX!. No se recibe ni se envía nada desde allí.

Pulse aquí y escriba la contraseña antigua y la nueva:

!MAILBOX_LINK!

Si olvidó la antigua, quien atiende las cuentas puede dejarle entrar.
""",
    ),
    ("mailbox_reminder", "sms"): Layout("", "!TENANT!: su correo sigue esperando la clave nueva.\n!MAILBOX_LINK!\n"),
    ("host_trouble", "email"): Layout(
        "!TENANT!: fallan a la vez muchos buzones de un servidor de correo",
        """\
Hola:

Muchos buzones que vigila !TENANT! fallan a la vez en

!MAIL_SERVERS!

Parece un problema del servidor de correo o de la red, y no de las contraseñas.
Por eso no se suspende allí ningún buzón ni se avisa a ningún dueño. Se pregunta
al servidor una y otra vez, y la vigilancia sigue por sí sola en cuanto responda.

Todos los buzones, con lo que dijeron las últimas comprobaciones:

!MAILBOXES_LINK!

Recibe esto una sola vez, porque puede ver los buzones en la consola de !TENANT!.
""",
    ),
}
