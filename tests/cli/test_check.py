"""`coach check`: what is found is told with its rule, source and correction; `--fix` writes it and nothing else."""

from __future__ import annotations

import codecs
import json
import os
import stat

import pytest

from coach import paths
from coach.routine.evidence import rules
from coach.routine.library import DATA

PRE_RUN = """\
# Before the long run on Sunday.
schema: 1
id: primer
name: Primer
moment: pre-run
steps:
  - movement: knee-hug-march
  - movement: half-kneeling-lunge  # the good knee first
    hold: 120s   # long!
    sets: 1
outro: "Easy at first."
"""
SOURCE = rules()["hold-before-run"].source


def write(folder, text, name="r.yaml"):
    (folder / name).write_bytes(text.encode())
    return folder / name


def test_a_long_hold_before_a_run_is_told_with_rule_source_line_and_correction(coach, work_folder):
    write(work_folder, PRE_RUN)
    result = coach("check", "r.yaml")
    assert (result.status, result.out) == (2, "")
    assert result.err.splitlines() == [
        "r.yaml:9:11: before a run the holds for the iliopsoas add up to 2m a side, at most 30s are good "
        "(write hold: 30s)",
        f"    hold-before-run (and hold-length); {SOURCE}",
        "    - hold: 120s   # long!",
        "    + hold: 30s   # long!",
        "  `coach check --fix r.yaml` writes 1 correction into the file",
    ]


def test_fix_writes_the_correction_and_nothing_else(coach, work_folder):
    path = write(work_folder, PRE_RUN)
    result = coach("check", "--fix", "r.yaml")
    assert path.read_bytes() == PRE_RUN.replace("120s", "30s").encode()
    assert result.status == 0
    assert result.err.splitlines() == [
        "r.yaml:9: changed for hold-before-run",
        "    - hold: 120s   # long!",
        "    + hold: 30s   # long!",
    ]
    assert result.out.startswith("r.yaml: the routine 'Primer', about ")
    assert result.out.endswith(", no problem\n")
    again = coach("check", "--fix", "r.yaml")
    assert (again.status, again.err) == (0, "")


def test_a_dose_that_the_movement_supplies_is_written_out(coach, work_folder):
    path = write(work_folder, PRE_RUN.replace("    hold: 120s   # long!\n    sets: 1\n", ""))
    result = coach("check", "r.yaml")
    assert "    + sets: 1" in result.err.splitlines()
    assert "    - " not in result.err
    assert coach("check", "--fix", "r.yaml").status == 0
    assert "  # the good knee first\n    sets: 1\n" in path.read_text(encoding="utf-8")


def test_line_ends_byte_order_mark_and_mode_of_a_file_stay(coach, work_folder):
    text = PRE_RUN.replace("\n", "\r\n").replace("    sets: 1\r\n", "").rstrip()
    path = work_folder / "r.yaml"
    path.write_bytes(codecs.BOM_UTF8 + text.encode())
    path.chmod(0o640)
    assert coach("check", "--fix", "r.yaml").status == 0
    fixed = text.replace("hold: 120s   # long!", "hold: 30s   # long!\r\n    sets: 1")
    assert path.read_bytes() == codecs.BOM_UTF8 + fixed.encode()
    if os.name != "nt":
        assert stat.S_IMODE(path.stat().st_mode) == 0o640


def test_advice_is_marked_and_does_not_fail_and_opinion_is_marked_too(coach, work_folder):
    path = write(work_folder, "schema: 1\nid: r\nname: R\nsteps:\n  - movement: squat\n    rest: 10s\n")
    result = coach("check", "r.yaml")
    assert result.status == 0
    assert result.out.endswith(", 1 piece of advice\n")
    assert result.err.splitlines()[:4] == [
        "r.yaml:6:11: advice: between the sets of squat are 10s, strength needs 30s (write rest: 30s)",
        "    strength-rest; opinion: our own",
        "    - rest: 10s",
        "    + rest: 30s",
    ]
    assert coach("check", "--fix", "r.yaml").status == 0
    assert "rest: 30s\n" in path.read_text(encoding="utf-8")


def test_a_correction_that_would_break_something_else_is_not_written(coach, work_folder):
    text = PRE_RUN.replace("steps:", "length: {default: 16m, least: 16m, most: 17m}\nsteps:")
    path = write(work_folder, text)
    result = coach("check", "--fix", "r.yaml")
    assert (result.status, result.out) == (2, "")
    first = result.err.splitlines()[0]
    assert first.startswith("r.yaml: nothing is changed: mending hold-before-run would bring another problem: ")
    assert "cannot last 16:00" in first
    assert path.read_text(encoding="utf-8") == text


