"""What a technician sets: defaults, then `instance/settings.toml`, then `FLASK_…` variables."""

import base64
import hmac
import os
import secrets
import tomllib
from collections.abc import Mapping
from pathlib import Path
from urllib.parse import urlsplit

from flask import Flask

ROOT = Path(__file__).resolve().parent.parent

DEFAULTS: dict[str, object] = {
    "BASE_URL": "",
    "TIMEZONE": "Europe/Berlin",
    "COUNTRY": "DE",
    "VALIDITY": "year-end:3",
    "VALIDITY_JUSTIFICATION": "",
    "VOUCHER_CEILING": 250_00,
    "ORDER_CEILING": 1_000_00,
    "EMBED_ORIGINS": "",
    "FORGET_GIFTS_DAYS": 180,
    "COURSE_CODES_AFTER_PAYMENT": False,
    "COURSE_CODE_MONTHS": 12,
    "COURSE_ACCESS_MONTHS": 12,
    "FREEZE_OVERDUE": True,
    "INVOICE_DAYS": 14,
    "PURCHASE_LIMIT": 500,
    "SUPPORT_EMAIL": "",
    "MAIL_SERVER": "",
    "MAIL_PORT": 25,
    "MAIL_USE_TLS": False,
    "MAIL_DEFAULT_SENDER": "",
    "MAIL_TIMEOUT": 20,
    "STRIPE_SECRET_KEY": "",
    "STRIPE_WEBHOOK_SECRET": "",
    "STRIPE_API_BASE": "https://api.stripe.com",
    "TRUSTED_PROXIES": 0,
    "SECRET_KEY": "",
    "CODE_KEY": "",
    "SQLALCHEMY_DATABASE_URI": "",
    # A failed statement's values are names and addresses: they do not belong into a log.
    "SQLALCHEMY_ENGINE_OPTIONS": {"hide_parameters": True},
    "MAX_CONTENT_LENGTH": 256 * 1024,
    "MAX_FORM_MEMORY_SIZE": 256 * 1024,
    "MAX_FORM_PARTS": 400,
    "SESSION_COOKIE_HTTPONLY": True,
    "SESSION_COOKIE_SAMESITE": "Lax",
    "PERMANENT_SESSION_LIFETIME": 14 * 24 * 3600,
    "WTF_CSRF_TIME_LIMIT": 12 * 3600,
    "WTF_CSRF_SSL_STRICT": False,  # it asks for a referrer, which our own policy keeps browsers from sending
    "BABEL_DEFAULT_LOCALE": "de",
    "BABEL_TRANSLATION_DIRECTORIES": str(ROOT / "shop" / "translations"),
    "LANGUAGES": ("de", "en"),
}


class HalfConfigured(RuntimeError):
    """A setting is missing or contradicts another; the sentence names it."""


def instance_path() -> Path:
    """Where this shop keeps its database, keys and mails (`FLASK_INSTANCE_PATH`)."""
    return Path(os.environ.get("FLASK_INSTANCE_PATH") or ROOT / "instance").resolve()


def load(app: Flask, overrides: dict[str, object] | None = None) -> None:
    """Fill `app.config`. Raises HalfConfigured with one sentence that names the setting."""
    folder = Path(app.instance_path)
    folder.mkdir(parents=True, exist_ok=True)
    app.config.from_mapping(DEFAULTS)
    app.config.from_file(folder / "settings.toml", tomllib.load, silent=True, text=False)
    app.config.from_prefixed_env()
    app.config.update(overrides or {})
    _keys(app, folder)
    _derive(app, folder)
    _derive_account_keys(app)
    _refuse_halves(app)


def _keys(app: Flask, folder: Path) -> None:
    """Read the keys, or make them on the first run, in a file only the owner can read."""
    if app.config["SECRET_KEY"] and app.config["CODE_KEY"]:
        return
    path = folder / "keys.toml"
    if not path.exists():
        if (folder / "shop.sqlite").exists() and not app.config["CODE_KEY"]:
            raise HalfConfigured(
                f"CODE_KEY is missing: {path} is gone, but a database is there whose voucher codes "
                "were made with it. Restore the file from your backup."
            )
        text = "".join(f'{name} = "{secrets.token_hex(32)}"\n' for name in ("SECRET_KEY", "CODE_KEY"))
        _write_once(path, text)
    kept = tomllib.loads(path.read_text())
    for name in ("SECRET_KEY", "CODE_KEY"):
        app.config[name] = app.config[name] or kept.get(name, "")


