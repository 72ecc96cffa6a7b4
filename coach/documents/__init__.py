"""The strict reader of everything people write: one YAML dialect, one style of error, all problems at once.

`parse` makes a tree of nodes with places; `Reader` and `Fields` take values out of it and collect what is
wrong. They know no document in particular: routines, movements, wording and settings are read elsewhere.

    reader = Reader.of(text, path)
    fields = reader.document("a lexicon")           # checks `schema: 1`
    words = [... for item in fields.mappings("words", "a word")]
    fields.done()                                   # unknown and missing keys
    reader.finish()                                 # raises DocumentError when anything was wrong
"""

from __future__ import annotations

from coach.documents.document import Document
from coach.documents.files import read_file
from coach.documents.nodes import ListNode, MappingNode, Node, Scalar, at
from coach.documents.parse import parse
from coach.documents.reader import Fields, Reader
from coach.documents.values import Values

__all__ = [
    "Document",
    "Fields",
    "ListNode",
    "MappingNode",
    "Node",
    "Reader",
    "Scalar",
    "Values",
    "at",
    "parse",
    "read_file",
]
