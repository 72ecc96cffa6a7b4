"""`coach voices`: who can speak, and how it sounds."""

from __future__ import annotations

import json


def test_voices_lists_the_useful_ones_and_all_when_asked(coach):
    short, long = coach("voices"), coach("voices", "list", "--all")
    assert (short.status, long.status) == (0, 0)
    assert "null:tone" in long.out
    assert "null:tone" not in short.out
    assert len(short.out.splitlines()) < len(long.out.splitlines())
    assert sum(line.startswith("*") for line in short.out.splitlines()) == 1


def test_the_star_is_at_the_voice_that_is_set(coach, monkeypatch):
    monkeypatch.setenv("COACH_VOICE", "null")
    starred = [line for line in coach("voices", "list", "--all").out.splitlines() if line.startswith("*")]
    assert [line.split()[1] for line in starred] == ["null:tone"]


def test_voices_json_is_the_whole_list(coach):
    rows = json.loads(coach("voices", "list", "--json").out)
    assert {"engine", "name", "language", "licence", "natural", "installed", "about"} == set(rows[0])
    assert "null" in {row["engine"] for row in rows}


def test_voices_say_writes_a_wav_and_overwrites_none(coach, work_folder):
    import wave

    result = coach("voices", "say", "Stand tall.", "--voice", "null")
    assert result.out.startswith("null-tone.wav  0.")
    with wave.open(str(work_folder / "null-tone.wav")) as file:
        assert (file.getframerate(), file.getnchannels(), file.getsampwidth()) == (24_000, 1, 2)
        assert 0.5 < file.getnframes() / 24_000 < 1.2
    assert coach("voices", "say", "Stand tall.", "--voice", "null").status == 2
    assert coach("voices", "say", "Stand tall.", "--voice", "null", "-f", "-o", "null-tone.wav").status == 0
    assert coach("voices", "say", " .", "--voice", "null", "-o", "x.wav").status == 2
    assert not (work_folder / "x.wav").exists()
