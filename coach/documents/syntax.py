"""What a YAML parser means, in plain English: one sentence and its cure for each of its complaints.

Knows the words of libyaml and of the pure Python scanner; it reads the text at the place to say more.
"""

from __future__ import annotations

from coach.documents.nodes import short

_SENTENCES = (
    ("could not find expected ':'", "a line without a colon after its key", "write key: value"),
    ("did not find expected key", "this line does not fit the ones above", "check the indentation, quotes and commas"),
    ("expected <block end>", "this line does not fit the ones above", "check the indentation, quotes and commas"),
    (
        "did not find expected '-' indicator",
        "a list item without its dash",
        "begin it with '- ' like the others",
    ),
    ("did not find expected ',' or ']'", "a list that does not close", "separate with commas and end it with ]"),
    ("expected ',' or ']'", "a list that does not close", "separate with commas and end it with ]"),
    ("did not find expected ',' or '}'", "a mapping that does not close", "separate with commas and end it with }"),
    ("expected ',' or '}'", "a mapping that does not close", "separate with commas and end it with }"),
    ("found unexpected end of stream", "a quote that is never closed", "close it with the same quote"),
    ("block sequence entries are not allowed", "a list item is not allowed here", "begin the list on its own line"),
    ("sequence entries are not allowed", "a list item is not allowed here", "begin the list on its own line"),
    ("block mapping keys are not allowed", "a key is not allowed here", "begin it on its own line"),
    ("mapping keys are not allowed", "a key is not allowed here", "begin it on its own line"),
    ("unknown escape character", "a backslash that means nothing", "use single quotes, or write two backslashes"),
    ("escape sequence", "an escape that is no character", "write the character itself"),
    ("escape code", "an escape that is no character", "write the character itself"),
    ("did not find expected hexdecimal", "an escape that is no character", "write the character itself"),
    ("indentation indicator", "an indentation that cannot be read", "write > or | and nothing after it"),
    ("found unexpected document indicator", "a quote that is never closed", "close it with the same quote"),
    ("did not find expected <document start>", "text after the end of the document", "delete it"),
    ("expected '<document start>'", "text after the end of the document", "delete it"),
    ("comment or a line break", "text is not allowed after > or |", "begin the text on the next line"),
    ("comment or line break", "text is not allowed after > or |", "begin the text on the next line"),
    ("anchor", "an anchor or alias", "put a text that begins with & or * in quotes"),
    ("alias", "an anchor or alias", "put a text that begins with & or * in quotes"),
    ("tag", "a tag", "put a text that begins with ! in quotes"),
    ("directive", "a line that begins with % is not allowed", "delete it"),
)


def explain(problem: str, text: str, line: int, column: int) -> tuple[str, str]:
    """Return (what is wrong, cure) for the parser's `problem` at `line` and `column`, both from 1."""
    rows = text.split("\n")
    row = rows[line - 1] if line <= len(rows) else ""
    before, character = row[: column - 1], row[column - 1 : column]
    if character == "\t" or (not before.strip(" \t") and "\t" in before):
        return "a tab where spaces belong", "indent with spaces"
    if "mapping values are not allowed" in problem:
        if ": " in before:
            return "a second ': ' in one line", "put the text in quotes"
        return "a key is not allowed here", "check the indentation of this line, and that the one above has a colon"
    if "cannot start any token" in problem and character:
        return f"a text cannot begin with {short(character)}", "put it in quotes"
    for words, what, cure in _SENTENCES:
        if words in problem:
            return what, cure
    return "this cannot be read", "check the indentation, quotes and brackets on this line and the one above"
