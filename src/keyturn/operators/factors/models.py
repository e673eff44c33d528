"""What is kept of second factors: sealed, public or digested, never the thing itself."""

from django.db import models


class AuthenticatorApp(models.Model):
    """An app that shows six digits. `last_step` is the newest step whose code was taken: none is taken twice."""

    operator = models.OneToOneField("operators.Operator", on_delete=models.CASCADE, related_name="authenticator_app")
    sealed = models.BinaryField()  # the secret, under the web process's own key, for this operator only
    last_step = models.BigIntegerField()
    created_at = models.DateTimeField()
    last_used_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return f"authenticator app of {self.operator_id}"


class Passkey(models.Model):
    """A key that lives in a device. It answers at the host name it was made for (`rp_id`) and at no other."""

    operator = models.ForeignKey("operators.Operator", on_delete=models.CASCADE, related_name="passkeys")
    name = models.CharField(max_length=60)
    rp_id = models.CharField(max_length=253)
    credential_id = models.CharField(max_length=1400, unique=True)  # 1023 bytes at most (WebAuthn §5.8.3), base64url
    credential = models.BinaryField()  # attested credential data: the public key
    sign_count = models.BigIntegerField()
    created_at = models.DateTimeField()
    last_used_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return self.name


class PasskeyChallenge(models.Model):
    """What a session asked a passkey to sign. Good once: answering it, rightly or not, ends it."""

    CREATE, GET = "create", "get"

    session = models.OneToOneField(
        "operators.OperatorSession", on_delete=models.CASCADE, related_name="passkey_challenge"
    )
    kind = models.CharField(max_length=6, choices=[(CREATE, "create"), (GET, "get")])
    rp_id = models.CharField(max_length=253)
    challenge = models.CharField(max_length=64)
    expires_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.kind} for session {self.session_id}"


class RecoveryCode(models.Model):
    """One spare code, good once. Only its keyed digest is kept."""

    operator = models.ForeignKey("operators.Operator", on_delete=models.CASCADE, related_name="recovery_codes")
    digest = models.CharField(max_length=64, unique=True)
    used_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return f"recovery code of {self.operator_id}"
