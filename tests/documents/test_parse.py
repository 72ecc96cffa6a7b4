"""The strict YAML reader: what it takes, what it refuses, and what it says then."""

from __future__ import annotations

import pytest

from coach.documents import MappingNode, Scalar, at, parse
from coach.documents.nodes import found, plain_kind
from coach.documents.parse import MAX_DEPTH, MAX_NODES
from coach.errors import DocumentError


def problems_of(text: str) -> list[str]:
    with pytest.raises(DocumentError) as caught:
        parse(text, "r.yaml")
    return str(caught.value).splitlines()


def test_places_count_from_one_and_in_characters():
    root = parse('é: ["ü", b]\nsteps:\n  - talk: hello\n', "r.yaml")
    assert isinstance(root, MappingNode)
    assert (root.line, root.column) == (1, 1)
    second = at(root, "é", 1)
    assert isinstance(second, Scalar)
    assert (second.text, second.line, second.column) == ("b", 1, 10)
    talk = at(root, "steps", 0, "talk")
    assert (talk.line, talk.column) == (3, 11)


def test_at_stops_at_the_last_node_that_exists():
    root = parse("steps:\n  - talk: hello\n", "r.yaml")
    assert at(root, "steps", 0, "hold") is at(root, "steps", 0)
    assert at(root, "steps", 7) is at(root, "steps")


@pytest.mark.parametrize(
    ("written", "kind"),
    [
        ("12:30", "text"),
        ("1:30", "text"),
        ("no", "text"),
        ("on", "text"),
        ("Yes", "text"),
        ("3-1-1-0", "text"),
        ("2024-01-02", "text"),
        ("0x1F", "text"),
        ("1_000", "text"),
        ("1e3", "text"),
        (".inf", "text"),
        ("=", "text"),
        ("<<", "text"),
        ("010", "number"),
        ("-4", "number"),
        ("2.5", "number"),
        ("true", "truth"),
        ("~", "nothing"),
        ("null", "nothing"),
        ('"7"', "text"),
        ("'null'", "text"),
    ],
)
def test_a_scalar_is_what_its_author_wrote(written, kind):
    node = at(parse(f"key: {written}\n", "r.yaml"), "key")
    assert isinstance(node, Scalar)
    assert node.text == written.strip("'\"")
    assert plain_kind(node) == kind


def test_found_speaks_plainly():
    root = parse("a: [1]\nb: {c: 1}\nc: 12\nd:\ne: a  long\n", "r.yaml")
    assert [found(at(root, key)) for key in "abcde"] == [
        "a list",
        "a mapping",
        "the number 12",
        "nothing",
        "'a long'",
    ]


def test_carriage_returns_and_a_byte_order_mark_are_fine():
    root = parse("\ufeffschema: 1\r\nid: x\r\n", "r.yaml")
    assert isinstance(root, MappingNode)
    assert [(key.text, key.line, key.column) for key, _ in root.entries] == [("schema", 1, 1), ("id", 2, 1)]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "r.yaml:1:1: the document is empty (begin it with schema: 1)"),
        ("# only a comment\n", "r.yaml:1:1: the document is empty (begin it with schema: 1)"),
        ("id: a: b\n", "r.yaml:1:6: a second ': ' in one line (put the text in quotes)"),
        (
            "id: 1\n  b: 2\n",
            "r.yaml:2:4: a key is not allowed here "
            "(check the indentation of this line, and that the one above has a colon)",
        ),
        ("id: 1\n\tb: 2\n", "r.yaml:2:1: a tab where spaces belong (indent with spaces)"),
        ("id: @x\n", "r.yaml:1:5: a text cannot begin with @ (put it in quotes)"),
        ("id: `x`\n", "r.yaml:1:5: a text cannot begin with ` (put it in quotes)"),
        ("id: 'x\n", "r.yaml:1:5: a quote that is never closed (close it with the same quote)"),
        ("id: [1, 2\n", "r.yaml:1:5: a list that does not close (separate with commas and end it with ])"),
        ("id: {a: 1 b: 2}\n", "r.yaml:1:12: a mapping that does not close (separate with commas and end it with })"),
        (
            'id: "\\q"\n',
            "r.yaml:1:6: a backslash that means nothing (use single quotes, or write two backslashes)",
        ),
        (
            "a:\n  - x\n - y\n",
            "r.yaml:3:2: this line does not fit the ones above (check the indentation, quotes and commas)",
        ),
        ("- a\nb: 1\n", "r.yaml:2:1: a list item without its dash (begin it with '- ' like the others)"),
        (
            "a: 1\n---\nb: 1\n",
            "r.yaml:2:1: a second document begins here (one file holds one document: delete the ---)",
        ),
        ("%YAML 1.1\n---\na: 1\n", "r.yaml:1:1: a line that begins with % is not allowed (delete it)"),
        ("a: !!str x\n", "r.yaml:1:4: !!str is a tag (delete it, or put the text in quotes)"),
        ("a: !python/object:os.system x\n", "r.yaml:1:4: !python/object:os.system is a tag "
         "(delete it, or put the text in quotes)"),
        ("a: &x b\n", "r.yaml:1:4: &x is an anchor (delete it, or put the text in quotes)"),
        ("a: *x\n", "r.yaml:1:4: *x is an alias (write the value out, or quote the text)"),
        ("? [a]\n: 1\n", "r.yaml:1:3: a key must be a word (put a text that begins with [ or { in quotes)"),
        ("{a}: 1\n", "r.yaml:1:1: a key must be a word (put a text that begins with [ or { in quotes)"),
        ("a: 1\nb: 2\na: 3\n", "r.yaml:3:1: the key 'a' is here twice (it is already on line 1: keep one)"),
        ("a: x\0y\n", "r.yaml:1:5: the character U+0000 is not allowed (delete it)"),
        ("a: 1\nb: \x1b[31m\n", "r.yaml:2:4: the character U+001B is not allowed (delete it)"),
        ("a: \ud800\n", "r.yaml:1:4: the character U+D800 is not allowed (delete it)"),
        ("a: x\u202ey\n", "r.yaml:1:5: the character U+202E is not allowed (delete it)"),
        ("a: x\ufeffy\n", "r.yaml:1:5: the character U+FEFF is not allowed (delete it)"),
        ('a: "x\\0"\n', "r.yaml:1:4: the character U+0000 is not allowed in a text (delete its escape)"),
        (f"{'k' * 65}: 1\n", f"r.yaml:1:1: the key '{'k' * 37}...' is longer than 64 characters "
         "(put a text with a colon in quotes)"),
    ],
)  # fmt: skip
def test_what_is_refused_and_how(text, message):
    assert problems_of(text) == [message]


