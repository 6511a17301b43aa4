"""Which ways to pay a shop offers."""

import pytest
from flask import Flask

from shop.payments import methods
from shop.payments.gateway import NotOffered

TEST_KEY, LIVE_KEY = "sk_test_ernas", "sk_live_ernas"


def test_a_real_centre_without_keys_offers_bank_transfer_only(app: Flask) -> None:
    assert methods.offered() == ["bank"]
    assert methods.offered(bank=False) == []


def test_a_demo_offers_the_pretend_till_too(app: Flask) -> None:
    assert methods.offered(demo=True) == ["bank", "pretend"]


def test_a_stripe_key_puts_stripe_first(app: Flask) -> None:
    app.config["STRIPE_SECRET_KEY"] = TEST_KEY
    assert methods.offered(demo=True) == ["stripe", "bank", "pretend"]
    assert not methods.is_live()


@pytest.mark.parametrize("key", [LIVE_KEY, "rk_live_ernas"])
def test_a_live_key_closes_the_pretend_till_even_in_a_demo(app: Flask, key: str) -> None:
    app.config["STRIPE_SECRET_KEY"] = key
    assert methods.is_live()
    assert methods.offered(demo=True) == ["stripe", "bank"]
    with pytest.raises(NotOffered):
        methods.gateway("pretend")


def test_each_method_has_its_gateway(app: Flask) -> None:
    app.config["STRIPE_SECRET_KEY"] = TEST_KEY
    for method in methods.offered(demo=True):
        assert methods.gateway(method).method == method


@pytest.mark.parametrize("method", ["stripe", "cash", ""])
def test_what_is_not_configured_has_no_gateway(app: Flask, method: str) -> None:
    with pytest.raises(NotOffered):
        methods.gateway(method)
