"""The warm half of the bootstraps: is the private environment of this checkout good, and if so, into it.

It reads two small files and loads nothing but `os` and `sys`, because every `./scripts/coach` pays for it.
Making an environment is `_build.py`. Python 2.7 can read this file, so that an old Python says one helpful
line instead of a SyntaxError: no annotations, no f-strings, no `from __future__ import annotations` here.

An environment is good when its stamp, written last, fits: same checkout at the same place, same
pyproject.toml, and the Python it was made with still stands unchanged. Its interpreter is always started as
`python -m ...`: an environment is made under a temporary name, and on Windows its .exe files remember that.
"""

import os
import sys

NEEDED = (3, 11)
RESTARTED = "PSOAS_COACH_RESTARTED"
FOREIGN = ("PYTHONPATH", "PYTHONHOME", RESTARTED)
STAMP = "psoas-coach.stamp"
FORM = b"psoas-coach environment 1"
POSIX = os.name == "posix"
ROOT = os.path.dirname(os.path.dirname(os.path.realpath(__file__)))


def say(name, text):
    """Write one line for people; stdout stays data."""
    sys.stderr.write("%s: %s\n" % (name, text))


def encoded(path):
    """Return a path as the bytes that the stamp holds."""
    return path if isinstance(path, bytes) else os.fsencode(path)


def read(path):
    """Return the bytes of a file."""
    with open(path, "rb") as handle:
        return handle.read()


def identity(base):
    """Return size and time of the interpreter at `base` (bytes): another Python at the same path differs."""
    found = os.stat(base)
    return ("%d %d" % (found.st_size, found.st_mtime)).encode("ascii")


def interpreter(folder):
    """Return the path of the Python inside the environment `folder`."""
    return os.path.join(folder, "bin", "python") if POSIX else os.path.join(folder, "Scripts", "python.exe")


def stamped(folder):
    """Return the stamp as [form, checkout, base interpreter, its identity, "3.11", text of pyproject.toml].

    Raises OSError or IOError when there is none, and ValueError when it is not a stamp.
    """
    parts = read(os.path.join(folder, STAMP)).split(b"\n", 5)
    if len(parts) != 6 or parts[0] != FORM:
        raise ValueError("not a stamp")
    return parts


def ready(folder, version=None):
    """Return whether the environment may be used as it is; `version` ("3.11" as bytes) asks for that Python."""
    try:
        _, place, base, known, made_with, project = stamped(folder)
        return (
            place == encoded(ROOT)
            and project == read(os.path.join(ROOT, "pyproject.toml"))
            and version in (None, made_with)
            and known == identity(base)
            and os.access(interpreter(folder), os.X_OK)
        )
    except (OSError, IOError, ValueError):
        return False


def folders(name):
    """Return where the environment may be: in the checkout, or for one we cannot write in, in the cache."""
    import zlib

    if sys.platform == "darwin":
        cache = os.path.expanduser("~/Library/Caches")
    elif POSIX:
        cache = os.environ.get("XDG_CACHE_HOME") or os.path.expanduser("~/.cache")
    else:
        cache = os.environ.get("LOCALAPPDATA") or os.path.expanduser("~")
    unique = "%s-%08x" % (name, zlib.crc32(encoded(ROOT)) & 0xFFFFFFFF)
    return [os.path.join(ROOT, ".venv-" + name), os.path.join(cache, "psoas-coach", "environments", unique)]


def clean():
    """Return the environment variables without those that would let foreign packages into a private Python."""
    return dict((key, value) for key, value in os.environ.items() if key not in FOREIGN)


def called_as():
    """Return what the user types to start this script from where he stands, for the hints in messages."""
    typed = sys.argv[0]
    if not POSIX:
        return "py " + ('"%s"' % typed if " " in typed else typed)
    folder, name = os.path.split(typed)
    if folder in os.environ.get("PATH", "").split(os.pathsep):
        return name  # the shell found it, and it will again
    if not folder:
        typed = "./" + name  # `python3 coach` inside the folder
    if typed.replace("/", "").replace("-", "").replace("_", "").replace(".", "").isalnum():
        return typed
    return "'" + typed.replace("'", "'\\''") + "'"


def become(command, environ):
    """Run `command` in place of this process; on Windows wait for it and return its exit status."""
    if POSIX:
        sys.stdout.flush()
        sys.stderr.flush()
        try:
            os.execve(command[0], command, environ)
        except OSError as error:
            sys.stderr.write("%s cannot be started: %s\n" % (command[0], error.strerror))
            return 1
    import subprocess

    process = subprocess.Popen(command, env=environ)
    while True:
        try:
            return process.wait()
        except KeyboardInterrupt:  # the child got it too and decides what it means
            continue


def able(command):
    """Return whether the Python started by `command` is new enough and can make environments."""
    import subprocess

    probe = "import sys; sys.version_info >= %r or sys.exit(1); import ensurepip, venv" % (NEEDED,)
    with open(os.devnull, "r+") as null:
        try:  # pyenv's shims stand on the PATH for Pythons that do not start: only trying tells
            return subprocess.call(command + ["-c", probe], stdin=null, stdout=null, stderr=null, env=clean()) == 0
        except (OSError, IOError):
            return False


def another():
    """Return the command of the best other Python on the PATH that can make environments, or None."""
    names = ["python%d.%d" % (3, minor) for minor in (14, 13, 12, 11)] + ["python3", "python"]
    places = [place for place in os.environ.get("PATH", os.defpath).split(os.pathsep) if place]
    found = [[os.path.join(place, name)] for name in names for place in places] if POSIX else [["py", "-3"]]
    for command in found:
        if (not POSIX or os.access(command[0], os.X_OK)) and able(command):
            return command
    return None


def cure(script):
    """Return why this Python cannot make an environment, and what to do about it, in one line."""
    here = "%d.%d.%d" % sys.version_info[:3]
    if sys.version_info < NEEDED:
        return "Python %d.%d or newer is needed and this is %s: get it from https://www.python.org/downloads/" % (
            NEEDED + (here,)
        ) + ", then type: python3 %s" % (script,)
    return (
        "this Python (%s, %s) cannot make an environment because its module ensurepip is missing: "
        "on Debian or Ubuntu type: sudo apt install python%d.%d-venv; then again: %s"
        % ((sys.executable, here) + sys.version_info[:2] + (script,))
    )


def ensure(name, script, extra="", wished=""):
    """Return the interpreter of the environment `name`, which is made first where it is missing or out of date.

    `extra` is an extra of pyproject.toml to install; `wished` is one that may fail to install. A test
    environment (one with `extra`) has the Python that asks for it; else any good one will do. May replace the
    process by a newer Python that starts `script` again. Raises SystemExit after one line on stderr.
    """
    new = sys.version_info >= NEEDED
    version = ("%d.%d" % sys.version_info[:2]).encode("ascii") if extra and new else None
    for folder in folders(name):
        if ready(folder, version):
            return interpreter(folder)
    try:
        try:
            import ensurepip  # noqa: F401
        except ImportError:
            new = False
        if not new:
            command = None if os.environ.get(RESTARTED) else another()
            if command is None:
                say(name, cure(script))
                raise SystemExit(1)
            raise SystemExit(become(command + [script] + sys.argv[1:], dict(clean(), **{RESTARTED: "1"})))
        import _build

        return _build.build(name, folders(name), version, extra, wished)
    except KeyboardInterrupt:
        say(name, "stopped; nothing half-made was kept, the next call starts afresh")
        raise SystemExit(130)
