"""Whether the demo's letter box may be opened: pages point to it, and the box itself asks before it opens."""

from flask import Flask, current_app

from shop.centre.facts import centre
from shop.payments.methods import is_live


def has_letter_box() -> bool:
    """Mails hold codes: only an invented centre without mail server and real money shows them."""
    return centre().demo and not current_app.config["MAIL_SERVER"] and not is_live()


def furnish(app: Flask) -> None:
    """Let pages ask whether there is one."""
    app.jinja_env.globals["has_letter_box"] = has_letter_box
