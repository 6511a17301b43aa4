"""Number and code pasted together, out of whatever people copy them from (DOMAIN R3)."""

import pytest

from shop.core.codes import check_symbol, derive_code, read_pair, shown_code, shown_number

KEY = b"a key of at least thirty-two bytes"
N, C = "G4C18-CCA0R", "5RKD-DG44-MBJ7-MQAA"  # how they look; the tests put real ones in their place

PASTED = {
    "two labelled lines": f"Gutschein-Nummer: {N}\nGutschein-Code: {C}",
    "labels without colons": f"Gutschein-Nummer {N}\nGutschein-Code {C}",
    "english labels": f"Voucher number: {N}\r\nVoucher code: {C}",
    "blanks between": f"{N} {C}",
    "tabs of a table": f"Nummer\t{N}\tCode\t{C}\t50,00 €",
    "one a line": f"{N}\n{C}",
    "a link": f"https://gutscheine.example.org/guthaben/#{N}.{C}",
    "a fragment": f"#{N}.{C}",
    "a fragment without the hash": f"{N}.{C}",
    "brackets": f"Ihr Gutschein ({N}) hat den Code ({C}).",
    "a quoted mail": f"> Liebe Erna,\n>\n> Gutschein-Nummer: {N}\n> Gutschein-Code: {C}\n>\n> Gruß, Jürgen",
    "marked bold": f"*{N}* / *{C}*",
    "a whole mail": (
        "Guten Tag Erna Müller,\n\nvielen Dank für Ihre Bestellung B7K2M9QX. Im Anhang liegt Ihr Gutschein.\n\n"
        f"Gutscheinwert: 50,00 €\nGutschein-Nummer: {N}\nGutschein-Code: {C}\nGültig bis: 31.12.2029\n\n"
        "Volkshochschule Musterstadt, Am Markt 1, 12345 Musterstadt, Telefon 01234 567890"
    ),
    "a long way apart": f"{N}" + " und danach noch viele Worte" * 40 + f": {C}",
    "words after": f"Nummer {N} Code {C} gilt noch bis Ende 2029",
    "words of five letters": f"Gabel Keks Wolle Garten {N} Wald Welt Wort Werk: {C}",
    "nothing between": f"{N}{C}",
    "run together": (N + C).replace("-", ""),
    "a wrapped code": f"Nummer: {N}\nCode: {C[:10]}\n{C[10:]}",
    "blanks for dashes": f"{N} / {C}".replace("-", " "),
    "no dashes": f"Nummer {N.replace('-', '')}, Code {C.replace('-', '')}",
}  # fmt: skip
CHANGES = {
    "as it is": str,
    "lower case": str.lower,
    "en dashes": lambda text: text.replace("-", "\u2013"),
    "hyphens that do not break": lambda text: text.replace("-", "\u2011"),
    "minus signs": lambda text: text.replace("-", "\u2212"),
    "full-width dashes": lambda text: text.replace("-", "\uff0d"),
    "dashes with blanks": lambda text: text.replace("-", " - "),
    "blanks that do not break": lambda text: text.replace(" ", "\u00a0"),
    "soft hyphens": lambda text: text.replace("-", "-\u00ad"),
    "marks of no width": lambda text: text.replace("-", "-\u200b"),
    "o for nought": lambda text: text.replace("0", "o"),
}


def pair(symbols: str = "G4C18CCA0") -> tuple[str, str]:
    number = symbols + check_symbol(symbols)
    return number, derive_code(KEY, number, 0)


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES)
@pytest.mark.parametrize("text", PASTED.values(), ids=PASTED)
def test_number_and_code_are_found(text: str, change) -> None:
    number, code = pair()
    pasted = text.replace(N.replace("-", ""), number).replace(
        N.replace("-", " "), f"{number[:5]} {number[5:]}"
    )
    pasted = pasted.replace(N, shown_number(number)).replace(C, shown_code(code))
    pasted = pasted.replace(C[:10], shown_code(code)[:10]).replace(C[10:], shown_code(code)[10:])
    pasted = pasted.replace(C.replace("-", " "), shown_code(code).replace("-", " "))
    pasted = pasted.replace(C.replace("-", ""), code)
    assert read_pair(change(pasted)) == (number, code)


def test_of_two_vouchers_the_first_is_meant() -> None:
    first, second = pair(), pair("G7M3XQ0V9")
    lines = [f"{shown_number(number)}: {shown_code(code)}" for number, code in (first, second)]
    assert read_pair("\n".join(lines)) == first


@pytest.mark.parametrize(
    "text",
    [
        "", "Erna", N, C, f"{C} {N}", f"{N} 5RKD-DG44-MBJ7-MQAB", f"G4C18-CCA0Y {C}",
        "Die Bibliothek hat heute bis achtzehn Uhr auf und der Kurs faellt aus", "\x00" * 500,
    ],
)  # fmt: skip
def test_without_both_in_this_order_nothing_is_found(text: str) -> None:
    number, code = pair()
    real = text.replace(N, shown_number(number)).replace(C, shown_code(code))
    assert read_pair(real) is None


def test_a_slip_in_either_is_not_found() -> None:
    number, code = pair()
    wrong = "2" if code[3] != "2" else "3"
    assert read_pair(f"{number} {code[:3]}{wrong}{code[4:]}") is None
    assert (
        read_pair(f"{number[0]}{number[2]}{number[1]}{number[3:]} {code}") is None or number[1] == number[2]
    )


@pytest.mark.timeout(5)
@pytest.mark.parametrize(
    "text",
    [
        "G4C18 " * 50_000,
        "ABCD " * 50_000,
        "ABCD" + " " * 500_000,
        ("ABCD " * 3 + " " * 300) * 900,
        "-" * 500_000,
    ],
)
def test_a_huge_paste_is_read_in_no_time(text: str) -> None:
    read_pair(text)
