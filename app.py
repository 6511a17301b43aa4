"""The shop as a WSGI application: `gunicorn app:app`, `flask shop …`; `python app.py` serves it."""

from shop.factory import create_app

app = create_app()

if __name__ == "__main__":
    from shop.clerk.serve import main

    raise SystemExit(main(app))
