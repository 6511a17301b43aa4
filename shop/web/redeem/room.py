"""The blueprint that this room's views hang on."""

from flask import Blueprint

bp = Blueprint("redeem", __name__)
