"""The local Entra: tells where tokens are, gives them to the application, and lets an administrator consent."""

import hashlib
from datetime import UTC, datetime, timedelta
from secrets import token_urlsafe
from urllib.parse import parse_qsl, urlencode

import jwt
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding
from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response
from starlette.routing import Route

from bot.clock import Clock
from bot.playground.directories.graph_answers import IN_ENGLISH, entra_refusal, instead
from bot.playground.directories.graph_faults import Faults, take
from bot.playground.directories.tenants import Application, Tenant

SKEW = timedelta(minutes=5)
"""By how much clocks may differ."""
LIFETIME = timedelta(minutes=60)
NO_TENANT, NO_REPLY_URL, NO_CONSENT, WRONG_SECRET, OLD_SECRET, WRONG_CERTIFICATE, WRONG_TIME = (
    90002,
    500113,
    700016,
    7000215,
    7000222,
    700027,
    700024,
)


class Entra:
    """Sign-in for one application. `ahead` is how far its clock is ahead of this machine's, `elsewhere` another address
    to ask for tokens at, `number` that of an error which refuses every token. At the page for consents sits the
    administrator of the tenant `at_home`, who `declines` or not; consent works after `slow` more tries for a token."""

    def __init__(self, application: Application, tenants: list[Tenant], faults: Faults, clock: Clock) -> None:
        self.application, self.tenants, self.faults, self._clock = application, tenants, faults, clock
        self.ahead = timedelta()
        self.elsewhere: str | None = None
        self.number: int | None = None
        self.at_home: Tenant | None = None
        self.declines = False
        self.slow = 0
        self.tokens: dict[str, tuple[str, datetime]] = {}
        """Tenant and end of every token given."""

    def routes(self) -> list[Route]:
        return [
            Route("/{tenant}/v2.0/.well-known/openid-configuration", self._configuration),
            Route("/{tenant}/oauth2/v2.0/token", self._token, methods=["POST"]),
            Route("/{tenant}/v2.0/adminconsent", self._consent),
            Route("/{tenant}/adminconsent", self._consent),
        ]

    def now(self) -> datetime:
        return self._clock() + self.ahead

    def tenant(self, named: str) -> Tenant | None:
        """The tenant of an id or one of its domains."""
        named = named.lower()
        return next((one for one in self.tenants if named in {one.id, one.domain, *one.domains}), None)

    def tenant_of(self, token: str) -> Tenant | None:
        """Whose directory a token opens, while it is good."""
        named, until = self.tokens.get(token, ("", self.now()))
        return self.tenant(named) if self.now() < until else None

    async def _configuration(self, request: Request) -> Response:
        if (fault := take(self.faults.sign_in)) and (other := instead(request, fault)):
            return other
        tenant = self.tenant(request.path_params["tenant"])
        if tenant is None:
            return entra_refusal(request, 400, "invalid_tenant", NO_TENANT)
        base = f"{request.base_url}{tenant.id}"
        return JSONResponse(
            {
                "issuer": f"{base}/v2.0",
                "authorization_endpoint": f"{base}/oauth2/v2.0/authorize",
                "token_endpoint": self.elsewhere or f"{base}/oauth2/v2.0/token",
                "jwks_uri": f"{base}/discovery/v2.0/keys",
                "response_types_supported": ["code", "id_token"],
                "subject_types_supported": ["pairwise"],
                "id_token_signing_alg_values_supported": ["RS256"],
            }
        )

    async def _token(self, request: Request) -> Response:
        if (fault := take(self.faults.sign_in)) and (other := instead(request, fault)):
            return other
        form = dict(parse_qsl((await request.body()).decode()))
        tenant = self.tenant(request.path_params["tenant"])
        if tenant is None:
            return entra_refusal(request, 400, "invalid_request", NO_TENANT)
        if form.get("client_id") != self.application.id or not tenant.consented or self.slow:
            self.slow = max(0, self.slow - 1)
            return entra_refusal(request, 400, "unauthorized_client", NO_CONSENT)
        if form.get("grant_type") != "client_credentials" or not form.get("scope", "").endswith("/.default"):
            return entra_refusal(request, 400, "invalid_scope", 1002012)
        if wrong := self.number or self._what_is_wrong(form, str(request.url)):
            return entra_refusal(request, 401, "invalid_client", wrong)
        token = token_urlsafe(96)
        self.tokens[token] = tenant.id, self.now() + LIFETIME
        seconds = int(LIFETIME.total_seconds())
        return JSONResponse(
            {"token_type": "Bearer", "expires_in": seconds, "ext_expires_in": seconds, "access_token": token}
        )

    def _what_is_wrong(self, form: dict[str, str], audience: str) -> int | None:
        """The number of what is wrong with the application's proof of itself."""
        if assertion := form.get("client_assertion"):
            return self._wrong_in(assertion, audience)
        secret = form.get("client_secret", "")
        if secret not in self.application.secrets:
            return WRONG_SECRET
        until = self.application.secrets[secret]
        return None if until is None or self.now() < until else OLD_SECRET

    def _wrong_in(self, assertion: str, audience: str) -> int | None:
        print_ = jwt.get_unverified_header(assertion).get("x5t#S256", "").rstrip("=")
        certificate = next(
            (one for one in map(parsed, self.application.certificates) if thumbprint(one) == print_), None
        )
        if certificate is None or certificate.not_valid_after_utc < self.now():
            return WRONG_CERTIFICATE
        try:
            said = jwt.decode(
                assertion,
                certificate.public_key(),  # type: ignore[arg-type]
                algorithms=["PS256"],
                audience=audience,
                options={"verify_exp": False, "verify_iat": False, "verify_nbf": False},
            )
        except jwt.InvalidTokenError:
            return WRONG_CERTIFICATE
        begin = datetime.fromtimestamp(said.get("nbf", said["iat"]), UTC)
        end = datetime.fromtimestamp(said["exp"], UTC)
        return None if begin - SKEW <= self.now() < end + SKEW else WRONG_TIME

    async def _consent(self, request: Request) -> Response:
        """Stands for the page on which an administrator says yes or no."""
        named, asked = request.path_params["tenant"], request.query_params
        tenant = self.at_home if named == "organizations" else self.tenant(named)
        if tenant is None or asked.get("client_id") != self.application.id:
            return entra_refusal(request, 400, "invalid_request", NO_TENANT)
        if (back := asked.get("redirect_uri", self.application.reply_url)) is None:
            return entra_refusal(request, 400, "invalid_request", NO_REPLY_URL)
        said = {"admin_consent": "True", **({"state": asked["state"]} if "state" in asked else {})}
        if self.declines:
            said |= {"error": "access_denied", "error_description": f"AADSTS65004: {IN_ENGLISH}"}
        else:
            tenant.consented = True
            said["tenant"] = tenant.id
        return RedirectResponse(f"{back}?{urlencode(said)}", 302)


def parsed(pem: str) -> x509.Certificate:
    return x509.load_pem_x509_certificate(pem.encode())


def thumbprint(certificate: x509.Certificate) -> str:
    """As `x5t#S256` has it."""
    digest = hashlib.sha256(certificate.public_bytes(Encoding.DER)).digest()
    return jwt.utils.base64url_encode(digest).decode()
