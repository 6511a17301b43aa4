"""What the embedded fonts can draw, and how texts are fitted."""

from shop.paper import fonts


def test_letters_of_european_names_print():
    assert fonts.unprintable("Łódź Şükran Erdős Țepeș Žižek Grüße ß ẞ Ñandú Ægir Þór 50 € – „ja“\nOlé") == ""


def test_greek_and_cyrillic_names_print():
    assert fonts.unprintable("Олена Ковальчук, Καλή τύχη") == ""


def test_emoji_arabic_and_chinese_are_named_once_each_in_order():
    assert fonts.unprintable("Hallo 🎂🎂 مرحبا 你") == "🎂مرحبا你"


def test_a_name_in_cyrillic_is_written_in_one_face():
    assert fonts.hand("Für Erna") == "hand"
    assert fonts.hand("Für Олена") == "hand-more"


def test_a_text_of_the_centre_prints_with_question_marks():
    assert fonts.printable("Tele\u00adfon ☎ 0341 🎂") in ("Telefon ? 0341 ?", "Telefon ☎ 0341 ?")


def test_a_short_text_gets_the_largest_size():
    assert fonts.fit("Viel Freude", "hand", (20, 10), measure=300, height=40, lead=1.2) == fonts.Fit(
        20, "Viel Freude"
    )


def test_a_long_text_steps_down():
    assert fonts.fit("viele Wörter " * 20, "hand", (20, 10), measure=300, height=120, lead=1.2).size == 10


def test_a_text_of_many_short_lines_is_run_on():
    fitted = fonts.fit("a\nb\n" * 20, "hand", (20, 10), measure=300, height=60, lead=1.2)
    assert fitted.text.startswith("a / b / a")


def test_a_word_wider_than_the_column_counts_as_several_lines():
    assert fonts.rows("W" * 100, "hand", 12, 200) > 4
