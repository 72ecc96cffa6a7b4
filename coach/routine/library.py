"""Finds documents, shipped or the user's own, reads the ones that are asked for, and checks them together.

A user's document stands in for a shipped one of the same id. Nothing is read before it is needed, and
nothing twice by one Library. It does not know where the user's folder is: the caller says so.
"""

from __future__ import annotations

import contextlib
import os
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, TypeVar

from coach.documents import Document, read_file
from coach.documents.files import unreadable_because
from coach.documents.values import alike, is_id, nearest
from coach.errors import CoachError, DocumentError, Problem, UnknownName, UnreadableFile
from coach.routine.model import Movement, MovementStep, Pacing, Routine, Wording
from coach.routine.movement_document import movement_document
from coach.routine.routine_document import collect_routine, routine_document, walk

DATA = Path(__file__).parent.parent / "data"
"""The documents that come with the package: plain files, found without importlib.resources (slow)."""

_FOLDERS = ("routines", "movements", "wording")
_SUFFIXES = (".yaml", ".yml")

_T = TypeVar("_T", Routine, Movement)


@dataclass(frozen=True, slots=True)
class Examined:
    """A routine as far as it could be read, and what is wrong with it."""

    document: Document[Routine]
    form: tuple[Problem, ...]
    """Problems of the document alone; a value with one was replaced by a harmless one."""
    between: tuple[Problem, ...]
    """Problems between the routine and its movements; every value is as it is written."""


