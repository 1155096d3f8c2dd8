"""How the local Google lets a service account in: a key, and tokens for what is signed with it."""

import base64
import json
import secrets
from collections.abc import Callable, Set
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding, rsa

AUDIENCE = "https://oauth2.googleapis.com/token"
"""Whatever the address of the token endpoint is."""
GRANT = "urn:ietf:params:oauth:grant-type:jwt-bearer"
SKEW = timedelta(minutes=5)
LONGEST = timedelta(hours=1)


class NoToken(Exception):
    """A refusal of the token endpoint, by its code and what Google says to it."""

    def __init__(self, error: str, description: str) -> None:
        super().__init__(error)
        self.error, self.description = error, description


class ServiceAccount:
    """An account for programs, with a key made now."""

    email = "seatbot@northwind-seats.iam.gserviceaccount.com"

    def __init__(self) -> None:
        self._key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
        self.key_id = secrets.token_hex(20)

    def key_file(self, token_uri: str) -> str:
        """The JSON that Google gives out once, when the key is made."""
        pem = self._key.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
        key = {
            "type": "service_account",
            "project_id": "northwind-seats",
            "private_key_id": self.key_id,
            "private_key": pem.decode(),
            "client_email": self.email,
            "client_id": "109876543210987654321",
            "token_uri": token_uri,
            "universe_domain": "googleapis.com",
        }
        return json.dumps(key)

    def claims(self, assertion: str) -> dict[str, Any]:
        """What a signed assertion claims. Raises NoToken."""
        try:
            signed, _, signature = assertion.rpartition(".")
            head, claims = (json.loads(_decoded(part)) for part in signed.split("."))
            self._key.public_key().verify(_decoded(signature), signed.encode(), padding.PKCS1v15(), hashes.SHA256())
        except InvalidSignature:
            raise NoToken("invalid_grant", "Invalid JWT Signature.") from None
        except ValueError:
            raise NoToken("invalid_grant", "Invalid JWT: it cannot be decoded.") from None
        if head.get("alg") != "RS256" or head.get("kid") != self.key_id:
            raise NoToken("invalid_grant", "Invalid JWT Signature.")
        found: dict[str, Any] = claims
        return found


@dataclass(frozen=True, slots=True)
class Token:
    """What its bearer may do, and as whom."""

    subject: str
    scopes: frozenset[str]


class TokenOffice:
    """Gives tokens out. `delegated` are the scopes for which an administrator trusts the service account, `clock_ahead`
    is how far the clock of this Google is ahead of ours, `is_key_known` whether the key is still one."""

    def __init__(self, account: ServiceAccount, clock: Callable[[], datetime], delegated: Set[str]) -> None:
        self._account, self._clock = account, clock
        self.delegated = set(delegated)
        self.clock_ahead = timedelta()
        self.is_key_known = True
        self.issued: dict[str, Token] = {}

    def grant(self, assertion: str, is_known: Callable[[str], bool]) -> str:
        """A token for an assertion whose subject is known. Raises NoToken."""
        if not self.is_key_known:
            raise NoToken("invalid_grant", "Invalid JWT Signature.")
        claims = self._account.claims(assertion)
        if claims.get("iss") != self._account.email:
            raise NoToken("invalid_grant", "Invalid grant: account not found")
        if claims.get("aud") != AUDIENCE:
            raise NoToken("invalid_grant", "Invalid JWT: Failed audience check.")
        now = (self._clock() + self.clock_ahead).timestamp()
        begins, ends = float(claims.get("iat", 0)), float(claims.get("exp", 0))
        skew, longest = SKEW.total_seconds(), LONGEST.total_seconds()
        if not begins - skew <= now <= ends + skew or ends - begins > longest:
            raise NoToken("invalid_grant", "Invalid JWT: Token must be short-lived and in a reasonable timeframe.")
        scopes, subject = frozenset(str(claims.get("scope", "")).split()), str(claims.get("sub", ""))
        if not scopes or not scopes <= self.delegated:
            raise NoToken("unauthorized_client", "Client not authorized for any of the scopes requested.")
        if not is_known(subject):
            raise NoToken("invalid_grant", "Invalid email or User ID")
        token = f"ya29.{secrets.token_urlsafe(48)}"
        self.issued[token] = Token(subject, scopes)
        return token

    def withdraw(self) -> None:
        """An administrator no longer trusts the service account: tokens are worth nothing from now on."""
        self.delegated.clear()
        self.issued.clear()


def _decoded(part: str) -> bytes:
    return base64.urlsafe_b64decode(part + "=" * (-len(part) % 4))
