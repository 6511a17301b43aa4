"""Motifs as pages show them: one address for uploaded and shipped ones, kept by browsers for good."""

import re

from flask import Flask, Response, abort, request, send_file

from shop.db import db
from shop.paper.motifs import NoSuchPicture, picture_path
from shop.vouchers.models import Motif
from shop.web.frame.show import fingerprint

_FILE = re.compile(r"(?P<picture>.+?)(?P<ending>-klein\.webp|\.webp|\.jpg)", re.ASCII)


def picture(name: str, ending: str = ".webp") -> str:
    """The address of a motif's file, by its picture's name; it changes with the content.

    A file that is gone costs its picture, not the page: staff may have removed a motif that still
    lies in somebody's basket.
    """
    address = f"/motive/{name}{ending}"
    try:
        return f"{address}?v={fingerprint(str(picture_path(name, ending)))}"
    except (NoSuchPicture, FileNotFoundError):
        return address


def picture_of(motif: str | None) -> str:
    """The picture's name of a motif, which baskets and vouchers know by its slug; empty when there is none."""
    kept = db.session.get(Motif, motif) if motif else None
    return kept.picture if kept else ""


def _file(file: str) -> Response:
    """One of a motif's files. Names are checked where files are looked for; nothing else is served."""
    asked = _FILE.fullmatch(file) or abort(404)
    try:
        path = picture_path(asked["picture"], asked["ending"])
    except NoSuchPicture:
        abort(404)
    mark = fingerprint(str(path))
    response = send_file(path, etag=mark)
    response.headers["Cache-Control"] = (
        "public, max-age=31536000, immutable" if request.args.get("v") == mark else "public, no-cache"
    )
    return response


def furnish(app: Flask) -> None:
    """Give the app the motifs' addresses."""
    app.add_url_rule("/motive/<file>", "motif", _file)
    app.jinja_env.globals["picture"] = picture
    app.jinja_env.filters["picture_of"] = picture_of
