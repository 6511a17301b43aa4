"""Puts the shop together: settings, database, rooms."""

from flask import Flask
from werkzeug.middleware.proxy_fix import ProxyFix

from shop import clerk, db, logs, settings, web

# Every room with tables, so that migrations and foreign keys see them all.
from shop.bookings import models as _bookings  # noqa: F401
from shop.cards import models as _cards  # noqa: F401
from shop.cases import models as _cases  # noqa: F401
from shop.catalogue import models as _catalogue  # noqa: F401
from shop.centre import models as _centre  # noqa: F401
from shop.course_vouchers import models as _course_vouchers  # noqa: F401
from shop.documents import models as _documents  # noqa: F401
from shop.ledger import models as _ledger  # noqa: F401
from shop.orders import models as _orders  # noqa: F401
from shop.outbox import models as _outbox  # noqa: F401
from shop.payments import models as _payments  # noqa: F401
from shop.people import models as _people  # noqa: F401
from shop.vouchers import models as _vouchers  # noqa: F401


def create_app(overrides: dict[str, object] | None = None) -> Flask:
    """Build the shop. Raises `settings.HalfConfigured` with one sentence that names the setting."""
    logs.configure()
    app = Flask(
        "shop",
        instance_path=str(settings.instance_path()),
        template_folder=str(settings.ROOT / "templates"),
        static_folder=str(settings.ROOT / "static"),
    )
    settings.load(app, overrides)
    if hops := int(app.config["TRUSTED_PROXIES"]):
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=hops, x_proto=hops)  # type: ignore[method-assign]
    db.db.init_app(app)
    db.migrate.init_app(app, db.db, render_as_batch=False)
    with app.app_context():
        db.prepare(db.db.engine)
    web.furnish(app)
    clerk.furnish(app)
    return app
