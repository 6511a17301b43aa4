"""In which language a visitor reads: German, until `?sprache=` says otherwise."""

from typing import Any

from flask import Flask, Response, current_app, g, has_request_context, request
from flask_babel import Babel, get_locale, get_translations

COOKIE = "sprache"


def chosen() -> str:
    """The visitor's language: asked for now, chosen before, or German."""
    if not has_request_context():
        return str(current_app.config["BABEL_DEFAULT_LOCALE"])
    if "language" not in g:
        offered = current_app.config["LANGUAGES"]
        wishes = (request.args.get(COOKIE), request.cookies.get(COOKIE))
        g.language = next((wish for wish in wishes if wish in offered), offered[0])
    return str(g.language)


def language() -> str:
    """The language that texts are written in right now: the visitor's, or a letter's."""
    return str(get_locale() or "de")[:2]


def _remember(response: Response) -> Response:
    if request.args.get(COOKIE) in current_app.config["LANGUAGES"]:
        secure = bool(current_app.config["SESSION_COOKIE_SECURE"])
        response.set_cookie(
            COOKIE, chosen(), max_age=365 * 86400, secure=secure, httponly=True, samesite="Lax"
        )
    return response


def furnish(app: Flask) -> None:
    """Set Flask-Babel up and keep a visitor's choice."""
    Babel(
        app,
        locale_selector=chosen,
        timezone_selector=lambda: str(app.config["TIMEZONE"]),
        default_translation_directories=str(app.config["BABEL_TRANSLATION_DIRECTORIES"]),
    )
    app.after_request(_remember)
    _install_quick_catalogue(app)


def _install_quick_catalogue(app: Flask) -> None:
    """Let templates find their catalogue by language alone: some forty texts stand on every page."""
    catalogues: dict[str, Any] = {}

    def catalogue() -> Any:
        spoken = language()
        if spoken not in catalogues:
            catalogues[spoken] = get_translations()
        return catalogues[spoken]

    app.jinja_env.install_gettext_callables(  # type: ignore[attr-defined]
        lambda text: catalogue().ugettext(text),
        lambda one, many, count: catalogue().ungettext(one, many, count),
        newstyle=True,
        pgettext=lambda context, text: catalogue().upgettext(context, text),
    )
