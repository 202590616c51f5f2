"""Auth: who sends a request, by the key or session in it, and whether that one may do this."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from starlette.requests import Request

from net30.api.middleware.request_id import add_header
from net30.domain.identity.principal import Principal
from net30.domain.identity.roles import Permission
from net30.kernel.errors import Forbidden
from net30.ports.cache import Cache
from net30.services.rate_limit import RateLimit, too_many

ORGANISATION_HEADER = "X-Net30-Organisation"
SECRET_CHARACTERS_MAX = 300
FAILED_SIGN_INS_MAX = 30
"""Wrong keys from one address in a minute, before it is told to wait."""

Recognise = Callable[[str, str], Principal]
"""From a secret and the organisation asked for (or "") to who that is; raises Forbidden."""


@dataclass(frozen=True, slots=True)
class Doorman:
    """Lets in who has a key; counts requests by user, and wrong keys by address."""

    recognise: Recognise
    requests: RateLimit
    failures: RateLimit

    def admit(self, request: Request, needs: tuple[Permission, ...]) -> Principal:
        """Return who sent a request and may do what it asks.

        Raises Forbidden (unauthenticated, permission), LimitExceeded (rate_limit).
        """
        principal = self._known(request)
        request.state.principal = principal
        left = self.requests.count(f"{principal.organisation}/{principal.user}")
        for name, value in left.headers().items():
            add_header(request.scope, name, value)
        if left.remaining < 0:
            add_header(request.scope, "retry-after", str(left.reset))
            raise too_many(left)
        principal.need_all(needs)
        return principal

    def greet(self, request: Request) -> None:
        """Let a stranger try to come in; raise LimitExceeded for one who tries too often."""
        left = self.failures.count(sender_of(request))
        if left.remaining < 0:
            add_header(request.scope, "retry-after", str(left.reset))
            raise too_many(left)

    def _known(self, request: Request) -> Principal:
        try:
            secret = bearer_of(request)
            return self.recognise(secret, request.headers.get(ORGANISATION_HEADER, ""))
        except Forbidden as refused:
            # Who has a key comes in all the same: others at one address lock nobody out.
            left = self.failures.count(sender_of(request))
            if left.remaining < 0:
                add_header(request.scope, "retry-after", str(left.reset))
                raise too_many(left) from refused
            raise


def doorman(recognise: Recognise, requests_per_minute: int, shared: Cache) -> Doorman:
    """Return the doorman of an installation; with others who share its cache he counts together."""
    return Doorman(
        recognise,
        RateLimit(requests_per_minute, name="requests", shared=shared),
        RateLimit(FAILED_SIGN_INS_MAX, name="failures", shared=shared),
    )


def sender_of(request: Request) -> str:
    """Return the network address that a request comes from."""
    return request.client.host if request.client else ""


def bearer_of(request: Request) -> str:
    """Return the secret of the header Authorization: Bearer SECRET; raise Forbidden without."""
    kind, _, secret = request.headers.get("authorization", "").partition(" ")
    secret = secret.strip()
    if kind.lower() != "bearer" or not secret or len(secret) > SECRET_CHARACTERS_MAX:
        raise Forbidden(
            "this needs a key",
            hint="send the header Authorization: Bearer KEY: a key (net30 key new), "
            "or a session (POST /api/v1/sessions)",
            code="unauthenticated",
        )
    return secret
