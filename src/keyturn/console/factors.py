"""What the pages about second factors share: where the browser is, what was typed, and the list of ways to prove."""

import ipaddress
from typing import Any

from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from keyturn.door.forms import Form
from keyturn.operators.factors import holding
from keyturn.operators.factors.core import codes
from keyturn.operators.factors.core.codes import AppCode, CodeMalformed, SpareCode
from keyturn.operators.factors.second_step import Proof
from keyturn.operators.factors.webauthn import LONGEST_ANSWER, Answer, Site

NOT_A_CODE = _("The code is six digits. A recovery code has ten letters and digits.")
WRONG_CODE = _("This code is not right, or was used already. Wait for the app's next one.")
WRONG_PASSKEY = _("This passkey was not accepted. Try once more, or use another way.")


class CodeForm(Form):
    """A form with a code of an authenticator app, or a recovery code."""

    EMPTY = Form.EMPTY | {"code": _("Type the code."), "name": _("Give it a name.")}

    def code(self) -> AppCode | SpareCode | None:
        """What was typed; None when it was refused."""
        typed = self.line("code", at_most=codes.LONGEST)
        self["code"].value = ""  # good once: there is nothing to show again
        try:
            return codes.read(typed) if typed else None
        except CodeMalformed:
            self.refuse("code", NOT_A_CODE)
            return None


def site(request: HttpRequest) -> Site:
    """Where this browser is; the host was compared with the table of hosts before anything else."""
    name = request.tenant.name if request.tenant else "Keyturn"
    return Site(f"{request.scheme}://{request.get_host()}", name)


def passkeys_work(request: HttpRequest) -> bool:
    """Whether browsers make passkeys here: they want a host name, not an IP address."""
    try:
        ipaddress.ip_address(site(request).rp_id)
    except ValueError:
        return True
    return False


def answer(request: HttpRequest, form: Form) -> Answer | None:
    """What a passkey signed, if the browser sent anything of the kind."""
    text = form.only("passkey")[: LONGEST_ANSWER + 1]
    return Answer(site(request), text) if text else None


def proof(request: HttpRequest, form: CodeForm) -> Proof | None:
    """What somebody brought to prove a factor; None when it was refused at its field."""
    return answer(request, form) or form.code()


def refuse(form: CodeForm, brought: Proof) -> None:
    """Say that it was wrong, where it was typed."""
    if isinstance(brought, Answer):
        form.refuse_all(WRONG_PASSKEY, focus="code")
    else:
        form.refuse("code", WRONG_CODE)


def ways(request: HttpRequest, form: CodeForm) -> dict[str, Any]:
    """What a page needs to ask this operator for a factor."""
    held = holding.of(request.operator)
    has_app, has_passkey = held.app is not None, bool(held.at(site(request).rp_id))
    form["code"].focus = has_app or not has_passkey or "spare" in request.GET
    return {
        "form": form,
        "has_app": has_app,
        "has_passkey": has_passkey,
        "has_spare": held.spare_codes > 0,
        "wants_spare": held.spare_codes > 0 and ("spare" in request.GET or not (has_app or has_passkey)),
        "elsewhere": sorted({one.rp_id for one in held.passkeys} - {site(request).rp_id}),
    }
