"""A Stripe to test against: a real HTTP server that is at least as strict as the real one.

It checks every parameter against the SDK's own types, keeps idempotency keys, has a page to pay on,
signs events with the SDK's own code, and misbehaves on command. Start it in a thread
(`with Standin() as stripe: …`) or as a process (`python -m tests.stripe_standin --port 0`).
"""

from tests.stripe_standin.server import Standin

__all__ = ["Standin"]
