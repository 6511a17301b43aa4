"""Editorial pages, legal texts among them."""

from shop.web.pages.views import bp

__all__ = ["bp"]
