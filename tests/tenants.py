"""Tenants of Microsoft 365 by their domains, where nobody is to be asked for them."""

from uuid import NAMESPACE_DNS, uuid5


def tenant_of(domain: str) -> str:
    """The id of the tenant that a domain is of: its own for each."""
    return str(uuid5(NAMESPACE_DNS, domain))