class Library:
    """The documents of one user: `routines/`, `movements/` and `wording/` in a folder, then the shipped ones."""

    def __init__(self, user_dir: Path | None = None, *, data_dir: Path = DATA) -> None:
        """Remember where to look; nothing is read yet. `user_dir` need not exist."""
        self._folders = [folder for folder in (user_dir, data_dir) if folder is not None]
        self._user_dir = user_dir
        self._movements: dict[str, Document[Movement]] = {}
        self._shut: frozenset[Path] = frozenset()

    def without_closed(self) -> tuple[Library, tuple[UnreadableFile, ...]]:
        """Return a library that goes without folders that may not be read, and an error for each of them.

        Every other way meets such a folder as UnreadableFile: what a document of the user's stands in for is unknown.
        """
        found = {}
        for path in (root / folder for root in self._folders for folder in _FOLDERS):
            try:
                os.listdir(path)  # noqa: PTH208
                os.stat(os.path.join(path, "."))  # noqa: PTH116, PTH118 - listed is not yet entered; Path drops the dot
            except (FileNotFoundError, NotADirectoryError):
                continue
            except OSError:
                found[path] = _closed(path)
        if not found:
            return self, ()
        open_ones = Library(self._user_dir, data_dir=self._folders[-1])
        open_ones._shut = frozenset(found)
        return open_ones, tuple(found.values())

    # --- routines -----------------------------------------------------------------------------

    def routine(self, name: str | Path) -> Routine:
        """Return the routine with this id, or in this file, checked against its movements.

        `name` as in `routine_document`. Raises UnknownName, UnreadableFile, or DocumentError with every problem.
        """
        text, path = self._routine_text(name)
        return self._checked(text, path).value

    def routine_document(self, name: str | Path) -> Document[Routine]:
        """Return the routine with its places, not yet checked against its movements.

        A text is a path when it has a separator, ends in .yaml or .yml, or is an existing file that is no
        routine's id; a Path always is. Raises UnknownName, UnreadableFile, DocumentError.
        """
        text, path = self._routine_text(name)
        return self._named(routine_document(text, path))

    def routine_from_text(self, text: str, path: str = "-") -> Routine:
        """Return the routine in `text`, checked; `path` is its name in messages. Raises DocumentError."""
        return self._checked(text, path).value

    def routine_ids(self) -> tuple[str, ...]:
        """Return the ids of all routines, sorted."""
        return self._ids("routines")

    def path_of(self, kind: Literal["routine", "movement"], name: str) -> Path | None:
        """Return the file of an id, or None when there is no such document."""
        return self._find(f"{kind}s", name)

    def origin(self, kind: Literal["routine", "movement"], name: str) -> Literal["shipped", "own"]:
        """Return whose document an id means. Raises UnknownName."""
        found = self._find(f"{kind}s", name)
        if found is None:
            raise UnknownName(kind, name, alike(name, self._ids(f"{kind}s")))
        return "own" if self._user_dir is not None and self._user_dir in found.parents else "shipped"

    # --- movements ----------------------------------------------------------------------------

    def movement(self, name: str) -> Movement:
        """Return the movement with this id. Raises UnknownName, UnreadableFile, DocumentError."""
        return self.movement_document(name).value

    def movement_document(self, name: str) -> Document[Movement]:
        """Return the movement with its places. Raises UnknownName, UnreadableFile, DocumentError."""
        if name not in self._movements:
            found = self._find("movements", name)
            if found is None:
                raise UnknownName("movement", name, alike(name, self.movement_ids()))
            self._movements[name] = self._named(movement_document(read_file(found), str(found)))
        return self._movements[name]

    def movement_ids(self) -> tuple[str, ...]:
        """Return the ids of all movements, sorted."""
        return self._ids("movements")

    def movements(self) -> tuple[tuple[Movement, ...], tuple[CoachError, ...]]:
        """Return the movements that can be read, in the order of their ids, and why each of the others cannot.

        Raises UnreadableFile for a folder that may not be read.
        """
        found: list[Movement] = []
        errors: list[CoachError] = []
        for name in self.movement_ids():
            try:
                found.append(self.movement(name))
            except (UnreadableFile, DocumentError) as error:
                errors.append(error)
        return tuple(found), tuple(errors)

    def stands_in(self, movement: str) -> bool:
        """Say whether this movement is the user's own and is taken instead of a shipped one."""
        path, shipped = self.path_of("movement", movement), self._folders[-1] / "movements"
        own = path is not None and self._user_dir in path.parents
        return own and any(_is_file(shipped / f"{movement}{suffix}") for suffix in _SUFFIXES)

    def is_shipped(self, path: str) -> bool:
        """Say whether the document at `path` comes with coach."""
        return self._folders[-1] in Path(path).parents

    # --- wording and pacing -------------------------------------------------------------------

    def wording(self, language: str = "en") -> Wording:
        """Return the coach's phrases in a language. Raises UnknownName, UnreadableFile, DocumentError."""
        from coach.routine.wording_document import wording_document

        found = self._find("wording", language.lower())
        if found is None:
            languages = self.languages()
            hint = f"there is wording for {', '.join(languages)}"
            raise UnknownName("language", language, nearest(language, languages), hint=hint)
        return wording_document(read_file(found), str(found)).value

    def languages(self) -> tuple[str, ...]:
        """Return the languages that there is wording for, sorted."""
        return self._ids("wording")

    def pacing(self) -> Pacing:
        """Return the table of times between things. Raises UnreadableFile, DocumentError."""
        from coach.routine.wording_document import read_pacing

        paths = [folder / "pacing.yaml" for folder in self._folders]
        path = next((path for path in paths if _is_file(path)), paths[-1])
        return read_pacing(read_file(path), str(path))

    # --- checks -------------------------------------------------------------------------------

    def problems(self, document: Document[Routine]) -> tuple[Problem, ...]:
        """Return what is wrong between a routine and its movements, in the order of the file.

        A movement's own document may be wrong too: its problems are among them.
        """
        from coach.routine.checks import cross_check

        return cross_check(self, document)

    def examined(self, text: str, path: str) -> Examined:
        """Return what the routine in `text` says with all that is wrong with it. Raises DocumentError.

        That only when it is no routine at all, or its id is not the name of its file in a library folder.
        """
        document, form = collect_routine(text, path)
        told = {(problem.line, problem.column) for problem in form}
        # A value that is already called wrong was replaced by a harmless one: nothing more is said of it.
        between = [
            problem
            for problem in self.problems(document)
            if problem.path != path or (problem.line, problem.column) not in told
        ]
        return Examined(document if form or between else self._named(document), tuple(form), tuple(between))

    def known_movements(self, routine: Routine) -> dict[str, Movement]:
        """Return those movements of `routine` that there are and that read, by id."""
        found: dict[str, Movement] = {}
        for _, step in walk(routine.steps):
            if isinstance(step, MovementStep) and step.movement not in found:
                with contextlib.suppress(UnknownName, UnreadableFile, DocumentError):
                    found[step.movement] = self.movement(step.movement)
        return found

    def _checked(self, text: str, path: str) -> Document[Routine]:
        examined = self.examined(text, path)
        if examined.form or examined.between:
            raise DocumentError([*examined.form, *examined.between])
        return examined.document

    def _routine_text(self, name: str | Path) -> tuple[str, str]:
        """Return the text of a routine and how messages name it."""
        if isinstance(name, Path) or _looks_like_path(name):
            return read_file(Path(name)), str(name)
        found = self._find("routines", name)
        if found is None and _is_file(name):
            return read_file(Path(name)), name
        if found is None:
            hint = "`coach list` shows the routines; a file's path works too"
            raise UnknownName("routine", name, alike(name, self.routine_ids()), hint=hint)
        return read_file(found), str(found)

    def _named(self, document: Document[_T]) -> Document[_T]:
        """Refuse a document of a library folder whose id is not the name of its file; others may have any."""
        path = Path(document.path)
        if document.value.id != path.stem and path.parent.parent in self._folders:
            what = f"the id '{document.value.id}' is not the name of the file"
            raise DocumentError([document.problem(("id",), what, f"write id: {path.stem}, or rename the file")])
        return document

    # --- files --------------------------------------------------------------------------------

    def _find(self, folder: str, name: str) -> Path | None:
        # An id is never joined to a path before it is known to be one.
        if not is_id(name):
            return None
        for root in self._roots(folder):
            for suffix in _SUFFIXES:
                path = root / folder / f"{name}{suffix}"
                try:
                    os.stat(path)  # noqa: PTH116 - a third of the time of Path.stat
                except (FileNotFoundError, NotADirectoryError):
                    continue
                except PermissionError as error:
                    raise _closed(root / folder) from error
                except OSError as error:
                    raise UnreadableFile(path, unreadable_because(error, path)) from error
                return path  # whatever it is: reading it tells
        return None

    def _ids(self, folder: str) -> tuple[str, ...]:
        names: set[str] = set()
        for root in self._roots(folder):
            try:
                files = os.listdir(root / folder)  # noqa: PTH208 - names only: no Path for each
            except (FileNotFoundError, NotADirectoryError):
                continue  # the user need not have the folder
            except OSError as error:
                raise _closed(root / folder) from error
            stems = (os.path.splitext(name) for name in files)  # noqa: PTH122
            names.update(stem for stem, suffix in stems if suffix in _SUFFIXES and is_id(stem))
        return tuple(sorted(names))

    def _roots(self, folder: str) -> list[Path]:
        return [root for root in self._folders if root / folder not in self._shut] if self._shut else self._folders


def _closed(folder: Path) -> UnreadableFile:
    return UnreadableFile(folder, "this folder cannot be read (permission denied)")


def _looks_like_path(name: str) -> bool:
    return "/" in name or os.sep in name or name.endswith((".yaml", ".yml"))


def _is_file(path: Path | str) -> bool:
    try:
        return os.path.isfile(path)  # noqa: PTH113 - a third of the time of Path.is_file
    except ValueError:  # a NUL in the name
        return False
