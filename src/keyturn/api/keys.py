"""The key of a tenant's own program, as the calls that take one find it."""

from django.http import HttpRequest
from ninja.security import HttpBearer

from keyturn.api.door import tenant_of
from keyturn.api.problems import ProblemAnswer
from keyturn.lib import clock
from keyturn.operators import api_keys
from keyturn.operators.models import ApiKey


class Key(HttpBearer):
    """A living key of this tenant that has the scope."""

    openapi_name = "Key"

    def __init__(self, scope: str):
        super().__init__()
        self._scope = scope

    def authenticate(self, request: HttpRequest, token: str) -> ApiKey | None:
        """The key, or None; raises ProblemAnswer for one that may not do this."""
        tenant_of(request)
        key = api_keys.resolve(token, clock.now())
        if key and self._scope not in key.scopes:
            raise ProblemAnswer("forbidden")
        return key
