"""The blueprint that this room's views hang on."""

from flask import Blueprint

bp = Blueprint("checkout", __name__)
