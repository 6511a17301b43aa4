"""The same shop and visitor as in the storefront's tests."""

from tests.storefront.conftest import erna, shop

__all__ = ["erna", "shop"]