def _write_once(path: Path, text: str) -> None:
    """Write a whole private file, or leave the one that another process wrote first."""
    draft = path.with_suffix(f".{secrets.token_hex(4)}")
    with open(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    try:
        os.link(draft, path)
    except FileExistsError:
        path.stat()  # the first writer's keys stand
    finally:
        draft.unlink()


def _derive(app: Flask, folder: Path) -> None:
    config = app.config
    config["BASE_URL"] = str(
        config["BASE_URL"] or f"http://localhost:{os.environ.get('PORT') or 8000}"
    ).rstrip("/")
    config["SQLALCHEMY_DATABASE_URI"] = _database_url(
        str(config["SQLALCHEMY_DATABASE_URI"] or f"sqlite:///{folder / 'shop.sqlite'}")
    )
    base = urlsplit(config["BASE_URL"])
    secure = base.scheme == "https"
    config["SESSION_COOKIE_SECURE"] = secure
    config["SESSION_COOKIE_NAME"] = "__Host-shop" if secure else "shop"
    local = ["localhost", "127.0.0.1", "[::1]"] if base.hostname in ("localhost", "127.0.0.1") else []
    # Flask has this setting too and says None, which trusts everyone.
    config["TRUSTED_HOSTS"] = config["TRUSTED_HOSTS"] or list(
        dict.fromkeys([base.hostname or "localhost", *local])
    )
    config["PREFERRED_URL_SCHEME"] = base.scheme
    if isinstance(config["EMBED_ORIGINS"], str):
        config["EMBED_ORIGINS"] = config["EMBED_ORIGINS"].replace(",", " ").split()
    if not config["MAIL_DEFAULT_SENDER"]:
        config["MAIL_DEFAULT_SENDER"] = None if config["MAIL_SERVER"] else f"shop@{base.hostname}"


def _derive_account_keys(app: Flask) -> None:
    """Derive what Flask-Security needs from SECRET_KEY; whoever wants others sets them.

    A new SECRET_KEY ends every session and every link mailed for an account, and makes second factors
    and their spare codes unreadable (`flask shop user reset-second-factor`). Passwords stay good: they
    are Argon2id hashes without a pepper, and SECURITY_PASSWORD_SALT is only asked for by the library.
    """
    config = app.config
    config.setdefault("SECURITY_PASSWORD_SALT", _account_key(config, "password salt").hex())
    config.setdefault("SECURITY_TOTP_SECRETS", {"1": _account_key(config, "totp").hex()})
    fernet = base64.urlsafe_b64encode(_account_key(config, "recovery codes"))
    config.setdefault("SECURITY_MULTI_FACTOR_RECOVERY_CODES_KEYS", [fernet])


def _account_key(config: Mapping[str, object], use: str) -> bytes:
    """Thirty-two bytes for one use."""
    return hmac.digest(str(config["SECRET_KEY"]).encode(), f"accounts: {use}".encode(), "sha256")


def _database_url(url: str) -> str:
    """Name the driver that the shop ships with."""
    for prefix in ("postgresql://", "postgres://"):
        if url.startswith(prefix):
            return "postgresql+psycopg://" + url.removeprefix(prefix)
    return url


def _refuse_halves(app: Flask) -> None:
    config = app.config
    pairs = [
        ("STRIPE_SECRET_KEY", "STRIPE_WEBHOOK_SECRET", "payments would arrive and never be heard of"),
        ("STRIPE_WEBHOOK_SECRET", "STRIPE_SECRET_KEY", "no payment could be started"),
        ("MAIL_SERVER", "MAIL_DEFAULT_SENDER", "mails need a sender"),
        ("MAIL_USERNAME", "MAIL_PASSWORD", "the mail server would refuse the log-in"),
    ]
    for have, need, why in pairs:
        if config.get(have) and not config.get(need):
            raise HalfConfigured(f"{have} is set, but {need} is not: {why}.")
    for name in ("VOUCHER_CEILING", "ORDER_CEILING", "FORGET_GIFTS_DAYS", "TRUSTED_PROXIES"):
        if not isinstance(config[name], int) or config[name] < 0:
            raise HalfConfigured(f"{name} must be a whole number, 0 or more.")
    for name in ("COURSE_CODE_MONTHS", "COURSE_ACCESS_MONTHS", "INVOICE_DAYS", "PURCHASE_LIMIT"):
        if type(config[name]) is not int or config[name] < 1:
            raise HalfConfigured(f"{name} must be a whole number, 1 or more.")
    if config["PURCHASE_LIMIT"] > 1000:
        raise HalfConfigured("PURCHASE_LIMIT must be 1000 or less: an order line holds no more.")
    for name in ("COURSE_CODES_AFTER_PAYMENT", "FREEZE_OVERDUE"):
        if not isinstance(config[name], bool):
            raise HalfConfigured(f"{name} must be true or false.")
    if urlsplit(config["BASE_URL"]).scheme not in ("http", "https"):
        raise HalfConfigured("BASE_URL must begin with https:// (or http:// to try the shop out).")
    if len(str(config["CODE_KEY"])) < 32:
        raise HalfConfigured("CODE_KEY must have at least 32 characters; the first run makes a good one.")
    if len(str(config["SECRET_KEY"])) < 32:
        raise HalfConfigured("SECRET_KEY must have at least 32 characters; the first run makes a good one.")