def test_problems_that_leave_it_readable_are_told_together():
    assert problems_of("a: &x 1\na: 2\nb: *x\n") == [
        "r.yaml:1:4: &x is an anchor (delete it, or put the text in quotes)",
        "r.yaml:3:4: *x is an alias (write the value out, or quote the text)",
    ]
    assert problems_of("a: &x 1\nb: !t 2\na: 2\n") == [
        "r.yaml:1:4: &x is an anchor (delete it, or put the text in quotes)",
        "r.yaml:2:4: !t is a tag (delete it, or put the text in quotes)",
        "r.yaml:3:1: the key 'a' is here twice (it is already on line 1: keep one)",
    ]


@pytest.mark.parametrize("opening", ["[", "{a: ", "- "])
def test_depth_is_limited(opening):
    closing = {"[": "]", "{a: ": "}", "- ": ""}[opening]
    parse(opening * MAX_DEPTH + "x" + closing * MAX_DEPTH, "r.yaml")
    for depth in (MAX_DEPTH + 1, 500, 20_000):
        (problem,) = problems_of(opening * depth + "x" + closing * depth)
        assert problem.endswith("the document is nested more than 12 deep (make it flatter)")


def test_size_is_limited():
    parse("a: " + "x" * (256 * 1024 - 3), "r.yaml")
    message = "r.yaml:1:1: the document is larger than 256 KiB (split it)"
    assert problems_of("a: " + "x" * (256 * 1024 - 2)) == [message]
    assert problems_of("a: " + "é" * (128 * 1024)) == [message]  # bytes count, not characters


def test_the_number_of_values_is_limited():
    parse("[" + "1," * (MAX_NODES - 2) + "]", "r.yaml")
    (problem,) = problems_of("[" + "1," * MAX_NODES + "]")
    assert "the document has more than 20000 values (split it)" in problem


def test_an_alias_bomb_is_refused_at_once():
    bomb = "a: &a [x]\n" + "".join(f"b{n}: &b{n} [*a, *a]\n" for n in range(40))
    assert len(problems_of(bomb)) == 3


def test_the_pure_parser_says_the_same(monkeypatch):
    import yaml

    texts = ["a: 1\n---\nb: 1\n", "a: 'x\n", "a: b: c\n", "a: [1\n", "a: *x\n", "", "a: @", 'a: "\\U00110000"']
    texts += ["[" * 500, "a: 1\n\tb: 1\n"]

    def all_problems() -> list[list[str]]:
        return [problems_of(text) for text in texts]

    with_c = all_problems()
    monkeypatch.setattr(yaml, "__with_libyaml__", False)
    without = all_problems()
    assert without == with_c
    assert at(parse("a: {b: [1, 'x']}", "r"), "a", "b", 1) == Scalar("x", False, 1, 12)
