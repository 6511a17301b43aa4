"""Stripe's door: what is signed is kept and acted on, all else is turned away (QUALITY F4, A9)."""

from flask import abort, current_app, request

from shop.payments.stripe_signature import Forged, verified
from shop.web.frame.security import csrf
from shop.web.hooks.act import take
from shop.web.hooks.views import bp

LIMIT = 256 * 1024
"""Bytes of a webhook's body; Stripe's own are some 10,000."""

Answer = tuple[str, int, dict[str, str]]


@bp.post("/stripe/webhook")
@csrf.exempt  # the signature is its token
def stripe_webhook() -> Answer:
    """Answer 200 once an event is kept, 400 to anything that Stripe did not sign just now."""
    secret = str(current_app.config["STRIPE_WEBHOOK_SECRET"])
    if not secret:
        abort(404)
    request.max_content_length = LIMIT
    try:
        notice = verified(request.get_data(), request.headers.get("Stripe-Signature"), secret)
    except Forged as reason:
        current_app.logger.warning("a Stripe webhook was turned away: %s", reason)
        return _plain("not believed", 400)
    return _plain("kept" if take(notice) else "known", 200)


def _plain(text: str, status: int) -> Answer:
    return f"{text}\n", status, {"Content-Type": "text/plain; charset=utf-8"}
