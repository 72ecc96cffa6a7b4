"""Which speech packages are installed, found by looking at folders: no import of them, no package metadata parser.

Part of the warm path: `importlib.metadata` alone would cost more than the rest of opening a voice.
"""

from __future__ import annotations

import os


def package_folder(module: str) -> str | None:
    """Return the folder of an importable top-level package, or None. The package is not imported."""
    from importlib.machinery import PathFinder

    try:
        found = PathFinder.find_spec(module)
    except (ImportError, ValueError, OSError):
        return None
    if found is None:
        return None
    if found.submodule_search_locations:
        return next(iter(found.submodule_search_locations), None)
    return os.path.dirname(found.origin) if found.origin else None  # noqa: PTH120


def package_version(module: str, distribution: str) -> str | None:
    """Return the version of the distribution that holds `module`, or None when it is not installed.

    Read from the name of the dist-info folder beside the package; where there is none (an unusual
    installation) the slow reader of the standard library is asked, and "unknown" is the last answer.
    """
    folder = package_folder(module)
    if folder is None:
        return None
    start = distribution.replace("-", "_").lower() + "-"
    try:
        names = os.listdir(os.path.dirname(folder))  # noqa: PTH120, PTH208 - pathlib costs more than the call
    except OSError:
        names = []
    for name in names:
        if name.endswith(".dist-info") and name.lower().startswith(start):
            return name[len(start) : -len(".dist-info")]
    import importlib.metadata

    try:
        return importlib.metadata.version(distribution)
    except importlib.metadata.PackageNotFoundError:
        return "unknown"
