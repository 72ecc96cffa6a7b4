# ruff: noqa: RUF001 - phonemes look like other letters
from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from coach.errors import DocumentError
from coach.voice.lexicon import Lexicon, Word, load_lexicon, read_lexicon

SMALL = Lexicon((Word("psoas", "sˈoʊəs", "so-us"), Word("psoas major", "mˈeɪdʒɚ", "so-us major")))


@pytest.mark.parametrize(
    ("text", "ipa", "respelt"),
    [
        ("the psoas.", "the [[sˈoʊəs]].", "the so-us."),
        ("Psoas, PSOAS", "[[sˈoʊəs]], [[sˈoʊəs]]", "So-us, So-us"),
        ("psoas major", "[[mˈeɪdʒɚ]]", "so-us major"),
        ("psoas-strap", "[[sˈoʊəs]]-strap", "so-us-strap"),
        ("iliopsoas psoases", "iliopsoas psoases", "iliopsoas psoases"),
        ("the psoas's edge, psoas\u2019s", "the psoas's edge, psoas\u2019s", "the psoas's edge, psoas\u2019s"),
    ],
)
def test_whole_words_in_any_case(text, ipa, respelt):
    assert SMALL.apply(text, "ipa") == ipa
    assert SMALL.apply(text, "respelling") == respelt


@given(st.text())
def test_only_the_lexicon_writes_phonemes(text):
    assert "[[" not in SMALL.apply(text, "respelling")
    said = SMALL.apply(text, "ipa").replace("[[sˈoʊəs]]", "").replace("[[mˈeɪdʒɚ]]", "")
    assert "[[" not in said


def test_the_shipped_lexicon_says_psoas():
    words = {word.word: word for word in load_lexicon("en").words}
    assert {"psoas", "iliopsoas"} <= set(words)
    assert words["psoas"].ipa == "sˈoʊəs"
    assert load_lexicon("en-GB") == load_lexicon("en")


def test_a_language_without_lexicon_and_a_language_that_is_a_path():
    assert load_lexicon("fi") == Lexicon()
    assert load_lexicon("../lexicon/en") == Lexicon()
    assert Lexicon().apply("the psoas [[x]]", "ipa") == "the psoas x"


def test_every_mistake_of_a_document_has_its_place():
    text = "schema: 1\nwords:\n  - {word: psoas!, ipa: '[[x]]', respell: a}\n  - {word: hip, ipa: x, respel: y}\n"
    with pytest.raises(DocumentError) as caught:
        read_lexicon(text, "en.yaml")
    told = str(caught.value)
    assert "en.yaml:3:" in told
    assert "without punctuation" in told
    assert "without brackets" in told
    assert "en.yaml:4:" in told
    assert "did you mean 'respell'" in told
