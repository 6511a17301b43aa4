"""The page to pay on, as plain as a page can be: every outcome is one button."""

from collections.abc import Mapping, Sequence
from typing import Any

from markupsafe import Markup

_PAGE = Markup("""<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>Pay (stand-in)</title></head>
<body><main>
<h1>Pay {amount} {currency}</h1>
<p>This is a stand-in for tests, not Stripe. Order {reference}, {email}.</p>
<ul>{items}</ul>
<p id="status" role="status">{status}</p>
<form method="post" action="/pay/{session}">{buttons}</form>
{leave}
</main></body></html>
""")
_ITEM = Markup("<li>{quantity} × {name}: {cents}</li>")
_BUTTON = Markup('<button name="outcome" value="{value}">{label}</button>\n')
_LEAVE = Markup('<p><a id="cancel" href="{url}">Cancel and go back</a></p>')

OPEN = {
    "paid": "Pay",
    "delayed": "Pay by a delayed method",
    "declined": "Use a card that is declined",
    "cancel": "Cancel",
    "expire": "Let the session expire",
}
WAITING = {"arrives": "The money arrives", "fails": "The money does not arrive"}


def pay_page(session: Mapping[str, Any], items: Sequence[Mapping[str, Any]], said: str = "") -> str:
    """The page of one session, with what can happen to it next."""
    waiting = session["status"] == "complete" and session["payment_status"] == "unpaid"
    buttons = OPEN if session["status"] == "open" else WAITING if waiting else {}
    can_leave = session["cancel_url"] and session["status"] == "open"
    return _PAGE.format(
        amount=f"{session['amount_total'] / 100:.2f}",
        currency=session["currency"].upper(),
        reference=session["client_reference_id"] or "–",
        email=session["customer_email"] or "–",
        items=Markup("").join(_line(item) for item in items),
        status=said or f"{session['status']}, {session['payment_status']}",
        session=session["id"],
        buttons=Markup("").join(_BUTTON.format(value=v, label=text) for v, text in buttons.items()),
        leave=_LEAVE.format(url=session["cancel_url"]) if can_leave else "",
    )


def _line(item: Mapping[str, Any]) -> Markup:
    price = item["price_data"]
    return _ITEM.format(
        quantity=item["quantity"], name=price["product_data"]["name"], cents=price["unit_amount"]
    )
