"""A certificate is one sheet, whatever a name or a title holds."""

import io
from dataclasses import replace
from datetime import date

import pytest
from flask import Flask
from pypdf import PdfReader

from shop.paper.certificate import PrintedCertificate, print_out
from shop.paper.seal import pressed
from shop.paper.sheets import Letterhead

PLAIN = PrintedCertificate(
    number="Z4C18CCA0R",
    link="https://vhs.example.org/zertifikat/Z4C18-CCA0R",
    letterhead=Letterhead("Volkshochschule am See", "Uferweg 1", "88131 Lindau"),
    person="Jonas Öztürk",
    title="Datenschutz in der Gemeinde",
    completed_on=date(2027, 1, 21),
    city="Lindau",
)


def words(pdf: bytes) -> str:
    [page] = PdfReader(io.BytesIO(pdf)).pages
    return " ".join(page.extract_text().split())


def test_it_says_who_what_when_and_its_number(app: Flask) -> None:
    made = replace(
        PLAIN,
        first=date(2026, 12, 1),
        last=date(2027, 1, 20),
        lessons=16,
        lecturer="Dr. Holz",
        courses=("A", "B"),
    )
    said = words(print_out(made, "de"))
    for each in (
        "Jonas Öztürk",
        "Datenschutz in der Gemeinde",
        "16 Unterrichtseinheiten",
        "Dr. Holz",
        "A · B",
    ):
        assert each in said
    assert "1. Dezember 2026 bis 20. Januar 2027" in said
    assert "Lindau, 21. Januar 2027" in said
    assert "Z4C18-CCA0R" in said


@pytest.mark.parametrize(
    "name", ["Елена Παππά", "李 明", "W" * 100, "<b>x</b> & y", "Nguyễn Thị Minh Châu", "a\u200bb"]
)
def test_any_name_and_any_title_stand_on_one_sheet(app: Flask, name: str) -> None:
    made = replace(
        PLAIN, person=name, title=f"{name} {name}", courses=(name,) * 12, lecturer=name, city=name[:40]
    )
    assert "Z4C18-CCA0R" in words(print_out(made, "de"))


def test_a_name_that_only_the_plain_face_draws_is_whole(app: Flask) -> None:
    assert "Елена Παππά" in words(print_out(replace(PLAIN, person="Елена Παππά"), "de"))


def test_the_seal_is_the_centres_colour() -> None:
    assert pressed("#1F6F5C") != pressed("#B4232F")
