"""No code, key, link or stranger's line gets into a log (QUALITY A7, I16)."""

import io
import logging

import pytest

from shop.core import codes
from shop.logs import Line, masked, one_line

CODE = codes.shown_code(codes.derive_code(b"k" * 32, "G4C18CCA0R", 0))


def logged(message: str, *arguments: object, exception: Exception | None = None) -> str:
    stream = io.StringIO()
    handler = logging.StreamHandler(stream)
    handler.setFormatter(Line())
    logger = logging.Logger("test")
    logger.addHandler(handler)
    logger.error(message, *arguments, exc_info=exception)
    return stream.getvalue()


@pytest.mark.parametrize(
    "secret",
    [
        CODE,
        CODE.lower(),
        CODE.replace("-", ""),
        CODE.replace("-", " "),
        CODE.replace("-", "%20"),
        CODE.replace("-", "+"),
        CODE.replace("-", "–"),
        CODE.replace("0", "O").replace("1", "l"),
        "5RKD-DG44-MBJ7-MQA0",  # a typing error away from a code
        "sk_live_51Abc",
        "rk_test_51Abc",
        "whsec_a+b/c=",
        "pi_3_secret_Xyz",
    ],
)
def test_secrets_are_masked_wherever_they_stand(secret: str) -> None:
    assert masked(f'"{secret}"') == '"***"'
    assert masked(f"code={secret}&x") == "code=***&x"
    assert secret not in logged("tried %s", secret)
    assert secret not in logged("failed", exception=ValueError(secret))


@pytest.mark.parametrize("path", ["/bestellung/dG9rZW4_-x", "https://laden.example.org/bestellung/abc?x=1"])
def test_links_to_orders_are_masked(path: str) -> None:
    assert masked(path).replace("?x=1", "").endswith("/bestellung/***")
    assert (
        masked("GET /bestellung/abc/gutschein/G4C18CCA0R.pdf")
        == "GET /bestellung/***/gutschein/G4C18CCA0R.pdf"
    )


@pytest.mark.parametrize(
    "start",
    [
        "/konto/einladung/",
        "/konto/bestaetigen/",
        "/konto/passwort-vergessen/",
        "/konto/zweiter-faktor/",
        "/konto/passkeys/",
        "/konto/anmelden/passkey/",
        "/konto/pruefen/passkey/",
    ],
)
def test_links_to_accounts_are_masked(start: str) -> None:
    assert masked(f"GET {start}dG9r.ZW4_-x HTTP/1.1") == f"GET {start}*** HTTP/1.1"


def test_a_database_password_is_masked() -> None:
    assert masked("postgresql://laden:geheim@db/shop") == "postgresql://laden:***@db/shop"


@pytest.mark.parametrize(
    "harmless",
    [
        "228b2ef0-a8a2-4dd8-b196-4321c2b12acb",
        "This form does have words",
        "G4C18-CCA0R",
        "2026-11-21 21:10:01,269",
        "shop.outbox.deliver",
        "Donaudampfschifffahrt",
    ],
)
def test_harmless_words_stay(harmless: str) -> None:
    assert masked(harmless) == harmless


def test_a_stranger_cannot_write_a_line_of_the_log() -> None:
    evil = "x\r\n2026-11-21 INFO shop all is well\x1b[2J\u2028\u202e"
    (line,) = logged("name %s", evil).splitlines()
    assert r"\x0d\x0a2026" in line
    assert one_line(evil).isprintable()


def test_a_traceback_is_set_in_and_cannot_pose_as_a_record() -> None:
    first, *rest = logged("failed", exception=ValueError("a\n2026 INFO shop fine")).splitlines()
    assert first.endswith("failed")
    assert rest
    assert all(line.startswith("    | ") for line in rest)


def test_the_shop_logs_once_however_often_it_is_made(app: object) -> None:
    ours = [handler for handler in logging.getLogger().handlers if isinstance(handler.formatter, Line)]
    assert len(ours) == 1
