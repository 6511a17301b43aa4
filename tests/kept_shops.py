"""Shops that one test after another uses: the app is built once, the database is every test's own.

Building a shop takes longer than most tests do: its addresses, templates and statements are compiled
anew. A shop is used again only when the test has left it as it was.
"""

import os
from collections.abc import Hashable, Sequence
from pathlib import Path

from flask import Flask
from sqlalchemy import URL, event, make_url

from shop.db import db
from shop.factory import create_app

MOST = 6  # idle shops of one process
LISTENED_TO = ("before_cursor_execute", "commit")


class Shop:
    """An app whose database and instance folder can be changed for others."""

    def __init__(self, uri: str, settings: dict[str, object]) -> None:
        self.app = create_app({"SQLALCHEMY_DATABASE_URI": uri, **settings})
        self._config = dict(self.app.config)
        with self.app.app_context():
            self._engine = db.engine
        self._shape = self._counted()
        event.listen(self._engine, "do_connect", self._connect)

    def open(self, uri: str, instance: Path) -> None:
        """Move to another database and another folder."""
        instance.mkdir(parents=True, exist_ok=True)
        self.app.instance_path = str(instance)
        self.app.config.update(self._config)
        self.app._got_first_request = False  # a test may add a page of its own
        self._engine.url = make_url(uri).set(drivername=self._engine.url.drivername)
        self.app.config["SQLALCHEMY_DATABASE_URI"] = self._engine.url.render_as_string(hide_password=False)

    def close(self) -> bool:
        """Let the database go; says whether the shop can be used again."""
        with self.app.app_context():
            db.session.remove()
            db.engine.dispose()
        self.app.extensions["kept_pages"].clear()
        known = self.app.config.keys() == self._config.keys()
        return known and self._shape == self._counted() and self._engine.echo is False

    def _connect(
        self, dialect: object, _record: object, args: list[object], options: dict[str, object]
    ) -> None:
        url: URL = self._engine.url
        if url.get_backend_name() == "sqlite":
            args[0] = url.database
        else:
            options["dbname"] = url.database

    def _counted(self) -> Sequence[object]:
        """What a test can add to an app, by number."""
        app = self.app
        hooks = (
            app.before_request_funcs,
            app.after_request_funcs,
            app.teardown_request_funcs,
            app.template_context_processors,
            app.error_handler_spec,
        )
        return [
            [sorted((str(name), len(each)) for name, each in hook.items()) for hook in hooks],
            len(list(app.url_map.iter_rules())),
            len(app.jinja_env.globals),
            app.wsgi_app,
            [len(list(getattr(self._engine.dispatch, each))) for each in LISTENED_TO],
        ]


class KeptShops:
    """The idle shops of this process with what they were made with, the last used one last."""

    def __init__(self) -> None:
        self._idle: list[tuple[Hashable, Shop]] = []
        self._lent: list[tuple[Hashable, Shop]] = []

    def lend(self, uri: str, settings: dict[str, object]) -> Flask:
        """A shop on this database, an idle one or a new one."""
        instance = Path(os.environ["FLASK_INSTANCE_PATH"]).resolve()
        key = (make_url(uri).get_backend_name(), repr(sorted(settings.items())), _around(instance))
        kept = next((each for each in reversed(self._idle) if each[0] == key), None)
        if kept:
            self._idle.remove(kept)
        else:
            kept = (key, Shop(uri, settings))
        kept[1].open(uri, instance)
        self._lent.append(kept)
        return kept[1].app

    def take_back(self) -> None:
        """Close every shop that is lent; keep those that can be used again."""
        self._idle += [each for each in self._lent if each[1].close()]
        del self._idle[:-MOST]
        self._lent.clear()


def _around(instance: Path) -> str:
    """What a new shop would read besides its settings."""
    said = [
        f"{name}={value}" for name, value in sorted(os.environ.items()) if name.startswith(("FLASK_", "PORT"))
    ]
    file = instance / "settings.toml"
    return "\n".join(said).replace(str(instance), "") + (file.read_text() if file.exists() else "")
