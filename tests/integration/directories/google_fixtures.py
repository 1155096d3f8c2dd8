"""A local customer of Google Workspace, read by the real client; all that it answers is held against Google's own
description of the Admin SDK."""

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files
from typing import Any
from urllib.parse import urlsplit

import pytest
from jsonschema_rs import Draft202012Validator
from structlog.testing import capture_logs

from bot.clock import system_clock
from bot.playground.directories.admin_sdk import GoogleServed, running
from bot.playground.directories.google_customer import Fault, GoogleCustomer, Mishap
from bot.playground.directories.google_tokens import ServiceAccount
from bot.services.directories import google_api
from bot.services.directories.base import Options, Pool, Progress
from bot.services.directories.failures import DirectoryFailure
from bot.services.directories.google import GoogleCredentials, GoogleWorkspace

DOMAIN = "acme.example"
ADMIN = "ada@acme.example"
Json = dict[str, Any]

service_account = cache(ServiceAccount)  # a key takes long to make


@dataclass
class Google:
    """The customer, and what a reading of it waited and told."""

    customer: GoogleCustomer
    served: GoogleServed
    waits: list[float] = field(default_factory=list)
    told: list[tuple[int, int]] = field(default_factory=list)
    logged: list[Any] = field(default_factory=list)

    def directory(self, *, domain: str = DOMAIN, subject: str = ADMIN, **changes: Any) -> GoogleWorkspace:
        """Its directory; `groups` and `excluded` are options, all else are fields of the credentials."""
        options = Options(tuple(changes.pop("groups", ())), tuple(changes.pop("excluded", ())))
        given = {"service_account": self.served.key_file, "endpoint": self.served.url, "ca": self.served.ca} | changes
        return GoogleWorkspace(GoogleCredentials(**given), domain, subject, options, wait=self.waits.append)

    def read(self, progress: Progress | None = None, **changes: Any) -> Pool:
        return self.directory(**changes).read(progress or (lambda pages, users: self.told.append((pages, users))))

    def addresses(self, **changes: Any) -> set[str]:
        return {member.email for member in self.read(**changes).members}

    def people(self, number: int) -> None:
        """So many more."""
        for one in range(number):
            self.customer.add(f"user{one:05}@{DOMAIN}", f"User {one}")

    def let(self, what: Mishap, on: str = "users", *, times: int = 1, **more: Any) -> None:
        """Let something happen."""
        self.customer.faults.append(Fault(what, on, times=times, **more))

    def failure(self, progress: Progress | None = None, **changes: Any) -> DirectoryFailure:
        """How a reading fails. Nothing secret is in that, and no other exception hangs on it."""
        with capture_logs() as logged, pytest.raises(DirectoryFailure) as caught:
            self.read(progress, **changes)
        self.logged += logged
        failure = caught.value
        assert failure.__cause__ is None
        assert failure.__context__ is None
        self.check_secrets(f"{failure} {failure!r} {failure.fields} {logged}")
        return failure

    def check_secrets(self, text: str) -> None:
        """Neither key, nor assertion, nor token, nor words of an answer."""
        key = json.loads(self.served.key_file)
        secrets = [*key["private_key"].splitlines(), key["private_key_id"], *self.customer.office.issued]
        words = [
            "PRIVATE KEY",
            "eyJ0eXA",
            "ya29.",
            "Bearer",
            "error_description",
            "Not Authorized",
            "<html",
            '"fullName"',
        ]
        found = [word for word in [*secrets, *words] if word and word in text]
        assert not found, found


@contextmanager
def local_google(monkeypatch: pytest.MonkeyPatch) -> Iterator[Google]:
    """A customer with one user, the administrator, served while the block runs."""
    customer = GoogleCustomer(system_clock, service_account(), ADMIN)
    monkeypatch.setattr(google_api.Line, "request", checked(google_api.Line.request))
    with running(customer) as served:
        yield Google(customer, served)


def checked(request: Callable[..., Any]) -> Callable[..., Any]:
    """A request, and every page in an answer to it is checked."""

    def ask(self: Any, uri: str, *args: Any, **kwargs: Any) -> Any:
        head, content = request(self, uri, *args, **kwargs)
        try:
            document = json.loads(content)
        except ValueError:
            return head, content
        if head.status == 200 and "/admin/directory/" in uri:
            check_answer("Members" if urlsplit(uri).path.endswith("/members") else "Users", document)
        return head, content

    return ask


def check_answer(schema: str, document: Json) -> None:
    """Raises AssertionError with what Google's description does not allow."""
    faults = [f"{fault.instance_path}: {fault.message}" for fault in validator(schema).iter_errors(document)]
    assert not faults, faults


@cache
def validator(schema: str) -> Draft202012Validator:
    """A checker of one of the description's schemas, in which every field must be a known one."""
    path = files("googleapiclient").joinpath("discovery_cache/documents/admin.directory_v1.json")
    described = json.loads(path.read_text(encoding="utf-8"))["schemas"]
    definitions = {name: translated(one) for name, one in described.items()}
    return Draft202012Validator({"$ref": f"#/$defs/{schema}", "$defs": definitions})


def translated(described: Json) -> Json:
    """JSON Schema for a schema of a discovery document, which has its own words for any value and for constants."""
    if "$ref" in described:
        return {"$ref": f"#/$defs/{described['$ref']}"}
    schema: Json = {} if described.get("type", "any") == "any" else {"type": described["type"]}
    if "properties" in described:
        schema["properties"] = {name: translated(one) for name, one in described["properties"].items()}
        schema["additionalProperties"] = False
        if "default" in (kind := described["properties"].get("kind", {})):
            schema["properties"]["kind"] = {"const": kind["default"]}
    if "items" in described:
        schema["items"] = translated(described["items"])
    return schema
