"""The demo's own words: the default layouts, imported, and the PIN code's mail with HTML that somebody wrote."""

from dataclasses import replace

from keyturn.lib import clock
from keyturn.outbox.layouts import importing, queries, saving, variables
from keyturn.outbox.layouts.models import StoredLayout
from keyturn.outbox.layouts.saving import Draft

_HTML = """\
<style>
.page { max-width: 520px; margin: 24px auto; padding: 32px; border: 1px solid #d4d4d8; border-radius: 12px;
        font: 16px/1.5 sans-serif; color: #18181b; background: #ffffff }
.page h1 { margin: 0 0 16px; font-size: 22px }
.pin { margin: 24px 0; padding: 20px; border-radius: 8px; text-align: center; background: #f0f9ff;
       font: 600 26px monospace; letter-spacing: 2px }
.go { display: inline-block; padding: 12px 24px; border-radius: 8px; background: #0369a1; color: #ffffff;
      text-decoration: none }
.small { margin: 24px 0 0; font-size: 13px; color: #52525b }
</style>
<div class="page">
<h1>Welcome to !ENVIRONMENT!</h1>
<p><b>!OWNER!</b> lets you in. With this PIN code you make yourself a user:</p>
<p class="pin">!PINCODE!</p>
<p><a class="go" href="!SIGN_UP_LINK!">Use the PIN code</a></p>
<p class="small">Give the code to nobody else: who uses it can do what !OWNER! can. If you do not know !OWNER!,
throw this message away. Questions? !SUPPORT!</p>
</div>
"""


def write(actor: str) -> None:
    """Import the default layouts of the tenant we are in, and write one of them anew."""
    now = clock.now()
    importing.import_defaults(now, actor=actor)
    held = next(row for row in variables.listing() if row.named.name == "PINCODE_EMAIL_BODY")
    layout = StoredLayout.objects.get(name=held.layout_name)
    text = queries.text(layout, "en")
    if text:
        words = replace(queries.words_of(text), html=_HTML)
        saving.save(Draft(layout, "en", words, text.version), now, actor=actor)
