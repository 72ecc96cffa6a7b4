"""The schemas for editors: every document of ours is valid, and they know just the keys the reader knows."""

from __future__ import annotations

import copy
import json
import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from coach.config import SETTINGS, load
from coach.documents import Fields, read_file
from coach.errors import ConfigError, DocumentError
from coach.routine.library import DATA, Library
from coach.routine.movement_document import read_movement
from coach.routine.routine_document import read_routine
from coach.routine.schema import config_schema, movement_schema, routine_schema, wording_schema
from coach.routine.schema_parts import duration, read_about
from coach.routine.wording_document import read_wording
from coach.units import parse_duration
from tests.documents.test_documents_page import EXAMPLES
from tests.routine.schema_check import as_editor_reads, wrong

IDS = Library().movement_ids()
ABOUT = read_about(read_file(DATA / "keys.yaml"), "keys.yaml")
SCHEMAS = {
    "routine": routine_schema(ABOUT, IDS),
    "movement": movement_schema(ABOUT, IDS),
    "wording": wording_schema(ABOUT),
    "config": config_schema(SETTINGS),
}
SHIPPED = [
    (kind, path)
    for kind, folder in (("routine", "routines"), ("movement", "movements"), ("wording", "wording"))
    for path in (*sorted((DATA / folder).glob("*.yaml")), *(DATA / "templates").glob(f"{kind}.yaml"))
]
ANY_IDS = {**SCHEMAS, "routine": routine_schema(ABOUT, ()), "movement": movement_schema(ABOUT, ())}
READERS_ALONE = (
    "not in order",
    "cannot be used",
    "must be at",
    "must be more",
    "even number",
    "a single",
    "of the set-up",
    "which no step does",
)
READERS = {"routine": read_routine, "movement": read_movement, "wording": read_wording}
COUNTED = {
    "sides": "both",
    "reps": {"default": 8, "least": 5, "most": 15, "tempo": "3-0-1-0", "starts": "eccentric"},
    "phases": {"eccentric": "Down", "concentric": "Up"},
}


def problems(kind, value):
    return wrong(value, SCHEMAS[kind], SCHEMAS[kind])


@pytest.mark.parametrize(("kind", "path"), SHIPPED, ids=[path.stem for _, path in SHIPPED])
def test_a_shipped_document_is_valid(kind, path):
    assert problems(kind, as_editor_reads(path.read_text(encoding="utf-8"))) == []


@pytest.mark.parametrize("kind", READERS)
def test_the_example_of_the_page_is_valid(kind):
    assert problems(kind, as_editor_reads(EXAMPLES[kind])) == []


# --- the same keys ------------------------------------------------------------------------------


def mappings(schema, root, at=()):
    """Yield (where, keys) of each mapping a schema describes; a step's place is its word."""
    if "$ref" in schema:
        name = schema["$ref"].removeprefix("#/$defs/")
        if at.count(name) == 0:
            yield from mappings(root["$defs"][name], root, (*at, name))
        return
    if "properties" in schema:
        yield at, frozenset(schema["properties"])
    for key, part in schema.get("properties", {}).items():
        yield from mappings(part, root, (*at, key))
    for part in (*schema.get("anyOf", ()), *([schema["items"]] if "items" in schema else ())):
        yield from mappings(part, root, at)


def asked(monkeypatch, read, *texts):
    """Return the sets of keys the reader asks for, mapping by mapping."""
    found = set()

    def noting(fields):
        found.add(frozenset(fields.asked))

    with monkeypatch.context() as patched:
        patched.setattr(Fields, "done", noting)
        for text in texts:
            read(text)
    return found


def test_a_routine_has_the_keys_the_reader_asks_for(monkeypatch):
    text = EXAMPLES["routine"] + "steps_end: 0\n"
    known = asked(monkeypatch, lambda text: read_routine(text, "x"), text)
    assert {keys for _, keys in mappings(SCHEMAS["routine"], SCHEMAS["routine"])} == known


def test_a_movement_has_the_keys_the_reader_asks_for(monkeypatch):
    without = re.sub(r"(?m)^(sides|side_means|hold):.*\n", "", EXAMPLES["movement"])
    counted = re.sub(r"\{(side|other)\}", "left", without) + EXAMPLES["movement part"]
    versions = EXAMPLES["movement"].replace("easier: A shorter step.", "easier: {text: Short., say: Step short.}")
    known = asked(monkeypatch, lambda text: read_movement(text, "x"), versions, counted)
    assert {keys for _, keys in mappings(SCHEMAS["movement"], SCHEMAS["movement"])} == known


def test_a_wording_and_the_settings_have_the_keys_the_reader_asks_for(monkeypatch, tmp_path):
    known = asked(monkeypatch, lambda text: read_wording(text, "x"), EXAMPLES["wording"])
    assert {keys for _, keys in mappings(SCHEMAS["wording"], SCHEMAS["wording"])} == known
    (tmp_path / "config.yaml").write_text("schema: 1\nme: {place: desk}\n", encoding="utf-8")
    known = asked(monkeypatch, lambda _: load(tmp_path, {}), "")
    assert {keys for _, keys in mappings(SCHEMAS["config"], SCHEMAS["config"])} == {keys | set() for keys in known}


@pytest.mark.parametrize("kind", SCHEMAS)
def test_every_key_says_what_it_is_for(kind):
    def described(schema):
        for part in schema.get("properties", {}).values():
            yield "properties" in part or part.get("description", "")
            yield from described(part)
        inside = [schema["items"]] if "items" in schema else []
        for part in (*schema.get("anyOf", ()), *schema.get("$defs", {}).values(), *inside):
            yield from described(part)

    assert all(described(SCHEMAS[kind]))


