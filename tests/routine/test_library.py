"""Finding documents, own ones first, and checking a routine against its movements."""

from __future__ import annotations

import pytest

from coach.errors import CoachError, DocumentError, UnknownName, UnreadableFile
from coach.routine.library import Library
from tests.routine.documents import COUNTED, HELD, ROUTINE, changed

HEAD = "schema: 1\nid: r\nname: R\nsteps:\n"


@pytest.fixture
def folders(tmp_path):
    """Shipped and own documents: (shipped folder, own folder)."""
    shipped, own = tmp_path / "data", tmp_path / "own"
    files = {
        shipped / "movements" / "side-lunge.yaml": HELD,
        shipped / "movements" / "squat.yaml": COUNTED,
        shipped / "movements" / "bridge.yaml": changed(
            changed(COUNTED, "id: squat", "id: bridge"), "position: standing", "position: supine"
        ),
        shipped / "routines" / "small.yaml": ROUTINE,
        shipped / "wording" / "en.yaml": "schema: 1\n",
        own / "routines" / "mine.yml": changed(ROUTINE, "id: small", "id: mine"),
        own / "routines" / "notes.txt": "not a document",
    }
    for path, text in files.items():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return shipped, own


@pytest.fixture
def library(folders):
    shipped, own = folders
    return Library(own, data_dir=shipped)


def refused(library: Library, steps: str, head: str = HEAD) -> list[str]:
    with pytest.raises(DocumentError) as caught:
        library.routine_from_text(head + steps, "r.yaml")
    return str(caught.value).splitlines()


def test_ids_and_whose_they_are(library):
    assert library.routine_ids() == ("mine", "small")
    assert library.movement_ids() == ("bridge", "side-lunge", "squat")
    assert library.origin("routine", "small") == "shipped"
    assert library.origin("routine", "mine") == "own"
    assert library.origin("movement", "squat") == "shipped"
    assert library.routine("mine").id == "mine"


def test_an_own_document_stands_in_for_a_shipped_one(folders, library):
    _, own = folders
    (own / "routines" / "small.yaml").write_text(changed(ROUTINE, "name: Small", "name: My small one"))
    (own / "movements").mkdir()
    (own / "movements" / "squat.yaml").write_text(changed(COUNTED, "name: Squat", "name: My squat"))
    assert library.routine("small").name == "My small one"
    assert library.movement("squat").name == "My squat"
    assert library.routine_ids() == ("mine", "small")
    assert library.origin("routine", "small") == "own"


def test_no_folder_of_the_user_is_needed(folders, tmp_path):
    shipped, _ = folders
    for own in (None, tmp_path / "nowhere"):
        library = Library(own, data_dir=shipped)
        assert library.routine_ids() == ("small",)
        assert library.origin("routine", "small") == "shipped"


def test_a_path_works_wherever_an_id_does(folders, library, tmp_path, monkeypatch):
    path = tmp_path / "other-name.yaml"
    path.write_text(ROUTINE)
    monkeypatch.chdir(tmp_path)
    (tmp_path / "plain").write_text(changed(ROUTINE, "id: small", "id: plain"))
    (tmp_path / "small").write_text("not a document")
    assert library.routine(str(path)).id == "small"
    assert library.routine(path).id == "small"
    assert library.routine("other-name.yaml").id == "small"
    assert library.routine("plain").id == "plain"
    assert library.routine("small").name == "Small", "an id goes before a file of that name"


@pytest.mark.parametrize("name", ["no-such-file.yaml", "folder/none", "a\0b.yaml", "."])
def test_a_path_that_is_no_document(library, tmp_path, monkeypatch, name):
    monkeypatch.chdir(tmp_path)
    with pytest.raises(CoachError) as caught:
        library.routine(name)
    assert isinstance(caught.value, UnreadableFile | UnknownName)
    assert "\n" not in str(caught.value)


