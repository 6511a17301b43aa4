"""What every answer carries to protect the visitor: tokens on forms, and headers (QUALITY A3)."""

from urllib.parse import urlsplit

from flask import Flask, Response, abort, current_app, request
from flask_wtf.csrf import CSRFProtect

csrf = CSRFProtect()

# A view so marked validates the token as a field of its own form, and can give a filled form back.
form_checks_token = csrf.exempt

PRIVATE_ROOMS = (
    "account",
    "appointments",
    "backoffice",
    "booking",
    "cards",
    "checkout",
    "hooks",
    "organisation",
    "redeem",
    "security",
)
STRIPE_PAGES = "https://checkout.stripe.com"


def _pay_origins(app: Flask) -> str:
    """Where a checkout form may lead: browsers check the redirect after a POST against form-action."""
    base = urlsplit(str(app.config["STRIPE_API_BASE"]))
    if not app.config["STRIPE_SECRET_KEY"]:
        return ""
    return STRIPE_PAGES if base.hostname == "api.stripe.com" else f"{base.scheme}://{base.netloc}"


def policy(app: Flask, ancestors: str) -> str:
    """The content security policy: our own files only, nothing inline, framed by `ancestors`."""
    return "; ".join(
        (
            "default-src 'none'",
            "script-src 'self'",
            "style-src 'self'",
            "img-src 'self'",
            "font-src 'self'",
            "connect-src 'self'",
            "manifest-src 'self'",
            f"form-action 'self' {_pay_origins(app)}".strip(),
            "base-uri 'none'",
            f"frame-ancestors {ancestors}",
        )
    )


def embeddable(response: Response) -> Response:
    """Let the allow-listed origins (setting EMBED_ORIGINS) frame this answer (DOMAIN G3)."""
    origins = " ".join(current_app.config["EMBED_ORIGINS"]) or "'none'"
    response.headers["Content-Security-Policy"] = policy(current_app, origins)
    return response


def furnish(app: Flask) -> None:
    """Put tokens on unsafe methods and headers on every answer."""
    csrf.init_app(app)
    shared = {
        "Content-Security-Policy": policy(app, "'none'"),
        "X-Content-Type-Options": "nosniff",
        # The shop's own links carry capabilities, so no page says where a visitor came from.
        "Referrer-Policy": "no-referrer",
        "Cross-Origin-Opener-Policy": "same-origin",
        "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
    }
    if app.config["SESSION_COOKIE_SECURE"]:
        shared["Strict-Transport-Security"] = "max-age=31536000"

    @app.before_request
    def refuse_nul() -> None:
        """Refuse an address with a NUL in it: no page has one, and PostgreSQL takes none."""
        if "\0" in request.path or "%00" in request.query_string.decode("latin-1"):
            abort(400)

    @app.after_request
    def protect(response: Response) -> Response:
        for name, value in shared.items():
            response.headers.setdefault(name, value)
        if request.endpoint == "static":
            if "v" in request.args and response.status_code < 400:
                response.headers["Cache-Control"] = "public, max-age=31536000, immutable"
        else:
            response.headers.setdefault("Cache-Control", "no-store" if _is_private() else "private, no-cache")
        return response


def _is_private() -> bool:
    """Whether the answer may hold a code, or what a visitor has typed."""
    return (
        request.blueprint in PRIVATE_ROOMS
        or request.endpoint == "storefront.balance"
        or request.method == "POST"
        or "zeile" in request.args
    )
