"""What `seatbot check` sees of keys and secrets without using them."""

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from cryptography import x509
from cryptography.fernet import Fernet
from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1, EllipticCurvePrivateKey, generate_private_key
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import BestAvailableEncryption, Encoding, NoEncryption, PrivateFormat

from bot import keys
from bot.settings import Settings
from bot.views.texts import Texts

NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)
ENGLISH = Texts("en", ZoneInfo("Europe/Paris"))
KEY = generate_private_key(SECP256R1())


def private(key: EllipticCurvePrivateKey = KEY, password: bytes = b"") -> str:
    encryption = BestAvailableEncryption(password) if password else NoEncryption()
    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, encryption).decode()


def certificate(until: datetime = NOW + timedelta(days=1)) -> str:
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "seatbot")])
    made = x509.CertificateBuilder(name, name, KEY.public_key(), 1, NOW - timedelta(days=9), until)
    return made.sign(KEY, SHA256()).public_bytes(Encoding.PEM).decode()


def service_account(**more: object) -> str:
    held = {
        "type": "service_account",
        "client_email": "s@x.test",
        "token_uri": "https://x.test",
        "private_key": private(),
    }
    return json.dumps(held | more)


def faults(**given: str) -> dict[str, str]:
    return keys.faults(Settings(_env_file=None, **given), ENGLISH, NOW)  # type: ignore[arg-type,call-arg]


@pytest.fixture(autouse=True)
def bare(monkeypatch: pytest.MonkeyPatch) -> None:
    for field in Settings.model_fields.values():
        alias = field.validation_alias
        for name in getattr(alias, "choices", [alias]):
            monkeypatch.delenv(str(name), raising=False)


def test_nothing_set_is_no_fault_and_all_that_is_right_either(tmp_path: Path) -> None:
    assert faults() == {}
    pem, key = tmp_path / "app.pem", tmp_path / "key.json"
    pem.write_text(private() + certificate())
    key.write_text(service_account())
    fernet = ", ".join(Fernet.generate_key().decode() for _ in range(2))
    for path in (str(pem), certificate() + private()):
        assert faults(ms_client_id="c", ms_client_certificate=path, encryption_keys=fernet) == {}
    for given in (str(key), service_account()):
        assert faults(google_service_account=given, ca_bundle=str(pem)) == {}


@pytest.mark.parametrize("number", [1, 2])
def test_a_bad_fernet_key_is_named_by_its_place(number: int) -> None:
    given = [Fernet.generate_key().decode() for _ in range(3)]
    given[number - 1] = given[number - 1][:-3]
    said = faults(encryption_keys=" ".join(given))["encryption_keys"]
    assert said == f"Key {number} of it is no Fernet key: 32 random bytes in URL-safe base64."


@pytest.mark.parametrize(
    ("given", "fault"),
    [
        ("/nowhere/app.pem", "It must hold a private key and its certificate in PEM"),
        (private(), "It must hold a private key"),
        (certificate(), "It must hold a private key"),
        (private(password=b"x") + certificate(), "It must hold a private key"),
        (
            private(generate_private_key(SECP256R1())) + certificate(),
            "The certificate and the private key in it",
        ),
        (private() + certificate(NOW), "The certificate expired on 24 Nov 2026. Make a new one"),
        ("-----BEGIN NOTHING", "It must hold a private key"),
    ],
)
def test_a_certificate_that_is_none_or_has_expired_is_named(given: str, fault: str) -> None:
    said = faults(ms_client_id="c", ms_client_certificate=given)
    assert list(said) == ["ms_client_certificate"]
    assert said["ms_client_certificate"].startswith(fault)


@pytest.mark.parametrize(
    "given",
    [
        "/nowhere/key.json",
        "\0",
        "{",
        "{}",
        "[]",
        service_account(type="authorized_user"),
        service_account(private_key="x"),
        service_account(private_key=None),
        service_account(client_email=None),
        service_account(token_uri=""),
    ],
)
def test_an_unreadable_service_account_is_named(given: str) -> None:
    said = faults(google_service_account=given)["google_service_account"]
    assert said == "GOOGLE_SERVICE_ACCOUNT is no key of a service account. Give the JSON of one, or the path to it."


def test_what_is_of_no_use_alone_is_named() -> None:
    assert list(faults(ms_client_id="c")) == ["ms_client_id"]
    assert list(faults(ms_client_secret="s")) == ["ms_client_secret"]
    assert list(faults(ca_bundle="/nowhere.pem")) == ["ca_bundle"]