def test_what_fix_would_refuse_is_not_promised(coach, work_folder):
    write(work_folder, PRE_RUN.replace("steps:", "length: {default: 16m, least: 16m, most: 17m}\nsteps:"))
    result = coach("check", "r.yaml")
    assert result.status == 2
    assert "writes" not in result.err
    assert "    + " not in result.err
    assert result.err.splitlines()[-1].startswith(
        "  --fix changes nothing: mending hold-before-run would bring another"
    )
    (report,) = json.loads(coach("check", "--json", "r.yaml").out)["files"]
    assert [finding["fix"] for finding in report["findings"]] == [None] * len(report["findings"])


@pytest.mark.parametrize(("step", "mended"), [
    ('{movement: half-kneeling-lunge, hold: "120s", sets: 1}', '{movement: half-kneeling-lunge, hold: "30s", sets: 1}'),
    ("{hold: '120s', movement: half-kneeling-lunge}", "{hold: '30s', sets: 1, movement: half-kneeling-lunge}"),
    ('{"movement": "half-kneeling-lunge"}', '{"movement": "half-kneeling-lunge", sets: 1}'),
    ("{movement: half-kneeling-lunge, hold: '120s', sets: 2, optional: false}",
     "{movement: half-kneeling-lunge, hold: '15s', sets: 2, optional: false}"),
    ("{movement: half-kneeling-lunge,\n     hold: '120s' }",
     "{movement: half-kneeling-lunge,\n     hold: '30s', sets: 1 }"),
])  # fmt: skip
def test_values_in_quotes_and_braces_are_mended_in_them(coach, work_folder, step, mended):
    text = PRE_RUN[: PRE_RUN.index("  - movement: half")] + f"  - {step}  # mine, hold: '120s'\n"
    path = write(work_folder, text)
    assert "`coach check --fix r.yaml` writes 1 correction into the file" in coach("check", "r.yaml").err
    assert coach("check", "--fix", "r.yaml").status == 0
    assert path.read_text(encoding="utf-8") == text.replace(step, mended)


@pytest.mark.parametrize("value", ['"120\\u0073"', "!!str 120s"])
def test_a_value_that_only_a_person_can_change_is_not_promised(coach, work_folder, value):
    path = write(work_folder, text := PRE_RUN.replace("120s", value))
    assert "writes" not in coach("check", "r.yaml").err
    assert coach("check", "--fix", "r.yaml").status == 2
    assert path.read_text(encoding="utf-8") == text


MISTYPED = """\
schema: 1
id: t
name: T   # momment
momment: post-rnu # here
length: {default: 3m, leest: 1m, most: 8m}
stpes:
  - {movment: "hlaf-kneeling-lunge", hodl: "40s"}   # hodl
  - movement: 'tree-psoe'
  - block: {repeat: 2, stpes: [talkk: Breathe.]}
"""


def test_mistyped_keys_ids_and_words_are_mended_and_the_comments_stay(coach, work_folder):
    path = write(work_folder, MISTYPED)
    assert "`coach check --fix r.yaml` writes 10 corrections into the file" in coach("check", "r.yaml").err
    result = coach("check", "--fix", "r.yaml")
    assert result.status == 0
    assert result.err.count(": changed for spelling\n") == 10
    text = MISTYPED.replace("momment: post-rnu", "moment: post-run").replace("stpes", "steps").replace("leest", "least")
    text = text.replace("movment", "movement").replace("hlaf", "half").replace("hodl:", "hold:").replace("psoe", "pose")
    assert path.read_text(encoding="utf-8") == text.replace("talkk", "talk")


def test_a_mistyped_movement_is_mended(coach, work_folder):
    text = (DATA / "movements" / "tree-pose.yaml").read_text(encoding="utf-8")
    wrong = text.replace("\nsides: each", "\nsdies: eahc").replace("\nkind: balance", "\nkind: balence")
    assert wrong.count("sdies") == wrong.count("balence") == 1
    path = write(work_folder, wrong)
    assert coach("check", "--fix", "r.yaml").status == 0
    assert path.read_text(encoding="utf-8") == text


@pytest.mark.parametrize(("old", "new"), [
    ("    sets: 1", "    rpes: 1"),  # reps or rest
    ("knee-hug-march", "knee-hug"),
    ("moment: pre-run", "moment: run"),
    ("    hold: 30s", "    hold: 30s\n    hodl: 20s"),
])  # fmt: skip
def test_what_may_mean_more_than_one_thing_is_left(coach, work_folder, old, new):
    right = PRE_RUN.replace("120s", "30s")
    path = write(work_folder, text := right.replace(old, new))
    assert text != right
    assert "writes" not in coach("check", "r.yaml").err
    assert coach("check", "--fix", "r.yaml").status == 2
    assert path.read_text(encoding="utf-8") == text


