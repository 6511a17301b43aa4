"""What the settings of a shop lack before it goes live."""

import stat
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from shop import clock
from shop.core.money import written
from shop.core.validity import Policy, is_too_short
from shop.payments.stripe_checkout import moves_real_money
from shop.settings import DEFAULTS

Settings = Mapping[str, Any]

LOCAL = ("localhost", "127.0.0.1", "::1")


def settings_missing(config: Settings, instance: str) -> Iterator[str]:
    """A sentence for each thing to set before real people buy, each begun with the setting's name."""
    yield from _web(config)
    yield from _mail(config)
    yield from _stripe(config)
    yield from _ceilings(config)
    yield from _law(config)
    yield from _files(Path(instance))


def _web(config: Settings) -> Iterator[str]:
    if not str(config["BASE_URL"]).startswith("https://"):
        yield "BASE_URL: set the shop's public https:// address."
    elif not config["TRUSTED_PROXIES"]:
        yield (
            "TRUSTED_PROXIES: 0, but something in front of the shop speaks https; set how many proxies "
            "there are, else every visitor counts as one who guesses codes."
        )
    for origin in config["EMBED_ORIGINS"]:
        parts = urlsplit(origin)
        if parts.scheme != "https" or not parts.hostname or parts.path or parts.query:
            yield f"EMBED_ORIGINS: write {origin} like https://www.example.org, without a path."


def _mail(config: Settings) -> Iterator[str]:
    server = config["MAIL_SERVER"]
    if not server:
        yield "MAIL_SERVER: mails are only written to instance/mail/."
    elif server not in LOCAL and not (config["MAIL_USE_TLS"] or config["MAIL_USE_SSL"]):
        yield "MAIL_USE_TLS: mails with codes in them would travel in the clear."


def _stripe(config: Settings) -> Iterator[str]:
    key, secret = str(config["STRIPE_SECRET_KEY"]), str(config["STRIPE_WEBHOOK_SECRET"])
    if not key:
        yield "STRIPE_SECRET_KEY: buyers cannot pay by card."
        return
    if not key.startswith(("sk_", "rk_")):
        yield "STRIPE_SECRET_KEY: a secret key begins with sk_ or rk_."
    elif not moves_real_money(key):
        yield "STRIPE_SECRET_KEY: this is a test key, no money moves."
    if not secret.startswith("whsec_"):
        yield "STRIPE_WEBHOOK_SECRET: a signing secret begins with whsec_."
    if config["STRIPE_API_BASE"] != DEFAULTS["STRIPE_API_BASE"]:
        yield f"STRIPE_API_BASE: {config['STRIPE_API_BASE']} is not Stripe."


def _ceilings(config: Settings) -> Iterator[str]:
    """Ceilings are cents; who wrote euros finds a shop that sells next to nothing."""
    order, voucher = config["ORDER_CEILING"], config["VOUCHER_CEILING"]
    for name, cents in (("VOUCHER_CEILING", voucher), ("ORDER_CEILING", order)):
        if cents < 500:
            yield f"{name}: {written(cents)} sells next to nothing; amounts are in cents."
    if order < voucher:
        yield (
            f"ORDER_CEILING: {written(order)} is less than VOUCHER_CEILING, {written(voucher)}: "
            "the dearest voucher could not be ordered."
        )


def has_zone(config: Settings) -> bool:
    """Whether the zone is one: without it there is no local day."""
    try:
        ZoneInfo(config["TIMEZONE"])
    except (ZoneInfoNotFoundError, ValueError):
        return False
    return True


def _law(config: Settings) -> Iterator[str]:
    if not has_zone(config):
        yield f"TIMEZONE: there is no zone {config['TIMEZONE']}; write it like Europe/Berlin."
        return
    try:
        policy = Policy.read(config["VALIDITY"])
    except ValueError as error:
        yield f"VALIDITY: {error}."
        return
    if not config["VALIDITY_JUSTIFICATION"] and is_too_short(policy, config["COUNTRY"], clock.today()):
        yield "VALIDITY: shorter than the law allows; write the reason into VALIDITY_JUSTIFICATION."


def _files(instance: Path) -> Iterator[str]:
    for name in ("keys.toml", "settings.toml"):
        path = instance / name
        if path.exists() and path.stat().st_mode & (stat.S_IRWXG | stat.S_IRWXO):
            yield f"{path}: others on this machine can read it; `chmod 600` it."
