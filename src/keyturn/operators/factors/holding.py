"""Which second factors an operator has, and whether one more may go."""

from dataclasses import dataclass

from keyturn.operators.factors.models import AuthenticatorApp, Passkey, RecoveryCode
from keyturn.operators.models import Operator


@dataclass(frozen=True)
class Held:
    """The factors of one operator. Recovery codes are no factor of their own: they stand in for one that is lost."""

    app: AuthenticatorApp | None
    passkeys: tuple[Passkey, ...]
    spare_codes: int

    @property
    def count(self) -> int:
        """How many factors."""
        return len(self.passkeys) + (self.app is not None)

    def at(self, rp_id: str) -> tuple[Passkey, ...]:
        """The passkeys that answer at a host name."""
        return tuple(passkey for passkey in self.passkeys if passkey.rp_id == rp_id)


def of(operator: Operator) -> Held:
    """What this operator has now."""
    return Held(
        app=AuthenticatorApp.objects.filter(operator=operator).first(),
        passkeys=tuple(Passkey.objects.filter(operator=operator).order_by("created_at", "pk")),
        spare_codes=RecoveryCode.objects.filter(operator=operator, used_at=None).count(),
    )


def has_any(operator: Operator) -> bool:
    """Whether this operator must prove a second factor."""
    theirs = {"operator": operator}
    return AuthenticatorApp.objects.filter(**theirs).exists() or Passkey.objects.filter(**theirs).exists()
