"""How names compare."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.domain.text import begins_within_one_edit, fold, folded_key, within_one_edit, words

WORD = st.text(alphabet="abcdeé", max_size=8)


def levenshtein_with_swap(a: str, b: str) -> int:
    """Optimal string alignment distance, the textbook way: the reference for the quick check."""
    table = [[i + j if i * j == 0 else 0 for j in range(len(b) + 1)] for i in range(len(a) + 1)]
    for i in range(1, len(a) + 1):
        for j in range(1, len(b) + 1):
            cost = a[i - 1] != b[j - 1]
            table[i][j] = min(table[i - 1][j] + 1, table[i][j - 1] + 1, table[i - 1][j - 1] + cost)
            if i > 1 and j > 1 and a[i - 1] == b[j - 2] and a[i - 2] == b[j - 1]:
                table[i][j] = min(table[i][j], table[i - 2][j - 2] + 1)
    return table[-1][-1]


@given(WORD, WORD)
def test_one_edit_means_distance_at_most_one(a: str, b: str) -> None:
    assert within_one_edit(a, b) == (levenshtein_with_swap(a, b) <= 1)


@given(st.text(alphabet="abcd", min_size=5, max_size=9), st.data())
def test_an_edited_beginning_is_found(word: str, data: st.DataObject) -> None:
    typed = word[: data.draw(st.integers(5, len(word)))]
    place = data.draw(st.integers(0, len(typed) - 1))
    edited = typed[:place] + "x" + typed[place + 1 :]
    assert begins_within_one_edit(edited, word)


@given(st.text(max_size=30))
def test_composed_and_decomposed_forms_fold_alike(text: str) -> None:
    assert fold(unicodedata.normalize("NFC", text)) == fold(unicodedata.normalize("NFD", text))


@given(st.text(max_size=30))
def test_words_hold_no_key_separator(text: str) -> None:
    assert all("#" not in word and " " not in word and word for word in words(text))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Ásha RAO", ["asha", "rao"]),
        ("O'Brien-Łukasz", ["obrien", "lukasz"]),
        ("Straße", ["strasse"]),
        ("कृष्णा देवी", ["कृष्णा", "देवी"]),
        ("محمد علي", ["محمد", "علي"]),
        ("李 小龍", ["李", "小龍"]),
        ("Søren Ørsted", ["soren", "orsted"]),
        ("Иванов", ["иванов"]),
        ("  ", []),
    ],
)
def test_words_of_names_in_many_scripts(text: str, expected: list[str]) -> None:
    assert words(text) == expected


def test_a_key_is_the_same_for_all_spellings() -> None:
    assert folded_key("  new  DELHI ") == folded_key("New Délhi") == "new delhi"
