"""The smallest page that Flask can serve: what the shop's pages are measured against."""

from flask import Flask

app = Flask(__name__)


@app.get("/")
def page() -> str:
    """A page without a template, a session or a database."""
    return "<!doctype html><title>Bare</title><p>Nothing else.</p>"
