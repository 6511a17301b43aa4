"""Which ways to pay this shop offers, by what is configured."""

from flask import current_app

from shop.payments import pretend
from shop.payments.bank import ByReference
from shop.payments.gateway import Gateway, NotOffered
from shop.payments.stripe_checkout import StripeCheckout, moves_real_money


def is_live() -> bool:
    """Whether real money moves here: the Stripe key is a live one."""
    return moves_real_money(str(current_app.config["STRIPE_SECRET_KEY"]))


def offered(demo: bool = False, *, bank: bool = True, counter: bool = False) -> list[str]:
    """The ways to pay, in the order to show them.

    `demo` says that the centre is an invented one, `bank` that it has an account to transfer to,
    `counter` that what is ordered can be paid at its counter (W6): the caller knows.
    """
    shown = {
        "stripe": bool(current_app.config["STRIPE_SECRET_KEY"]),
        "bank": bank,
        "counter": counter,
        "pretend": demo and not is_live(),
    }
    return [method for method, is_shown in shown.items() if is_shown]


def gateway(method: str) -> Gateway:
    """The gateway of a way to pay. Raises NotOffered when it is not configured or must not run."""
    config = current_app.config
    if method == "stripe" and config["STRIPE_SECRET_KEY"]:
        return StripeCheckout(str(config["STRIPE_SECRET_KEY"]), str(config["STRIPE_API_BASE"]))
    if method in ("bank", "counter"):
        return ByReference(method)
    if method == "pretend" and not is_live():
        return pretend.PretendTill()
    raise NotOffered(f"{method} is not offered here")
