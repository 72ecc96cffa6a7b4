"""Values by key: every wrong type at its place, every problem at once."""

from __future__ import annotations

import pytest

from coach.documents import Reader
from coach.documents.parse import MAX_PROBLEMS
from coach.documents.values import is_id
from coach.errors import DocumentError

ALL = {
    "text": lambda f: f.text("key"),
    "integer": lambda f: f.integer("key", 1, 100),
    "duration": lambda f: f.duration("key"),
    "choice": lambda f: f.choice("key", ("each", "both", "alternate")),
    "flag": lambda f: f.flag("key"),
    "slug": lambda f: f.slug("key"),
    "texts": lambda f: f.texts("key"),
    "mapping": lambda f: f.mapping("key"),
    "mappings": lambda f: f.mappings("key", "an item"),
}


def read(kind: str, written: str):
    reader = Reader.of(f"schema: 1\nkey: {written}\n", "d.yaml")
    fields = reader.document("a thing")
    value = ALL[kind](fields)
    fields.done()
    reader.finish()
    return value


def problem(kind: str, written: str) -> str:
    with pytest.raises(DocumentError) as caught:
        read(kind, written)
    (one,) = caught.value.problems
    path, line, column, said = str(one).split(":", 3)
    assert (path, line, column) == ("d.yaml", "2", "6" if written else "5")
    return said.strip()


@pytest.mark.parametrize(
    ("kind", "written", "value"),
    [
        ("text", "Well run.", "Well run."),
        ("text", "12:30", "12:30"),
        ("text", "no", "no"),
        ("text", "3-1-1", "3-1-1"),
        ("text", "2024-01-02", "2024-01-02"),
        ("text", '"12"', "12"),
        ("text", '"true"', "true"),
        ("text", ">-\n  two\n  lines", "two lines"),
        ("text", "|\n  two\n  lines", "two lines"),
        ("integer", "7", 7),
        ("integer", "100", 100),
        ("duration", "45s", 45_000),
        ("duration", "1:30", 90_000),
        ("duration", "2m", 120_000),
        ("duration", "350ms", 350),
        ("duration", "1h", 3_600_000),
        ("choice", "both", "both"),
        ("flag", "true", True),
        ("flag", "false", False),
        ("slug", "hip-hinge", "hip-hinge"),
        ("slug", "18", "18"),
        ("texts", "[a, b]", ("a", "b")),
    ],
)
def test_what_is_read(kind, written, value):
    assert read(kind, written) == value


@pytest.mark.parametrize(
    ("kind", "written", "message"),
    [
        ("text", "42", 'key must be a text, found the number 42 (put it in quotes: "42")'),
        ("text", "true", "key must be a text, found 'true' (put it in quotes: \"true\")"),
        ("text", "", "key has no value (write one, or delete the key)"),
        ("text", "~", "key has no value (write one, or delete the key)"),
        ("text", '" "', "key is an empty text (write something, or delete it)"),
        ("text", "[a]", "key must be a text, found a list (write one text)"),
        ("text", "{side}", "key must be a text, found a mapping (put a text that begins with { in quotes)"),
        ("text", "x" * 1001, "key is 1001 characters long, at most 1000 are allowed (shorten or split it)"),
        ("integer", "ten", "key must be a whole number, found 'ten' (write a number from 1 to 100)"),
        ("integer", "2.5", "key must be a whole number, found the number 2.5 (write a number from 1 to 100)"),
        ("integer", '"7"', "key must be a whole number, found '7' (delete the quotes)"),
        ("integer", "010", "key must not begin with a zero (write 10)"),
        ("integer", "0", "key must be from 1 to 100, found 0"),
        ("integer", "-3", "key must be from 1 to 100, found -3"),
        ("integer", "101", "key must be from 1 to 100, found 101"),
        ("integer", "9" * 5000, f"key must be from 1 to 100, found {'9' * 37}..."),
        ("integer", "1:30", "key must be a whole number, found '1:30' (write a number from 1 to 100)"),
        ("integer", "٣", "key must be a whole number, found '٣' (write a number from 1 to 100)"),
        ("duration", "45", "key: a time needs its unit: write 45s for seconds or 45m for minutes"),
        ("duration", "soon", "key: 'soon' is not a time: write 45s, 2m, 1m30s or 1:30"),
        ("duration", "-5s", "key: '-5s' is not a time: write 45s, 2m, 1m30s or 1:30"),
        ("duration", "0s", "key must be more than 0s, found 0s"),
        ("duration", "61m", "key must be at most 1h, found 61m"),
        ("duration", "[1s]", "key must be a time, found a list (write 45s, 2m, 1m30s or 1:30)"),
        ("duration", "9" * 5000, f"key: '{'9' * 37}...' is not a time: write 45s, 2m, 1m30s or 1:30"),
        ("choice", "eech", "key must be each, both or alternate, found 'eech' (did you mean 'each'?)"),
        ("choice", "1", "key must be each, both or alternate, found the number 1"),
        ("choice", "{a: b}", "key must be each, both or alternate, found a mapping"),
        ("flag", "yes", "key must be true or false, found 'yes' (write true)"),
        ("flag", "off", "key must be true or false, found 'off' (write false)"),
        ("flag", "True", "key must be true or false, found 'True' (write true)"),
        ("flag", "1", "key must be true or false, found the number 1"),
        ("slug", "Hip Hinge", "key cannot be 'Hip Hinge' (use small letters, digits and dashes, at most 64, "
         "as in hip-hinge)"),
        ("slug", "../up", "key cannot be '../up' (use small letters, digits and dashes, at most 64, as in hip-hinge)"),
        ("texts", "a", "key must be a list, found 'a' (begin each item with '- ' on its own line)"),
        ("texts", "[]", "key must have at least 1 in its list, found 0"),
        ("texts", f"[{'a, ' * 51}]", "key must have at most 50 in its list, found 51"),
        ("mapping", "a", "key must be keys with values, found 'a' (write key: value)"),
        ("mappings", "{a: 1}", "key must be a list, found a mapping (begin each item with '- ' on its own line)"),
    ],
)  # fmt: skip
def test_what_is_said_of_a_wrong_value(kind, written, message):
    assert problem(kind, written) == message


