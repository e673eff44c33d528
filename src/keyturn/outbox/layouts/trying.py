"""*Send me a test*: words go to the operator who writes them, with sample values, as a trial that shows its steps.

trial = send_me(writing, operator, asker)     or the moment when the next one may be asked
"""

from dataclasses import replace
from datetime import datetime

from keyturn.operators.models import Operator
from keyturn.outbox import channels, drafting, trials
from keyturn.outbox.layouts import judging, preview, samples
from keyturn.outbox.layouts.preview import Writing
from keyturn.outbox.layouts.refusals import LayoutRefused
from keyturn.outbox.models import Trial
from keyturn.outbox.trials import Asker
from keyturn.tenants import scope
from keyturn.tenants.models import Tenant


def send_me(writing: Writing, operator: Operator, asker: Asker, *, number: str = "") -> Trial | datetime:
    """Send the words to the operator's own address, a text message to the number that was typed.

    Raises WordsRefused for words that cannot be shown, LayoutRefused (no_address) for an operator without an address,
    TrialRefused for a number that is none.
    """
    named, tenant = writing.named, Tenant.objects.get(pk=scope.current_id())
    to = number if named.channel == channels.SMS else operator.email
    if not to:
        raise LayoutRefused("no_address", "number" if named.channel == channels.SMS else "operator")
    judged = judging.judge(named.purpose, named.channel, writing.words)
    values = samples.values(tenant, language=writing.language)
    shown = preview.rendered(replace(writing, words=judged.words), drafting.look_of(tenant), values)
    return trials.ask_words(shown, named.channel, to, asker)
