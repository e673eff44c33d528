"""Recovery codes: ten on paper, each good once, digests in the database."""

from keyturn.operators.factors import recovery_codes
from keyturn.operators.factors.core import codes
from keyturn.operators.factors.models import RecoveryCode


def test_each_works_once_and_for_its_owner_alone(otto, olga, now):
    for written in recovery_codes.renew(otto):
        code = codes.read(written)
        assert not recovery_codes.accept(olga, code, now)
        assert recovery_codes.accept(otto, code, now)
        assert not recovery_codes.accept(otto, code, now)


def test_a_new_set_ends_the_former(otto, now):
    [first, *_] = recovery_codes.renew(otto)
    recovery_codes.renew(otto)
    assert not recovery_codes.accept(otto, codes.read(first), now)
    assert RecoveryCode.objects.count() == codes.RECOVERY_CODES


def test_none_is_kept_readable(otto):
    written = recovery_codes.renew(otto)
    kept = " ".join(RecoveryCode.objects.values_list("digest", flat=True))
    assert not [code for code in written if code in kept or code.replace("-", "") in kept]