def test_unknown_names_offer_the_near_ones(library):
    with pytest.raises(UnknownName) as routine:
        library.routine("smal")
    assert str(routine.value) == "there is no routine called 'smal' (did you mean small?)"
    with pytest.raises(UnknownName) as movement:
        library.movement("side-lung")
    assert movement.value.close == ("side-lunge",)
    with pytest.raises(UnknownName) as language:
        library.wording("xx")
    assert language.value.hint == "there is wording for en"
    for name in ("", "../movements/squat", "squat\n", "SQUAT", "s\0"):
        with pytest.raises(UnknownName):
            library.movement(name)


def test_the_name_of_a_file_is_its_id(folders, library):
    shipped, _ = folders
    path = shipped / "movements" / "lunge.yaml"
    path.write_text(HELD)
    with pytest.raises(DocumentError) as caught:
        library.movement("lunge")
    what = "the id 'side-lunge' is not the name of the file (write id: lunge, or rename the file)"
    assert str(caught.value) == f"{path}:2:5: {what}"


@pytest.mark.parametrize(
    ("step", "message"),
    [
        ("{movement: sqat}", "5:16: there is no movement 'sqat' (did you mean 'squat'?)"),
        ("{movement: zzz}", "5:16: there is no movement 'zzz' (`coach list --movements` shows what there is)"),
        ("{movement: side-lunge, hold: 5s}", "5:34: side-lunge is held for 10s to 1m, not 5s (write hold: 10s to 1m)"),
        ("{movement: side-lunge, hold: 61s}", "5:34: side-lunge is held for 10s to 1m, not 1m1s "
         "(write hold: 10s to 1m)"),
        ("{movement: side-lunge, reps: 8}", "5:34: side-lunge is held, not counted (write hold: instead of reps:)"),
        ("{movement: side-lunge, tempo: 1-0-1-0}", "5:35: side-lunge is held, not counted "
         "(write hold: instead of tempo:)"),
        ("{movement: side-lunge, sets: 5}", "5:34: side-lunge takes 1 to 4 sets, not 5 (write sets: 1 to 4)"),
        ("{movement: squat, hold: 30s}", "5:29: squat is counted, not held (write reps: instead of hold:)"),
        ("{movement: squat, reps: 16}", "5:29: squat takes 5 to 15 repetitions, not 16 (write reps: 5 to 15)"),
        ("{movement: squat, say: 'Push {side}.'}", "5:28: squat works both sides in one go, so {side} says nothing "
         "(delete {side} and {other})"),
        ("{block: {repeat: 2, steps: [{rest: 5s}, {movement: sqat}]}}", "5:56: there is no movement 'sqat' "
         "(did you mean 'squat'?)"),
    ],
)  # fmt: skip
def test_one_problem_between_a_routine_and_its_movements(library, step, message):
    assert refused(library, f"  - {step}\n") == [f"r.yaml:{message}"]


def test_alternating_sides_need_an_even_number(folders, library):
    shipped, _ = folders
    text = changed(COUNTED, "id: squat", "id: march").replace("sides: both", "sides: alternate")
    text = text.replace("least: 5, most: 15", "least: 4, most: 16")
    (shipped / "movements" / "march.yaml").write_text(text)
    library.routine_from_text(HEAD + "  - {movement: march, reps: 6}\n")
    assert refused(library, "  - {movement: march, reps: 7}\n") == [
        "r.yaml:5:29: march alternates its sides and needs an even number, not 7 (write 8)"
    ]


def test_one_change_between_standing_and_the_floor(library):
    squat, bridge = "  - {movement: squat}\n", "  - {movement: bridge}\n"
    for fine in (squat + squat + bridge + bridge, bridge + squat, "  - talk: a\n" + squat + "  - rest: 5s\n" + bridge):
        library.routine_from_text(HEAD + fine)
    assert refused(library, squat + bridge + bridge + squat + bridge) == [
        "r.yaml:8:16: squat is the second change between standing and the floor (put the steps on the feet together)"
    ]
    block = "  - {block: {repeat: 3, steps: [{movement: squat}, {movement: bridge}]}}\n"
    (problem,) = refused(library, block)
    assert problem.startswith("r.yaml:5:44: squat is the second change")


