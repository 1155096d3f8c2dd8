"""What is wrong with the keys and secrets of the settings, as far as one sees without using them."""

import json
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

from bot.services.directories.failures import BadServiceAccount
from bot.services.errors import N_
from bot.settings import Settings, revealed
from bot.views.texts import Texts

UNREADABLE = N_("There is no file {path} that can be read.")
NO_FERNET = N_("Key {number} of it is no Fernet key: 32 random bytes in URL-safe base64.")
NO_CERTIFICATE = N_(
    "It must hold a private key and its certificate in PEM, without a password, or name a file of them."
)
NO_PAIR = N_("The certificate and the private key in it do not belong together.")
EXPIRED = N_("The certificate expired on {day}. Make a new one, and give it to the application at Microsoft.")
NO_SECRET = N_("MS_CLIENT_ID needs a secret or a certificate: set MS_CLIENT_SECRET or MS_CLIENT_CERTIFICATE.")
NO_CLIENT = N_("It is of use with MS_CLIENT_ID only, which is not set.")


def faults(settings: Settings, texts: Texts, now: datetime) -> dict[str, str]:
    """What is wrong, by the field of the settings. No secret is told."""
    return dict(found(settings, texts, now))


def found(settings: Settings, texts: Texts, now: datetime) -> Iterator[tuple[str, str]]:
    """The faults of each key that is set."""
    for number, key in enumerate((revealed(settings.encryption_keys) or "").replace(",", " ").split(), 1):
        if not is_fernet(key):
            yield "encryption_keys", texts.say(NO_FERNET, number=number)
            break
    has_secret = settings.ms_client_secret is not None or settings.ms_client_certificate is not None
    if settings.ms_client_id is not None and not has_secret:
        yield "ms_client_id", texts.say(NO_SECRET)
    for field in ("ms_client_secret", "ms_client_certificate"):
        if settings.ms_client_id is None and getattr(settings, field) is not None:
            yield field, texts.say(NO_CLIENT)
    if given := revealed(settings.ms_client_certificate):
        fault = of_certificate(given, texts, now)
        if fault is not None:
            yield "ms_client_certificate", fault
    if (given := revealed(settings.google_service_account)) and not is_service_account(given):
        yield "google_service_account", texts.refusal(BadServiceAccount())
    if settings.ca_bundle and not Path(settings.ca_bundle).exists():
        yield "ca_bundle", texts.say(UNREADABLE, path=settings.ca_bundle)


def is_fernet(key: str) -> bool:
    from cryptography.fernet import Fernet

    try:
        Fernet(key)
    except ValueError:
        return False
    return True


def of_certificate(given: str, texts: Texts, now: datetime) -> str | None:
    """What is wrong with a private key and its certificate, given in PEM or by the path of a file."""
    from cryptography import x509
    from cryptography.hazmat.primitives.serialization import load_pem_private_key

    if (pem := content(given, "-----BEGIN")) is None:
        return texts.say(NO_CERTIFICATE)
    try:
        key, certificate = load_pem_private_key(pem, None), x509.load_pem_x509_certificate(pem)
    except (ValueError, TypeError):  # the latter where it has a password
        return texts.say(NO_CERTIFICATE)
    if key.public_key() != certificate.public_key():
        return texts.say(NO_PAIR)
    if certificate.not_valid_after_utc <= now:
        return texts.say(EXPIRED, day=certificate.not_valid_after_utc.date())
    return None


def is_service_account(given: str) -> bool:
    """Whether that is the key of a service account, or the path to one."""
    from cryptography.hazmat.primitives.serialization import load_pem_private_key

    try:
        held = json.loads(content(given, "{") or "")
        load_pem_private_key(held["private_key"].encode(), None)
        return bool(held["type"] == "service_account" and "@" in held["client_email"] and held["token_uri"])
    except (ValueError, TypeError, KeyError, AttributeError):
        return False


def content(given: str, beginning: str) -> bytes | None:
    """What is given: itself if it begins so, else what is in the file that it names, if that can be read."""
    if given.lstrip().startswith(beginning):
        return given.encode()
    try:
        return Path(given).expanduser().read_bytes()
    except (OSError, ValueError):
        return None
