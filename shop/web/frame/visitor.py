"""Who is looking: a random secret in the visitor's cookie, known to the database by its hash only."""

import hashlib
import ipaddress
import secrets

from flask import request, session


def current(*, create: bool = False) -> str | None:
    """The hash that this visitor's rows carry; None for someone who has none yet, unless created."""
    secret = session.get("visitor")
    if secret is None:
        if not create:
            return None
        session.permanent = True
        secret = session["visitor"] = secrets.token_urlsafe(32)
    return hashlib.sha256(str(secret).encode()).hexdigest()


def sources() -> list[str]:
    """Where a guess comes from, as the throttle counts it: the address (IPv6: its /64) and the visitor.

    Addresses are hashed by the throttle before they are kept (QUALITY A1).
    """
    address = ipaddress.ip_address(request.remote_addr or "0.0.0.0")  # noqa: S104 - a stand-in, not a bind
    if address.version == 6:
        address = address.ipv4_mapped or ipaddress.ip_network((address, 64), strict=False).network_address
    found = [f"address:{address}"]
    if visitor := current():
        found.append(f"visitor:{visitor}")
    return found
