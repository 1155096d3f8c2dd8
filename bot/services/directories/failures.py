"""Why a directory could not be read, each with a sentence for the admins: what is wrong and what to do.

A failure changes nobody. What a directory itself said stays out of the sentences but for codes and names that cannot
hold a secret.
"""

import json
from typing import Any

from bot.services.errors import N_, Refusal


class DirectoryFailure(Refusal):
    """A directory was not read to its end."""

    text = N_("The directory could not be read. Try again; the log has the reason.")

    def __init__(self, *, retry_after: float | None = None, **fields: Any) -> None:
        """`retry_after` are the seconds for which the directory wants to be left alone, if it said so."""
        super().__init__(**fields)
        self.retry_after = retry_after


class DirectoryAway(DirectoryFailure):
    text = N_("{host} cannot be reached. Nobody was changed; the next sync tries again.")


class ProxyAway(DirectoryFailure):
    text = N_(
        "{host} cannot be reached by way of the proxy {proxy}. Check HTTPS_PROXY, which must name an HTTP proxy, and "
        "NO_PROXY; nobody was changed."
    )


class DirectoryTroubled(DirectoryFailure):
    text = N_("{host} answered with an error ({code}). Nobody was changed; the next sync tries again.")


class DirectoryBusy(DirectoryFailure):
    text = N_("{host} asks to be left alone for a while ({minutes} min). Nobody was changed; a later sync tries again.")


class StrangeAnswer(DirectoryFailure):
    text = N_(
        "{host} answered with something else than a directory does. Check for a proxy in between; nobody was changed."
    )


class Untrusted(DirectoryFailure):
    text = N_(
        "This machine does not trust the certificate of {host}. Behind a proxy, set REQUESTS_CA_BUNDLE to the file of "
        "its authority; check the clock too. Nobody was changed."
    )


class ForeignLink(DirectoryFailure):
    text = N_("{host} sent the sync on to another host. That was not followed, and nobody was changed.")


class LoopingPages(DirectoryFailure):
    text = N_("The pages of the directory lead back to one that was read before. Nobody was changed; try again later.")


class PagesExpired(DirectoryFailure):
    text = N_("The directory gave its pages up while they were read, several times. Nobody was changed; try again.")


class IncompletePool(DirectoryFailure):
    text = N_("The directory speaks of {said} users and gave {read}. Nobody was changed; the next sync tries again.")


class UnreadableMembers(DirectoryFailure):
    text = N_("The directory hides what Seatbot must know of its users. Grant the permission {permission}.")


class NoAddresses(DirectoryFailure):
    text = N_("Nobody in the directory has an address. Check that it is the right one; nobody was changed.")


class WrongDomain(DirectoryFailure):
    text = N_("Nobody in the directory has an address of {domain}. Check that it is the client’s; nobody was changed.")


class GroupGone(DirectoryFailure):
    text = N_("The directory has no group {group}. Connect the account with the groups that there are.")


class PermissionMissing(DirectoryFailure):
    text = N_(
        "Seatbot may not read that directory: it lacks {permission}. Have an administrator of the client grant it."
    )


class NotConfigured(DirectoryFailure):
    text = N_("{variable} is not set, so that directory cannot be read. “seatbot check” shows the settings.")


class ConnectionChanged(DirectoryFailure):
    text = N_("The connection was changed while the directory was read. Nobody was changed; sync again.")


# Microsoft 365


class UnknownTenant(DirectoryFailure):
    text = N_("Microsoft knows no tenant {tenant}. Connect the account with the client’s own.")


class TenantUnclear(DirectoryFailure):
    text = N_(
        "{host} does not say now which tenant {domain} is of. Nothing was changed; try again later, or give the "
        "tenant’s id."
    )


class ConsentGone(DirectoryFailure):
    text = N_("The tenant {tenant} has not consented to Seatbot, or no longer. Have its administrator open {url}")


class SecretRefused(DirectoryFailure):
    text = N_("Microsoft refuses Seatbot’s secret. Check MS_CLIENT_ID and MS_CLIENT_SECRET.")


class SecretExpired(DirectoryFailure):
    text = N_("Seatbot’s secret has expired at Microsoft. Make a new one there and set MS_CLIENT_SECRET.")


class CertificateRefused(DirectoryFailure):
    text = N_("Microsoft refuses Seatbot’s certificate. Check MS_CLIENT_CERTIFICATE, and whether it has expired.")


class BadCertificate(DirectoryFailure):
    text = N_("MS_CLIENT_CERTIFICATE is no private key with its certificate. Give both in PEM, or the path to them.")


class ApplicationBlocked(DirectoryFailure):
    text = N_(
        "The tenant {tenant} has switched Seatbot off. Have its administrator enable it (enterprise applications)."
    )


class SignInRefused(DirectoryFailure):
    text = N_("Microsoft refused to let Seatbot in ({code}). Check the settings that begin with MS_.")


class ClockOff(DirectoryFailure):
    text = N_("{host} says that this machine’s clock is wrong. Set it; nobody was changed.")


# Google Workspace


class DelegationGone(DirectoryFailure):
    text = N_(
        "Google refuses Seatbot’s service account for {domain}. Have an administrator of the client allow it there "
        "(domain-wide delegation) with these scopes: {scopes}"
    )


class SubjectRefused(DirectoryFailure):
    text = N_(
        "Google does not let Seatbot act as {subject}. It must be an administrator of {domain} whom Google knows."
    )


class BadServiceAccount(DirectoryFailure):
    text = N_("GOOGLE_SERVICE_ACCOUNT is no key of a service account. Give the JSON of one, or the path to it.")


class GoogleKeyRefused(DirectoryFailure):
    text = N_("Google no longer takes the key in GOOGLE_SERVICE_ACCOUNT. Make a new key for that service account.")


class GoogleApiOff(DirectoryFailure):
    text = N_("The Admin SDK API is switched off in the Google Cloud project of Seatbot’s service account. Enable it.")


# A pool that was read, and what asks before it is applied


class Held(Refusal):
    """A sync would change more than it may unasked. Nobody was changed."""

    text = N_("The sync waits for an admin.")


class HeldEmpty(Held):
    text = N_("The directory answers that it has nobody. An outage can look like that, so nobody was changed.")


class HeldDeactivations(Held):
    text = N_("The sync would deactivate {n} of {active} active users, which is unusually many. Nobody was changed.")


class HeldActivations(Held):
    text = N_(
        "The sync would activate {n} users where {active} are active, which is unusually many and would be billed. "
        "Nobody was changed."
    )


class HeldUnseen(Held):
    text = N_("Nobody has seen yet what this sync does with its present settings. Nobody was changed.")


class HoldSettled(Refusal):
    text = N_("That was settled already. Nothing was changed now.")


class HoldOutdated(Refusal):
    text = N_("Since that was shown something else has changed, so it would do something else. Sync again to see what.")


def kept(refusal: Refusal) -> str:
    """A refusal as it is kept in the store."""
    return json.dumps([type(refusal).__name__, refusal.fields])
