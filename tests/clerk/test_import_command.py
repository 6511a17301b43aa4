"""`flask shop import courses`: a report for each row, bad rows alone refused, twice is once (DOMAIN A3)."""

import re
from pathlib import Path

import pytest
from click.testing import Result
from flask import Flask
from sqlalchemy import select

from shop.catalogue import search
from shop.catalogue.models import Offer
from shop.clerk import demo, importing
from shop.db import db
from tests.catalogue.shelf import course, shelve

TABLE = """\
number;kind;title;category;sessions;price;seats;contains
27F-P;package;Beide;Sprachen;;70;;27F-1 27F-2
27F-1;course;Eins;Sprachen;2027-01-13 18:30-20:00;39,00;12;
27F-2;course;Zwei;Sprachen;2027-01-20 18:30-20:00;viel;12;
27F-2;course;Zwei;Sprachen;2027-01-20 18:30-20:00;40;12;
27F-1;course;Nochmal;Sprachen;;39;12;
"""


@pytest.fixture
def table(tmp_path: Path) -> Path:
    file = tmp_path / "kurse.csv"
    file.write_text(TABLE)
    return file


def run(app: Flask, *words: object) -> Result:
    db.session.rollback()
    return app.test_cli_runner().invoke(args=["shop", "import", "courses", *map(str, words)])


def numbers() -> list[str]:
    db.session.rollback()
    return sorted(db.session.scalars(select(Offer.number)))


def test_every_row_is_reported_and_the_good_ones_are_kept(any_app: Flask, table: Path) -> None:
    done = run(any_app, table)
    assert done.exit_code == 1  # something was refused
    assert done.output == (
        "new       27F-1                line 3\n"
        "refused   27F-2                line 4: price: 'viel' is no amount; write 128 or 128,50\n"
        "new       27F-2                line 5\n"
        "refused   27F-1                line 6: this number stands in line 3 already\n"
        "new       27F-P                line 2\n"
        "3 new, 0 changed, 0 unchanged, 2 refused.\n"
    )
    assert numbers() == ["27F-1", "27F-2", "27F-P"]


def test_the_second_time_nothing_is_new(any_app: Flask, table: Path) -> None:
    run(any_app, table)
    before = [repr(vars(each)) for each in db.session.scalars(select(Offer))]
    assert run(any_app, table).output.endswith("0 new, 0 changed, 3 unchanged, 2 refused.\n")
    assert len(before) == 3


def test_a_changed_row_names_what_changed(app: Flask, table: Path) -> None:
    run(app, table)
    table.write_text("number;title;price\n27F-1;Eins;45\n")
    done = run(app, table)
    assert (done.exit_code, done.output) == (
        0,
        "changed   27F-1                line 2: price_cents\n0 new, 1 changed, 0 unchanged, 0 refused.\n",
    )


def test_a_dry_run_reports_the_same_and_keeps_nothing(any_app: Flask, table: Path) -> None:
    rehearsed = run(any_app, table, "--dry-run")
    assert numbers() == []
    assert rehearsed.output == run(any_app, table).output + "Nothing was kept (--dry-run).\n"


def test_rows_are_kept_in_batches(any_app: Flask, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(importing, "BATCH", 3)
    file = tmp_path / "kurse.csv"
    file.write_text("number;title;price\n" + "".join(f"K{n};Kurs {n};{n}\n" for n in range(10)))
    assert run(any_app, file).output.endswith("10 new, 0 changed, 0 unchanged, 0 refused.\n")
    assert len(numbers()) == 10


def test_nothing_is_deleted(app: Flask, table: Path) -> None:
    shelve(course())
    run(app, table)
    assert "27F-4012" in numbers()


@pytest.mark.parametrize("mark", [b"", b"\xef\xbb\xbf"])
def test_a_byte_order_mark_does_not_matter(app: Flask, tmp_path: Path, mark: bytes) -> None:
    file = tmp_path / "kurse.csv"
    file.write_bytes(mark + "Kursnummer;Titel;Preis\n27F-1;Brötchen;39\n".encode())
    assert (
        run(app, file).output
        == "new       27F-1                line 2\n1 new, 0 changed, 0 unchanged, 0 refused.\n"
    )


def test_columns_that_are_not_read_are_named_first(app: Flask, tmp_path: Path) -> None:
    file = tmp_path / "kurse.csv"
    file.write_text("number;title;Handy;price\n27F-1;Brot;0171 1234567;39\n")
    done = run(app, file)
    assert done.output.startswith("Columns that are not read: Handy\n")
    assert "0171" not in repr(db.session.scalars(select(Offer)).all()[0].__dict__)


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("kurse.xls", b"", "does not tell its format"),
        ("kurse.csv", "Brötchen".encode("latin-1"), "not written in UTF-8"),
        ("kurse.csv", b"title;price\n", "no column"),
        ("kurse.ics", b"Kurs", "no calendar"),
        ("kurse.html", b"<p>Kurs</p>", "no JSON-LD"),
    ],
)
def test_a_file_that_cannot_be_read_is_refused_in_one_sentence(
    app: Flask, tmp_path: Path, name: str, content: bytes, words: str
) -> None:
    file = tmp_path / name
    file.write_bytes(content)
    done = run(app, file)
    assert done.exit_code == 1
    assert words in done.output
    assert done.output.count("\n") == 1


def test_a_file_that_is_too_large_is_refused(
    app: Flask, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(importing, "LARGEST", 10)
    file = tmp_path / "kurse.csv"
    file.write_text("number;title\n")
    assert "larger than" in run(app, file).output


def test_new_courses_without_a_category_get_the_one_named(app: Flask, tmp_path: Path) -> None:
    file = tmp_path / "kurse.txt"
    file.write_text("number,title,price\n27F-1,Brot,39\n")
    run(app, file, "--format", "csv", "--category", "Kochen")
    assert db.session.get_one(Offer, "27F-1").category == "kochen"


@pytest.mark.parametrize("ending", ["", "/termine.ics"])
def test_what_the_shop_shows_of_a_course_it_takes_back_unchanged(
    any_app: Flask, tmp_path: Path, ending: str
) -> None:
    """Pages and calendars of one shop are another's import; here of the whole demo programme."""
    demo.fill()
    pages = any_app.test_client()
    shown = [
        each.number for page in (1, 2) for each in search.published(page=page).offers if each.kind == "course"
    ]
    file = tmp_path / f"kurs{'.ics' if ending else '.html'}"
    assert len(shown) > 60
    for number in shown[::9]:
        file.write_bytes(pages.get(f"/kurse/{number}{ending}").data)
        assert run(any_app, file).output == "0 new, 0 changed, 1 unchanged, 0 refused.\n", number


def test_all_calendars_in_one_file_make_an_empty_shop_whole(app: Flask, tmp_path: Path) -> None:
    shelve(course("A1"), course("A2", title={"de": "Weiter"}))
    calendars = b"".join(
        app.test_client().get(f"/kurse/{number}/termine.ics").data for number in ("A1", "A2")
    )
    file = tmp_path / "alle.ics"
    file.write_bytes(calendars.replace(b"A1", b"B1").replace(b"A2", b"B2"))
    done = run(app, file)
    assert re.findall(r"new +(\w+)", done.output) == ["B1", "B2"]
    assert "not published: no price" in done.output
