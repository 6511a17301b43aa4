"""Health and the providers' webhooks."""

from flask import Blueprint
from sqlalchemy import text

from shop.db import db

bp = Blueprint("hooks", __name__)


@bp.get("/healthz")
def health() -> tuple[str, dict[str, str]]:
    """Say that this process answers and reaches its database."""
    db.session.execute(text("SELECT 1"))
    return "ok\n", {"Content-Type": "text/plain; charset=utf-8", "Cache-Control": "no-store"}