def test_a_quiet_step_that_names_its_position_counts_too(library):
    bridge = "  - {movement: bridge}\n"
    library.routine_from_text(
        HEAD + "  - {rest: 5s, position: prone}\n" + bridge + "  - {breathe: 3, position: supine}\n"
    )
    standing = "  - {reflect: a, for: 5s, position: standing}\n"
    library.routine_from_text(HEAD + bridge + standing)
    assert refused(library, standing + bridge + "  - {talk: a, position: standing}\n") == [
        "r.yaml:7:25: standing is the second change between standing and the floor (put the steps on the feet together)"
    ]


def test_a_language_without_wording(library):
    assert refused(library, "  - talk: a\n", HEAD.replace("steps", "language: eng\nsteps")) == [
        "r.yaml:4:11: there is no wording for the language 'eng' (did you mean en?)"
    ]


def test_four_hours_with_the_defaults_of_the_movements(library):
    # 30 times four sets of a minute on two sides: exactly four hours; without the movement only two.
    steps = "  - {block: {repeat: 30, steps: [{movement: side-lunge, hold: 60s, sets: 4}]}}\n"
    library.routine_from_text(HEAD + steps)
    assert refused(library, steps + "  - {movement: side-lunge}\n") == [
        "r.yaml:5:3: the steps last more than 4 hours (make two routines of it)"
    ]


def test_words_count_into_the_four_hours(library):
    talk = "  - {block: {repeat: 50, steps: [{talk: " + "Stay. " * 160 + "}, {rest: TIME}]}}\n"
    library.routine_from_text(HEAD + talk.replace("TIME", "200s"))
    assert refused(library, talk.replace("TIME", "225s")) == [
        "r.yaml:5:3: the steps last more than 4 hours (make two routines of it)"
    ]


def test_a_broken_movement_is_told_with_the_routine(folders, library):
    shipped, _ = folders
    path = shipped / "movements" / "squat.yaml"
    path.write_text(changed(COUNTED, "kind: strength", "kind: stronk"))
    lines = refused(library, "  - {movement: squat}\n  - {movement: squat}\n  - {movement: side-lunge, hold: 5s}\n")
    assert len(lines) == 2
    assert lines[0].startswith(f"{path}:5:7: kind must be")
    assert lines[1].startswith("r.yaml:7:34: side-lunge is held")


def test_a_document_can_be_read_without_its_movements(library, tmp_path):
    path = tmp_path / "r.yaml"
    path.write_text(HEAD + "  - {movement: nothing-like-it}\n")
    document = library.routine_document(path)
    assert document.value.name == "R"
    assert [problem.line for problem in library.problems(document)] == [5]


def test_the_problems_of_the_routine_and_of_its_movements_come_together(library):
    steps = (
        "  - {movement: sqat, hold: 30}\n  - {movement: side-lunge, hold: 3}\n  - {movement: squat, reps: 99}\nx: 1\n"
    )
    assert refused(library, steps) == [
        "r.yaml:5:16: there is no movement 'sqat' (did you mean 'squat'?)",
        "r.yaml:5:28: hold: a time needs its unit: write 30s for seconds or 30m for minutes",
        "r.yaml:6:34: hold: a time needs its unit: write 3s for seconds or 3m for minutes",
        "r.yaml:7:29: squat takes 5 to 15 repetitions, not 99 (write reps: 5 to 15)",
        "r.yaml:8:1: unknown key 'x' in a routine",
    ]
    assert len(refused(library, "  - {movement: Side Lunge}\n")) == 1


