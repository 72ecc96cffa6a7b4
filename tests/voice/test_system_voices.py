from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from coach.voice.system_voices import SystemVoice, SystemVoices

ANNA = SystemVoice("com.apple.anna", "Anna", ("de-DE",))
DANIEL = SystemVoice("com.apple.daniel", "Daniel", ("en-GB",))
SAMANTHA = SystemVoice("com.apple.samantha", "Samantha", ("en-US",))
ZIRA = SystemVoice("HKLM\\Speech\\TTS_ZIRA", "Microsoft Zira Desktop - English (United States)", ("en-US",))
ALL = (ANNA, DANIEL, SAMANTHA, ZIRA)


def test_the_default_is_the_current_voice_else_an_american_one_else_the_first():
    assert SystemVoices(ALL, "COM.APPLE.DANIEL").default("en") is DANIEL
    assert SystemVoices(ALL, "com.apple.anna").default("en") is SAMANTHA
    assert SystemVoices((ANNA, DANIEL), None).default("en-US") is DANIEL
    assert SystemVoices(ALL, "com.apple.anna").default("fr") is None


def test_a_voice_is_found_by_name_id_or_the_end_of_its_id():
    voices = SystemVoices(ALL, None)
    for wanted in ("samantha", "Samantha ", "com.apple.SAMANTHA"):
        assert voices.named(wanted) is SAMANTHA
    assert voices.named("tts_zira") is ZIRA
    assert voices.named("Sam") is None


def test_one_word_of_a_long_name_is_enough_to_be_close():
    assert SystemVoices(ALL, None).close("zirra")[0] == ZIRA.name
    assert SystemVoices(ALL, None).close("Microsoft")[0] == ZIRA.name
    assert SystemVoices(ALL, None).close("qqqq") == []


voices = st.builds(
    SystemVoices,
    st.lists(
        st.builds(
            SystemVoice,
            st.sampled_from(["a", "b", "c"]),
            st.just("X"),
            st.lists(st.sampled_from(["en-US", "en-GB", "de", "fr-FR"]), max_size=2).map(tuple),
        ),
        max_size=4,
        unique_by=lambda voice: voice.id,
    ).map(tuple),
    st.sampled_from([None, "a", "b", "c"]),
)


@given(voices, voices)
def test_the_same_identity_means_the_same_speaker_of_every_language(one, other):
    if one.default_identity() == other.default_identity():
        for language in ("en", "de", "fr", "ja"):
            mine, theirs = one.default(language), other.default(language)
            assert (mine and mine.id) == (theirs and theirs.id)


def test_a_little_likeness_to_a_short_name_is_none():
    # "art/jbo" is Lojban's id.
    known = SystemVoices((SystemVoice("art/jbo", "Lojban", ("jbo",)),), None)
    assert known.close("Bob") == []
    assert known.close("lojbn") == ["Lojban"]
