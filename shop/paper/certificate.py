"""Certificates on paper: one A4 sheet for a wall, with a number that anybody can check (DOMAIN C7)."""

from dataclasses import dataclass
from datetime import date

from flask_babel import force_locale, ngettext
from flask_babel import gettext as _

from shop.core.codes import shown_number
from shop.paper import fonts, pdf, qr
from shop.paper.layout import MM, Field, Label, Layout, Line
from shop.paper.sheets import Letterhead, day, sender_at

_INK, _GREY, _SAND = "#1F2430", "#5B5A57", "#D8CDB8"
_NAME = (40.0, 34.0, 29.0, 24.0, 20.0, 16.0, 13.0)
_TITLE = (27.0, 24.0, 21.0, 18.0, 15.5, 13.0, 11.0)
_FACTS = (11.5, 10.5, 9.5, 8.5, 7.5, 6.5)
_CENTRE = (11.0, 9.5, 8.5, 7.5, 6.5)


@dataclass(frozen=True)
class PrintedCertificate:
    """All that stands on a certificate, as plain values.

    `number` as stored; `link` opens the page that confirms it; `courses` are a package's contents;
    `first` and `last` are local days; `lessons` are units of 45 minutes, 0 when nobody knows.
    """

    number: str
    link: str
    letterhead: Letterhead
    person: str
    title: str
    completed_on: date
    city: str
    courses: tuple[str, ...] = ()
    first: date | None = None
    last: date | None = None
    lessons: int = 0
    lecturer: str = ""


def print_out(certificate: PrintedCertificate, language: str) -> bytes:
    """Print a certificate. A sign that the fonts lack becomes a question mark. Raises PaperJam."""
    head = certificate.letterhead
    with force_locale(language):
        layout = _form(certificate, language)
        facts = {
            "centre": _fit(head.name, "text", _CENTRE, 110, 11, 1.3),
            "person": _set(certificate.person, ("hand", "hand-more", "text"), _NAME, 30),
            "title": _set(certificate.title, ("display", "text"), _TITLE, 31),
            "facts": _fit("\n".join(_fitting(certificate, language)), "text", _FACTS, 170, 46, 1.55),
            "sealed": f"seal:{head.ribbon}",
            "code": qr.code_png_uri(certificate.link),
            "link": certificate.link.removeprefix("https://").removeprefix("http://"),
            "number": shown_number(certificate.number),
        }
    html = pdf.page("documents/certificate.html", language, **facts)
    return pdf.render(
        html.replace("\n<", "<"), layout, pdf.style("documents/certificate.css", ribbon=head.ribbon)
    )


def _set(text: str, families: tuple[str, ...], sizes: tuple[float, ...], height: float) -> dict[str, object]:
    """A text in the first family that can draw it, at the largest size that fits the sheet's width."""
    family, drawn = fonts.set_in(text, *families)
    fit = fonts.fit(drawn, family, sizes, measure=170 * MM, height=height * MM, lead=1.15)
    return {"family": family, "size": fit.size, "text": fit.text}


def _fitting(certificate: PrintedCertificate, language: str) -> list[str]:
    """The facts with as many of a package's courses as the sheet has room for."""
    for count in range(len(certificate.courses), -1, -1):
        rows = _facts(certificate, language, count)
        text = fonts.printable("\n".join(rows))
        if fonts.rows(text, "text", _FACTS[-1], 170 * MM * 0.97) * _FACTS[-1] * 1.55 <= 46 * MM:
            break
    return rows


def _facts(certificate: PrintedCertificate, language: str, count: int) -> list[str]:
    """What the course was: days and lessons, who taught, what a package held (its first `count` courses)."""
    rows = []
    first, last = certificate.first, certificate.last
    lessons = (
        ngettext("%(num)d Unterrichtseinheit", "%(num)d Unterrichtseinheiten", certificate.lessons)
        if certificate.lessons
        else ""
    )
    if first and last and first != last:
        span = _("%(first)s bis %(last)s", first=day(first, language), last=day(last, language))
    else:
        span = day(first, language) if first else ""
    rows.append(" · ".join(filter(None, (span, lessons))))
    if certificate.lecturer:
        rows.append(_("Kursleitung: %(name)s", name=certificate.lecturer))
    if certificate.courses:
        more = ("…",) if count < len(certificate.courses) else ()
        rows.append(_("Inhalt: %(courses)s", courses=" · ".join((*certificate.courses[:count], *more))))
    return list(filter(None, rows))


def _form(certificate: PrintedCertificate, language: str) -> Layout:
    """The printed form; fields in the order in which the template fills them."""
    head = certificate.letterhead
    place_and_day = ", ".join(
        filter(None, (fonts.printable(certificate.city), day(certificate.completed_on, language)))
    )
    return Layout(
        fields=(
            Field(20, 26, 110, 12),  # centre
            Field(158, 18, 32, 46),  # seal
            Field(20, 100, 172, 32),  # person
            Field(20, 145, 172, 34),  # title
            Field(20, 182, 172, 48),  # facts
            Field(20, 257, 130, 20),  # number and address of the check page
            Field(163, 249, 27, 30),  # QR code
        ),
        lines=(
            Line(20, 20, 12, 2, head.ribbon),
            Line(20, 93, 170, 0, _SAND, 0.6),
            Line(20, 243.5, 170, 0, _INK, 0.9),
        ),
        labels=(
            Label(20, 78, _("Zertifikat"), "fraunces-display", 58, _INK),
            Label(20, 141, _("hat mit Erfolg teilgenommen an"), "source-sans-3-regular", 12, _GREY),
            Label(20, 236, place_and_day, "source-sans-3-semibold", 11.5, _INK),
            Label(20, 254, _("Nummer"), "source-sans-3-regular", 8, _GREY),
            sender_at(284.5, head, measure=135),
        ),
    )


def _fit(
    text: str, family: str, sizes: tuple[float, ...], measure: float, height: float, lead: float
) -> fonts.Fit:
    """The same as `fonts.fit`, for a field in millimetres, with signs that print."""
    return fonts.fit(
        fonts.printable(text), family, sizes, measure=measure * MM, height=height * MM, lead=lead
    )
