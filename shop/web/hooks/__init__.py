"""What providers and monitors call, and the stages of a demo: pretend till and letter box."""

from shop.web.hooks import mails, pretend, stripe  # noqa: F401 - they add their routes
from shop.web.hooks.views import bp

__all__ = ["bp"]