def test_a_step_that_cannot_be_read_moves_no_other_problem(tmp_path):
    path = tmp_path / "r.yaml"
    path.write_text(
        "schema: 1\nid: r\nname: R\nsteps:\n  - movment: squat\n  - movement: fencer-stretch\n  - movement: zzz\n"
    )
    with pytest.raises(DocumentError) as caught:
        Library().routine(str(path))
    assert [problem.line for problem in caught.value.problems] == [5, 6, 7]


def test_a_stand_in_that_does_not_exist_is_told_in_the_file_of_the_movement(folders, library):
    shipped, _ = folders
    path = shipped / "movements" / "side-lunge.yaml"
    path.write_text(path.read_text() + "instead: nowhere\n")
    (problem,) = refused(library, "  - {movement: side-lunge}\n")
    assert problem.startswith(f"{path}:")
    assert "there is no movement 'nowhere'" in problem


# --- an own movement in place of a shipped one --------------------------------------------------


def _own_squat(folders, *changes):
    _, own = folders
    (own / "movements").mkdir(exist_ok=True)
    path = own / "movements" / "squat.yaml"
    text = COUNTED
    for old, new in changes:
        text = changed(text, old, new)
    path.write_text(text, encoding="utf-8")
    return path


def test_an_own_movement_that_a_shipped_routine_does_not_expect_is_at_fault_itself(folders, library):
    shipped, own = folders
    (shipped / "routines" / "legs.yaml").write_text(
        "schema: 1\nid: legs\nname: L\nsteps: [{movement: squat, reps: 12}]\n", encoding="utf-8"
    )
    (own / "routines" / "mylegs.yaml").write_text(
        "schema: 1\nid: mylegs\nname: L\nsteps: [{movement: squat, reps: 12}]\n", encoding="utf-8"
    )
    path = _own_squat(folders)
    assert library.routine("legs").id == "legs"
    text = path.read_text(encoding="utf-8")
    reps = next(line for line in text.splitlines() if line.startswith("reps:"))
    path.write_text(text.replace(reps, "reps: {default: 4, least: 2, most: 6, tempo: 3-1-1-0}"), encoding="utf-8")
    line = text.splitlines().index(reps) + 1
    fresh = Library(own, data_dir=shipped)
    assert fresh.stands_in("squat")
    assert not fresh.stands_in("side-lunge")
    with pytest.raises(DocumentError) as caught:
        fresh.routine("legs")
    (problem,) = caught.value.problems
    assert (problem.path, problem.line) == (str(path), line)
    assert "the routine legs" in problem.what
    assert "takes 2 to 6 repetitions, not 12" in problem.what
    # What somebody wrote for it is at fault as ever.
    with pytest.raises(DocumentError) as caught:
        fresh.routine("mylegs")
    assert [problem.path for problem in caught.value.problems] == [str(own / "routines" / "mylegs.yaml")]


def test_an_own_movement_on_the_floor_in_a_shipped_routine_on_the_feet_is_at_fault(folders):
    shipped, own = folders
    steps = "[{movement: side-lunge}, {movement: squat}, {movement: side-lunge}]"
    (shipped / "routines" / "legs.yaml").write_text(f"schema: 1\nid: legs\nname: L\nsteps: {steps}\n", encoding="utf-8")
    path = _own_squat(folders, ("position: standing", "position: supine"))
    with pytest.raises(DocumentError) as caught:
        Library(own, data_dir=shipped).routine("legs")
    (problem,) = caught.value.problems
    assert problem.path == str(path)
    assert path.read_text(encoding="utf-8").splitlines()[problem.line - 1] == "position: supine"


def test_movements_that_cannot_be_read_keep_no_other_away(folders, library):
    _, own = folders
    (own / "movements").mkdir()
    (own / "movements" / "mine.yaml").write_text("schema: 1\nid: mine\nfoo: 1\n", encoding="utf-8")
    found, errors = library.movements()
    assert [movement.id for movement in found] == ["bridge", "side-lunge", "squat"]
    (error,) = errors
    assert isinstance(error, DocumentError)
    assert error.problems[0].path == str(own / "movements" / "mine.yaml")