def test_a_word_whose_mending_shows_that_another_one_is_meant_is_left_and_told(coach, work_folder):
    path = write(work_folder, text := PRE_RUN.replace("    sets: 1", "    rezt: 3"))
    assert coach("check", "r.yaml").err.splitlines()[-1] == (
        "  --fix leaves spelling on line 10 as it is: "
        "rest: a time needs its unit: write 3s for seconds or 3m for minutes"
    )
    assert coach("check", "--fix", "r.yaml").status == 2
    assert path.read_text(encoding="utf-8") == text


def test_what_cannot_be_mended_keeps_no_slip_from_being_mended(coach, work_folder):
    text = PRE_RUN.replace("steps:", "length: {default: 16m, least: 16m, most: 17m}\nsteps:")
    path = write(work_folder, text.replace("outro:", "outtro:"))
    assert "writes 1 correction into" in coach("check", "r.yaml").err
    result = coach("check", "--fix", "r.yaml")
    assert result.status == 2
    assert "r.yaml: nothing else is changed: mending hold-before-run would bring another problem: " in result.err
    assert path.read_text(encoding="utf-8") == text


def test_a_slip_in_another_file_is_not_looked_for_in_this_one(coach, work_folder):
    folder = paths.home_dir() / "movements"
    folder.mkdir(parents=True)
    text = (DATA / "movements" / "tree-pose.yaml").read_text(encoding="utf-8").replace("id: tree-pose", "id: mine")
    other = write(folder, broken := text.replace("\nsides: each", "\nsdies: each"), "mine.yaml")
    line = broken[: broken.index("sdies")].count("\n")
    mine = "schema: 1\nid: r\nname: R\nsteps:\n  - movement: mine\n"
    mine += "# x\n" * (line - mine.count("\n")) + "outro: Bye for now.\n"
    path = write(work_folder, mine)
    result = coach("check", "--fix", "r.yaml")
    assert result.status == 2
    assert f"mine.yaml:{line + 1}:1: unknown key 'sdies'" in result.err
    assert "spelling" not in result.err
    assert (path.read_text(encoding="utf-8"), other.read_text(encoding="utf-8")) == (mine, broken)


def test_a_dose_past_the_movement_alone_is_still_told(coach, work_folder):
    write(work_folder, "schema: 1\nid: r\nname: R\nsteps:\n  - {movement: standing-ankle-grab, hold: 50s}\n")
    result = coach("check", "r.yaml")
    assert result.status == 2
    assert result.err == "r.yaml:5:43: standing-ankle-grab is held for 10s to 45s, not 50s (write hold: 10s to 45s)\n"


def test_json_holds_all_of_it(coach, work_folder):
    write(work_folder, PRE_RUN)
    write(work_folder, PRE_RUN.replace("120s", "30s").replace("moment:", "momment:"), "bad.yaml")
    result = coach("check", "--json", "r.yaml", "missing.yaml", "bad.yaml", DATA / "movements" / "squat.yaml")
    assert result.status == 2
    assert result.err == ""
    mine, missing, bad, squat = json.loads(result.out)["files"]
    (finding,) = mine["findings"]
    assert (mine["file"], mine["right"], mine["problems"]) == ("r.yaml", False, [])
    assert {key: finding[key] for key in ("rule", "line", "column", "weight", "opinion", "source")} == {
        "rule": "hold-before-run", "line": 9, "column": 11, "weight": "wrong", "opinion": False, "source": SOURCE,
    }  # fmt: skip
    assert (finding["fix"]["old"], finding["fix"]["new"]) == ("120s", "30s")
    assert (missing["right"], missing["error"]) == (False, "missing.yaml: there is no such file")
    assert [(problem["line"], problem["what"]) for problem in bad["problems"]] == [
        (5, "unknown key 'momment' in a routine")
    ]
    assert squat["right"] is True


def test_json_of_a_fix_says_what_was_mended(coach, work_folder):
    write(work_folder, PRE_RUN)
    result = coach("check", "--json", "--fix", "r.yaml")
    (mine,) = json.loads(result.out)["files"]
    assert result.status == 0
    assert (mine["right"], mine["findings"]) == (True, [])
    assert [finding["rule"] for finding in mine["mended"]] == ["hold-before-run"]


def test_an_id_means_the_document_unless_there_is_such_a_file(coach, work_folder):
    result = coach("check", "strong-hips", "tree-pose")
    assert result.status == 0
    assert "the routine 'Strong hips'" in result.out
    assert "the movement 'Tree pose'" in result.out
    write(work_folder, "hello", "strong-hips")
    assert coach("check", "strong-hips").status == 2


