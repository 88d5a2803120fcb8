"""Which characters a list is written in: found, or as a person says."""

import csv

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.domain.imports.reading import Unreadable
from tests.support.delimited import cells, read, written


@given(
    st.lists(st.tuples(st.text(st.sampled_from("äöüßéèñçÄÖÜ"), min_size=1), st.just("x")), min_size=1, max_size=9),
    st.sampled_from(["cp1252", "latin-1", "cp1250", "iso8859-15", "cp1251", "mac-roman"]),
)
def test_what_a_person_says_of_the_encoding_counts(rows: list[tuple[str, ...]], encoding: str) -> None:
    text = written([("Name", "City"), *rows], ["\r\n"], ";", csv.QUOTE_MINIMAL)
    try:
        content = text.encode(encoding)
    except UnicodeEncodeError:
        return
    assert cells(content, encoding=encoding) == rows


LISTS = {
    "cp1252": ("Vorname;Straße;Ort\n", "Jürgen;Königstraße 5;München\nKäthe;Am Weiher;Köln\nZoë;Größe;Düren\n"),
    "cp1250": ("Imię;Ulica;Miasto\n", "Łukasz;Świętej Anny 3;Łódź\nŻaneta;Piękna 2;Kraków\n"),
    "cp1251": ("Имя;Улица;Город\n", "Иван;Ленина 5;Москва\nОльга;Мира 3;Казань\n"),
    "cp1253": ("Όνομα;Οδός;Πόλη\n", "Γιώργος;Ερμού 3;Αθήνα\nΕλένη;Σταδίου 9;Πάτρα\n"),
    "cp1254": (
        "Adı;Sokak;Şehir\n",
        "Çağla Yılmaz;Akşemsettin Mah. 4;İstanbul\nGökhan Işık;Bağdat Caddesi 9;Eskişehir\n",
    ),
    "cp1255": ("שם;רחוב;עיר\n", "דוד;הרצל 5;תל אביב\nשרה;יפו 3;ירושלים\n"),
    "cp1256": ("الاسم;الشارع;المدينة\n", "محمد;شارع النيل;القاهرة\nفاطمة;شارع الملك;الرياض\n"),
    "gb18030": ("名字;街道;城市\n", "王伟;长安街5号;北京\n李芳;南京路3号;上海\n"),
    "big5": ("名字;街道;城市\n", "王偉;中山路5號;臺北\n李芳;民權路3號;高雄\n"),
    "cp932": ("名前;住所;市\n", "田中太郎;銀座1-2;東京\n鈴木花子;梅田3;大阪\n"),
    "cp949": ("이름;주소;도시\n", "김철수;종로 5;서울\n이영희;해운대 3;부산\n"),
    "mac-roman": ("Prénom;Rue;Ville\n", "Hélène;12 rue de la Paix;Orléans\nFrançois;3 allée des Chênes;Besançon\n"),
}


@pytest.mark.parametrize("encoding", LISTS)
def test_a_list_in_an_old_encoding_is_read_without_being_told(encoding: str) -> None:
    header, rows = LISTS[encoding]
    table = read((header + rows * 5).encode(encoding))
    assert [";".join(record.cells) for record in table.records()] == (rows * 5).splitlines()
    assert table.facts["encoding_guessed"] is True


def test_bytes_that_are_not_utf8_cost_their_row_when_the_rest_is() -> None:
    good = "".join(f"Zoë {number},Köln\n" for number in range(30))
    content = f"Name,City\n{good}".encode() + "Jürgen,Bonn\nIda,Ulm\n".encode("cp1252")
    table = read(content)
    faulty = [record for record in table.records() if record.fault]
    assert table.facts["encoding"] == "utf-8"
    assert [(record.line, record.fault) for record in faulty] == [(32, "holds bytes that are not utf-8")]
    assert faulty[0].cells[1] == "Bonn"
    "".join(faulty[0].cells).encode()  # what is kept of it can be written


@pytest.mark.parametrize("said", ["rot13", "base64", "zip", "idna", "unicode_escape", "klingon", "utf-7", "", "a\0b"])
def test_an_encoding_that_is_none_is_refused_by_name(said: str) -> None:
    with pytest.raises(Unreadable, match="no encoding that can be read"):
        read(b"a,b\n1,2\n", encoding=said)


def test_an_encoding_that_cannot_go_on_after_its_fault_ends_the_reading_and_not_the_list() -> None:
    """What escapes begin in JIS is lost with a broken one: the rows behind it must not be left out without a word."""
    good = "名前,市\n田中,東京\n".encode("iso2022_jp")
    assert cells(good, encoding="iso2022_jp") == [("田中", "東京")]
    with pytest.raises(Unreadable, match="not iso2022_jp from end to end"):
        cells(good + b"\x1b$Z,x\n" + good, encoding="iso2022_jp")
