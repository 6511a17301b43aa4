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
    found = [f"address:{_neighbourhood(request.remote_addr or '')}"]
    # Who only checks codes has no basket yet, but a form was sent, so the session has a token.
    if who := session.get("csrf_token") or current():
        found.append(f"session:{who}")
    return found


def _neighbourhood(text: str) -> str:
    """An IPv4 address or an IPv6 address's /64; all that is neither (a socket, a proxy's word) is one place."""
    try:
        address = ipaddress.ip_address(text.partition("%")[0])
    except ValueError:
        return "nowhere"
    if address.version == 4:
        return str(address)
    return str(address.ipv4_mapped or ipaddress.ip_network((address, 64), strict=False).network_address)