def test_a_shipped_document_is_never_written(coach, monkeypatch, tmp_path):
    shipped = tmp_path / "data"
    (shipped / "routines").mkdir(parents=True)
    path = write(shipped / "routines", PRE_RUN.replace("id: primer", "id: r"))
    monkeypatch.setattr("coach.routine.library.DATA", shipped)
    result = coach("check", "--fix", path)
    assert result.status == 2
    assert "comes with coach and is not changed" in result.err
    assert "120s" in path.read_text(encoding="utf-8")


def test_an_own_document_is_mended_by_its_id(coach):
    folder = paths.home_dir() / "routines"
    folder.mkdir(parents=True)
    path = write(folder, PRE_RUN, "primer.yaml")
    assert coach("check", "--fix", "primer").status == 0
    assert "hold: 30s" in path.read_text(encoding="utf-8")


def test_a_file_that_changes_meanwhile_is_left_alone(coach, work_folder, monkeypatch):
    from coach.routine import mend as module

    path = write(work_folder, PRE_RUN)
    mend = module.mend

    def slow(text, review):
        path.write_text(PRE_RUN + "# mine\n", encoding="utf-8")
        return mend(text, review)

    monkeypatch.setattr(module, "mend", slow)
    result = coach("check", "--fix", "r.yaml")
    assert result.status == 1
    assert "changed by somebody else" in result.err
    assert path.read_text(encoding="utf-8") == PRE_RUN + "# mine\n"
    assert [found.name for found in work_folder.iterdir()] == ["r.yaml"]


@pytest.mark.skipif(not os.path.exists("/dev/stdin"), reason="no /dev/stdin")  # noqa: PTH110
def test_a_pipe_cannot_be_mended(process):
    import subprocess

    started = process("check", "--fix", "/dev/stdin", stdin=subprocess.PIPE)
    _, err = started.communicate(PRE_RUN.encode(), timeout=60)
    assert started.returncode == 2
    assert b"not a file on a disk" in err


@pytest.mark.parametrize(("bounds", "advised"), [
    ("least: 1m, most: 5m", ["least"]),
    ("least: 3m, most: 60m", ["most"]),
    ("least: 3m, most: 5m", []),
])  # fmt: skip
def test_a_length_that_the_steps_do_not_reach_is_advised_at_its_key(coach, work_folder, bounds, advised):
    steps = "steps:\n" + "  - {movement: fencers-stretch, hold: 30s, sets: 1}\n  - {movement: squat, sets: 1}\n"
    text = f"schema: 1\nid: mine\nname: Mine\nlength: {{default: 4m, {bounds}}}\n{steps}  - rest: 60s\n"
    (work_folder / "mine.yaml").write_text(text, encoding="utf-8")
    result = coach("check", "--json", "mine.yaml")
    [report] = json.loads(result.out)["files"]
    found = [finding for finding in report["findings"] if finding["rule"] == "length-in-reach"]
    assert [finding["what"].split()[0] for finding in found] == advised
    assert result.status == (0 if report["right"] else 2)
    for finding in found:
        key = text.splitlines()[3][finding["column"] - 1 :]
        assert finding["weight"] == "advice"
        assert finding["line"] == 4
        assert key[0].isdigit() or key.startswith(advised[0])
        cured = text.replace(
            bounds, bounds.replace({"least": "least: 1m", "most": "most: 60m"}[advised[0]], finding["cure"][6:])
        )
        (work_folder / "mine.yaml").write_text(cured, encoding="utf-8")
        assert "length-in-reach" not in coach("check", "mine.yaml").err


def test_an_own_movement_in_place_of_a_shipped_one_is_told_where_it_does_not_suit(coach):
    folder = paths.home_dir() / "movements"
    folder.mkdir(parents=True)
    text = (DATA / "movements" / "half-kneeling-lunge.yaml").read_text(encoding="utf-8")
    path = write(folder, text, "half-kneeling-lunge.yaml")
    assert coach("check", path).status == 0
    hold = next(line for line in text.splitlines() if line.startswith("hold:"))
    write(folder, text.replace(hold, "hold: {default: 10s, least: 5s, most: 12s}"), "half-kneeling-lunge.yaml")
    place = f"{path}:{text.splitlines().index(hold) + 1}:"
    shown = coach("show", "post-run-cooldown", "--voice", "null")
    assert shown.status == 2
    assert place in shown.err
    assert "is held for 5s to 12s" in shown.err
    assert str(DATA) not in shown.err
    assert "half-kneeling-lunge.yaml: " in coach("list").err
    result = coach("check", "half-kneeling-lunge")
    assert result.status == 2
    assert place in result.err
    assert "the routine post-run-cooldown" in result.err
