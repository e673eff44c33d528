"""Spanish. Text messages avoid a, i, o, u with an accent: GSM-7 lacks them, and one of them halves the message."""

from keyturn.outbox.merge import Layout
from keyturn.outbox.wording import spanish_mailboxes

LANGUAGE = "es"
BUTTONS = {
    "LINK": "Elegir una contraseña nueva",
    "MAILBOX_LINK": "Pulsar aquí",
    "MAILBOXES_LINK": "Ver todos los buzones",
    "SIGN_UP_LINK": "Usar el código PIN",
    "SIGN_IN_LINK": "Iniciar sesión",
}
FOOTER = "¿Preguntas? !SUPPORT!"
WITHOUT_SUPPORT = "Consulte a quien creó su cuenta."

LAYOUTS = spanish_mailboxes.LAYOUTS | {
    ("recovery_link", "email"): Layout(
        "Restablezca su contraseña de !TENANT!",
        """\
Hola, !PERSON_NAME!:

Alguien, probablemente usted, pidió restablecer la contraseña de su cuenta
en !TENANT!.

Abra este enlace:

!LINK!

Escriba allí este código y una contraseña nueva:

!CODE!

El enlace y el código sirven juntos, una sola vez, durante !EXPIRES_MINUTES! minutos
desde que los pidió. Nadie de !TENANT! se los pedirá nunca.

Si no fue usted, ignore este mensaje. Su contraseña no cambia.
""",
    ),
    ("temporary_password", "email"): Layout(
        "Su contraseña temporal de !TENANT!",
        """\
Hola, !PERSON_NAME!:

Alguien, probablemente usted, pidió una contraseña temporal para su cuenta
en !TENANT!. Inicie sesión con ella y elija después una propia:

!PASSWORD!

Sirve una sola vez, durante !EXPIRES_MINUTES! minutos desde que la pidió. Su propia
contraseña sigue funcionando. Nadie de !TENANT! le pedirá ninguna de las dos.

Si no fue usted, ignore este mensaje e inicie sesión como siempre.
""",
    ),
    ("temporary_password", "sms"): Layout(
        "",
        """\
!TENANT!: contraseña temporal, sirve !EXPIRES_MINUTES! minutos. La suya sigue funcionando.
!PASSWORD!
""",
    ),
    ("temporary_password_undelivered", "email"): Layout(
        "Un mensaje de !TENANT! no le llegó",
        """\
Hola, !PERSON_NAME!:

Se pidió una contraseña temporal para su cuenta en !TENANT! el
!WHEN!, y el mensaje con ella no se pudo entregar.

La contraseña temporal queda anulada. Su propia contraseña sigue funcionando.

Si no fue usted quien la pidió, avísenos: !SUPPORT!
""",
    ),
    ("temporary_password_undelivered", "sms"): Layout(
        "", "!TENANT!: no pudimos entregarle una contraseña temporal. La suya sigue funcionando.\n"
    ),
    ("password_changed", "email"): Layout(
        "Se cambió su contraseña de !TENANT!",
        """\
Hola, !PERSON_NAME!:

La contraseña de su cuenta en !TENANT! se cambió el !WHEN!.
Se cerró la sesión en todos los dispositivos.

Si fue usted, no tiene que hacer nada.

Si no fue usted, otra persona puede estar en su cuenta. Avísenos enseguida:
!SUPPORT!
""",
    ),
    ("password_changed", "sms"): Layout("", "!TENANT!: se cambio su contraseña. ¿No fue usted? !SUPPORT!\n"),
    ("address_changed", "email"): Layout(
        "Sus datos de contacto en !TENANT! cambiaron",
        """\
Hola, !PERSON_NAME!:

Las direcciones a las que !TENANT! le escribe sobre su cuenta se cambiaron
el !WHEN!. Desde ahora los mensajes pueden llegar a otra parte.

Si no fue usted, ni alguien a quien se lo pidió, avísenos enseguida:
!SUPPORT!
""",
    ),
    ("address_changed", "sms"): Layout(
        "", "!TENANT!: se cambiaron sus datos de contacto. ¿No fue usted? !SUPPORT!\n"
    ),
    ("caller_check", "email"): Layout(
        "Un código para leer a !TENANT!",
        """\
Hola, !PERSON_NAME!:

Alguien habla por teléfono con !TENANT! y dice ser usted.

Si es así, léales este código:

!CODE!

Por sí solo no abre nada, y caduca a los !EXPIRES_MINUTES! minutos.

Si no está hablando con nosotros, no diga el código a nadie y avísenos: !SUPPORT!
""",
    ),
    ("caller_check", "sms"): Layout("", "!TENANT!: ¿habla con nosotros? Lea esta clave. Si no, a nadie.\n!CODE!\n"),
    ("reset_by_operator", "email"): Layout(
        "!TENANT! inició un cambio de su contraseña",
        """\
Hola, !PERSON_NAME!:

Un operador de !TENANT! inició un cambio de la contraseña de su cuenta
el !WHEN!: !OPERATORS!

Si usted lo pidió, no tiene que hacer nada.

Si no, avísenos enseguida:
!SUPPORT!
""",
    ),
    ("reset_by_operator", "sms"): Layout(
        "", "!TENANT!: !OPERATORS! va a cambiar su contraseña. ¿No lo ha pedido? !SUPPORT!\n"
    ),
    ("pin_code", "email"): Layout(
        "Su código PIN para !ENVIRONMENT!",
        """\
Hola:

!OWNER! le da acceso a !ENVIRONMENT!. Con este código PIN puede crear
allí su propio usuario:

!PINCODE!

Abra esta página y escriba el código, su correo y el nombre de usuario que desea:

!SIGN_UP_LINK!

No dé el código a nadie más. Quien lo usa puede hacer lo mismo que !OWNER!.
Si no conoce a !OWNER!, borre este mensaje.
""",
    ),
    ("password_new", "email"): Layout(
        "Su nuevo usuario para !ENVIRONMENT!",
        """\
Hola, !PERSON_NAME!:

Se creó un usuario para usted en !ENVIRONMENT!. Su nombre de usuario es !USERNAME!
y esta es su contraseña temporal:

!PASSWORD!

Inicie sesión con ella aquí y elija después una contraseña propia:

!SIGN_IN_LINK!

Sirve una sola vez y durante un día. Quien no inicie sesión antes tendrá
que empezar de nuevo. Si no lo pidió, ignore este mensaje.
""",
    ),
    ("sign_up_taken", "email"): Layout(
        "No se creó ningún usuario nuevo en !TENANT!",
        """\
Hola:

El !WHEN! alguien, quizá usted, quiso crear un usuario nuevo en !TENANT!
con este correo. El correo, o el nombre de usuario que se pidió, ya
pertenece a un usuario. Por eso no se creó ni se cambió nada.

Si usted tiene allí un usuario, inicie sesión como siempre; si olvidó la
contraseña, la página le ayuda. Si no lo tiene, empiece allí de nuevo con otro
nombre de usuario.

!SIGN_IN_LINK!

Si no fue usted, ignore este mensaje.
""",
    ),
    ("operator_welcome", "email"): Layout(
        "Su acceso a la consola de !TENANT!",
        """\
Hola:

Usted es ahora operador de !TENANT!, o debe elegir una contraseña nueva.
Su nombre de usuario es !USERNAME!

Elija una contraseña con este enlace:

!LINK!

Sirve una sola vez, durante 24 horas. Quien lo abre elige la contraseña: no se lo
dé a nadie. Nadie de !TENANT! se lo pedirá.

Si no trabaja para !TENANT!, descarte este mensaje.
""",
    ),
}
