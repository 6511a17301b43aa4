"""The blueprint that this room's own views hang on; the library brings one of its own, `security`."""

from flask import Blueprint

bp = Blueprint("account", __name__)
