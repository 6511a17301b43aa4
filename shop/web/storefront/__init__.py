"""Start page, catalogue, configurator, embedding, balance."""

from shop.web.storefront import balance as _balance  # noqa: F401 - hangs its view on the blueprint
from shop.web.storefront import courses as _courses  # noqa: F401 - so does this
from shop.web.storefront.views import bp

__all__ = ["bp"]
