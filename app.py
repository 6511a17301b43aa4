"""The shop as a WSGI application: `gunicorn app:app`, `flask shop …`."""

from shop.factory import create_app

app = create_app()