# --- what the reader refuses, the editor underlines ---------------------------------------------

WRONG = {
    "routine": [
        ("schema", 2), ("id", "My Lunch"), ("name", ""), ("name", 5), ("moment", "lunch"), ("length", 5),
        ("length", {"least": "5m"}), ("steps", []), ("steps", [{"movement": "no-such-movement"}]),
        ("steps", [{"movement": "lunge", "sied": "left"}]), ("steps", [{"movement": "lunge", "reps": 0}]),
        ("steps", [{"movement": "tree-pose", "hold": 30}]), ("steps", [{"talk": "A.", "rest": "5s"}]), ("steps", [{}]),
        ("steps", [{"reflect": "How is it?"}]), ("steps", [{"block": {"repeat": 51, "steps": [{"talk": "A."}]}}]),
        ("steps", [{"movement": "lunge", "hold": "5s", "reps": 5}]), ("bed", "loud"), ("language", "English!"),
        ("steps", [{"movement": "lunge", "reps": 8, "tempo": "3-1-1"}]), ("steps", [{"talk": "A.", "optional": "yes"}]),
    ],
    "movement": [
        ("kind", "stretch"), ("muscles", []), ("sides", "one"), ("sides", "alternate"), ("hold", "30"), ("reps", 8),
        ("kit", [{"nam": "mat"}]), ("setup", "Stand."), ("caution", [{"say": "A.", "when": "later"}]),
        ("screen", {"text": "Not you."}), ("phases", {"eccentric": "Down", "concentric": "Up"}), ("sets", 11),
        ("short", {"exit": "Out."}), ("easier", {"say": "Less."}), ("sides", "both"), ("switch", 5),
    ],
    "wording": [("counts", []), ("sides", {"left": "left"}), ("titles", {"end": "End"}), ("notes", {}), ("halfway", 5)],
}  # fmt: skip


@pytest.mark.parametrize(("kind", "key", "value"), [(k, *pair) for k, pairs in WRONG.items() for pair in pairs])
def test_what_the_reader_refuses_is_underlined(kind, key, value):
    document = {**as_editor_reads(EXAMPLES[kind]), key: value}
    assert problems(kind, document)
    text = json.dumps(document)  # JSON is YAML: the reader sees the same values
    with pytest.raises(DocumentError):
        Library().routine_from_text(text) if kind == "routine" else READERS[kind](text, "x")


@pytest.mark.parametrize("kind", READERS)
@given(data=st.data())
def test_without_a_key_or_with_one_too_many_both_say_the_same(kind, data):
    """One change anywhere in a right document: what the schema calls wrong, so does the reader, and the other way."""
    document = copy.deepcopy(as_editor_reads(EXAMPLES[kind]))
    if kind == "movement" and data.draw(st.booleans()):
        del document["hold"], document["side_means"]
        document = json.loads(re.sub(r"\{(side|other)\}", "left", json.dumps({**document, **COUNTED})))
    inside = list(_objects(document))
    where = data.draw(st.sampled_from(inside))
    key = data.draw(st.sampled_from([*where, "unknown", "say", "rest", "hold", "least", "instead", "text"]))
    if data.draw(st.booleans()) and key in where:
        del where[key]
    else:
        values = ["A.", "30s", 3, "left", "3-0-1-0", ["A."], {}, {"text": "A."}, ""]
        # Nobody calls a movement "true", though the reader would take it for an id.
        where[key] = data.draw(st.sampled_from([*values, *([] if key in ("id", "movement", "instead") else [True])]))
    try:
        READERS[kind](json.dumps(document), "x")
        told = []
    except DocumentError as error:
        told = [problem.what for problem in error.problems]
    found = wrong(document, ANY_IDS[kind], ANY_IDS[kind])
    # Bounds of times, the order of a range, places of cautions and placeholders are the reader's alone.
    if not told or not all(any(words in what for words in READERS_ALONE) for what in told):
        assert bool(told) == bool(found), (told, found)


def _objects(value):
    if isinstance(value, dict):
        yield value
    for inner in value.values() if isinstance(value, dict) else value if isinstance(value, list) else ():
        yield from _objects(inner)


# --- small things -------------------------------------------------------------------------------


@given(st.from_regex(r"[0-9hHmMsSiInN:. ]{0,12}") | st.from_regex(duration(1, 1000)["pattern"]))
def test_the_pattern_of_a_time_is_the_readers(text):
    plain = " ".join(text.split()).isascii() and "\n" not in text
    matches = re.search(duration(1, 1000)["pattern"], text) is not None
    try:
        parse_duration(text)
        right = True
    except ValueError:
        right = False
    assert not plain or matches == right


def test_only_movements_there_are_can_be_named():
    step = SCHEMAS["routine"]["$defs"]["movement"]["properties"]["movement"]
    assert tuple(step["enum"]) == IDS


@pytest.mark.parametrize("text", ["bed: loud", "voise: x", "me: {knee: bad}", "cache_limit: []"])
def test_settings_that_are_refused_are_underlined(text, tmp_path):
    document = f"schema: 1\n{text}\n"
    assert problems("config", as_editor_reads(document))
    (tmp_path / "config.yaml").write_text(document, encoding="utf-8")
    with pytest.raises((DocumentError, ConfigError)):
        load(Path(tmp_path), {})