def test_the_place_is_the_item_and_not_the_list():
    with pytest.raises(DocumentError) as caught:
        read("texts", "\n  - a\n  - 12\n  -\n")
    assert str(caught.value).splitlines() == [
        'd.yaml:4:5: an item of key must be a text, found the number 12 (put it in quotes: "12")',
        "d.yaml:5:4: an item of key has no value (write a text after it)",
    ]


def keys_of(text: str) -> list[str]:
    def read_it() -> None:
        reader = Reader.of(text, "d.yaml")
        fields = reader.document("a thing")
        fields.text("name")
        fields.optional_text("sides")
        fields.done()
        reader.finish()

    with pytest.raises(DocumentError) as caught:
        read_it()
    return str(caught.value).splitlines()


def test_unknown_and_missing_keys():
    assert keys_of("schema: 1\nother: 1\n") == [
        "d.yaml:1:1: the key 'name' is missing (a thing needs it)",
        "d.yaml:2:1: unknown key 'other' in a thing",
    ]
    assert keys_of("schema: 1\nname: a\nsied: each\n") == [
        "d.yaml:3:1: unknown key 'sied' in a thing (did you mean 'sides'?)"
    ]


def test_a_misspelt_key_is_one_problem_and_not_also_a_missing_one():
    assert keys_of("schema: 1\nnmae: a\n") == ["d.yaml:2:1: unknown key 'nmae' in a thing (did you mean 'name'?)"]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("- a\n", "d.yaml:1:1: a thing is keys with values, found a list (begin it with schema: 1)"),
        ("just text\n", "d.yaml:1:1: a thing is keys with values, found 'just text' (begin it with schema: 1)"),
        ("name: a\n", "d.yaml:1:1: the key 'schema' is missing (begin the document with schema: 1)"),
        ("schema: one\nname: a\n", "d.yaml:1:9: schema must be 1, found 'one' (write schema: 1)"),
        ('schema: "1"\nname: a\n', "d.yaml:1:9: schema must be 1, found '1' (write schema: 1)"),
        ("schema: 0\nname: a\n", "d.yaml:1:9: schema must be 1, found the number 0 (write schema: 1)"),
        ("schema:\nname: a\n", "d.yaml:1:8: schema has no value (write one, or delete the key)"),
        (
            "schema: 2\nnew-thing: a\n",
            "d.yaml:1:9: schema 2 is newer than this version of coach can read (update coach)",
        ),
    ],
)
def test_the_schema(text, message):
    assert keys_of(text) == [message]


def test_problems_come_in_the_order_of_the_file_and_are_bounded():
    lines = keys_of("schema: 1\nname: a\n" + "".join(f"x{n}: 1\n" for n in range(300)))
    assert len(lines) == MAX_PROBLEMS
    assert lines[:2] == ["d.yaml:3:1: unknown key 'x0' in a thing", "d.yaml:4:1: unknown key 'x1' in a thing"]


@pytest.mark.parametrize("text", ["a", "a-b-2", "a" * 64, "18"])
def test_an_id(text):
    assert is_id(text)


@pytest.mark.parametrize("text", ["", "-a", "a--b", "a-", "a_b", "a" * 65, "é", "A", "a b", "..", "a/b", "²", "a\n"])
def test_no_id(text):
    assert not is_id(text)


def test_fields_of_something_else_are_empty_and_said_once():
    reader = Reader.of("schema: 1\nkey: [1]\n", "d.yaml")
    fields = reader.document("a thing")
    inner = fields.mapping("key")
    assert inner is not None
    assert inner.text("name") == ""
    inner.done()
    fields.done()
    assert [str(problem) for problem in reader.problems] == [
        "d.yaml:2:6: key must be keys with values, found a list (write key: value)"
    ]
