"""The project's commands, for any machine with Python 3.11 and pip: `python3 dev.py help`.

It installs uv beside the project, makes .venv from a lock file with hashes, runs the verb in it.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from contextlib import suppress
from pathlib import Path

ROOT = Path(__file__).resolve().parent
BOOT = ROOT / ".boot"
VENV = ROOT / ".venv"
LOCKS = ROOT / "requirements"
WINDOWS = os.name == "nt"
FETCH_SECONDS_MAX = 300
BIN = VENV / ("Scripts" if WINDOWS else "bin")

EXTRAS = (
    *("postgres", "chat", "azure", "mcp", "ml", "deep", "spark", "web", "ui", "traces"),
    *("redis", "stream"),
)
SCREENS = ("--extra", "web", "--extra", "ui")
TEST = (*(word for extra in EXTRAS for word in ("--extra", extra)), "--group", "test")
EVERYTHING = (*TEST, "--group", "lint", "--group", "bench")
# Lock file -> what it holds. Each one contains the one before it, with the same versions.
LOCKED: dict[str, tuple[str, ...]] = {"base": (), "ui": SCREENS, "test": TEST, "dev": EVERYTHING}
# What images and releases are made of; each is a part of dev.lock, or beside it (build).
SLIM = tuple(
    word
    for extra in ("postgres", "chat", "azure", "mcp", "web", "traces", "redis", "stream")
    for word in ("--extra", extra)
)
SHIPPED: dict[str, tuple[str, ...]] = {
    "slim": (*SLIM, "pyproject.toml"),
    "server": (*SLIM, "--extra", "ui", "--extra", "ml", "pyproject.toml"),
    "build": ("--group", "pyproject.toml:build"),
}
COMPILE = [
    *("--quiet", "--universal", "--python-version", "3.11", "--upgrade", "--generate-hashes"),
    *("--no-emit-index-url", "--no-header", "--no-annotate"),
]

BESIDE_EACH_OTHER = ("-n", "2", "--dist", "loadfile")

HELP = """\
python3 dev.py VERB

  run [--port N]           open the demo company in the browser
  run --once               install the base only, make the demo company, show what it made
  test [PYTEST ARGS]       install what tests need, run them
  coverage                 run them measured, check the coverage gates: a good deal slower
  setup [--all]            install the base (or everything) into .venv, print what it weighs
  check [STEP...]          format, lint, types, imports, security, dependencies, docs, containers,
                           sbom
  proofs [NAME...] [--full] [--list]   reliability and security figures
  bench [NAME...]          speed beside other tools, as a table and JSON
  lock                     renew requirements/*.lock
"""


def main(words: list[str]) -> int:
    """Run one verb with its arguments."""
    verbs = {
        "run": run,
        "test": test,
        "coverage": coverage,
        "setup": setup,
        "check": check,
        "proofs": proofs,
        "bench": bench,
        "lock": lock,
    }
    if not words or words[0] not in verbs:
        sys.stdout.write(HELP)
        return 0 if words in (["help"], ["--help"], ["-h"]) else 2
    if sys.version_info < (3, 11):
        sys.stderr.write("net30 needs Python 3.11 or newer: run `python3.11 dev.py ...`\n")
        return 2
    os.chdir(ROOT)
    return verbs[words[0]](words[1:])


# --- verbs -------------------------------------------------------------------------------------


def run(words: list[str]) -> int:
    """Become the demo company in the browser, or `net30 demo`, for which the base is enough."""
    install("base" if "--once" in words else "ui")
    os.environ.setdefault("NET30_HOME", str(ROOT / "var" / "demo"))
    return become(BIN / "net30", "demo", *(words if "--once" in words else ("--serve", *words)))


def test(words: list[str]) -> int:
    """Run the tests, or with arguments those that pytest understands by them."""
    install("test")
    find_browser()
    return become(BIN / "python", "-m", "pytest", *(words or BESIDE_EACH_OTHER))


def coverage(_: list[str]) -> int:
    """Run all tests, measured against the coverage gates."""
    install("test")
    find_browser()
    for old in (*ROOT.glob(".coverage*"), *ROOT.glob("coverage.json")):
        old.unlink()
    measured = ("--cov", "--cov-report=", "--cov-report=json:coverage.json")
    tests = call(BIN / "python", "-m", "pytest", *BESIDE_EACH_OTHER, *measured)
    gates = call(BIN / "python", "-m", "tests.architecture.coverage_gates", "coverage.json")
    return tests or gates


def setup(words: list[str]) -> int:
    """Install only, then say what .venv weighs."""
    install("dev" if "--all" in words else "base")
    print_weight()
    return 0


def check(words: list[str]) -> int:
    """Everything a tool can check about the text of the project."""
    install("dev")
    return become(BIN / "python", "-m", "tests.architecture.check", *words)


def proofs(words: list[str]) -> int:
    """Print tries and failures of each proof."""
    install("test")
    return become(BIN / "python", "-m", "tests.proofs", *words)


def bench(words: list[str]) -> int:
    """Measure beside other tools."""
    install("dev")
    return become(BIN / "python", "-m", "bench", *words)


def lock(_words: list[str]) -> int:
    """Resolve the newest versions; the widest lock first, the others held to its versions."""
    uv = bootstrap()
    LOCKS.mkdir(exist_ok=True)
    held: tuple[str, ...] = ()
    chain = [(name, (*wanted, "pyproject.toml")) for name, wanted in reversed(LOCKED.items())]
    beside = [(name, (*wanted, "-c", str(LOCKS / "dev.lock"))) for name, wanted in SHIPPED.items()]
    for name, wanted in (*chain, *beside):
        target = LOCKS / f"{name}.lock"
        must(uv, "pip", "compile", *COMPILE, *wanted, *held, "-o", target)
        text = target.read_text()
        if "://" in text:
            sys.exit(f"{target.name} names a host: a lock file must serve every mirror")
        held = ("-c", str(target))
        count = sum("==" in line.partition(";")[0] for line in text.splitlines())
        sys.stdout.write(f"{target.relative_to(ROOT)}: {count} packages\n")
    return 0


# --- the machinery -----------------------------------------------------------------------------


def install(name: str) -> None:
    """Make .venv hold exactly one lock file, or the wider one that it already holds."""
    names = list(LOCKED)
    wider = [other for other in names[names.index(name) :] if stamp(other).exists()]
    name = wider[-1] if wider else name
    wanted = (LOCKS / f"{name}.lock").read_bytes() + (ROOT / "pyproject.toml").read_bytes()
    if stamp(name).exists() and stamp(name).read_bytes() == wanted:
        return
    uv = bootstrap()
    sys.stdout.write(f"installing {name} into .venv ...\n")
    sys.stdout.flush()
    if not (BIN / ("python.exe" if WINDOWS else "python")).exists():
        must(uv, "venv", "--quiet", "--clear", "--python", sys.executable, VENV)
    for other in names:
        stamp(other).unlink(missing_ok=True)
    must(uv, "pip", "sync", "--quiet", "--require-hashes", LOCKS / f"{name}.lock")
    must(uv, "pip", "install", "--quiet", "--no-deps", "-e", ".")
    stamp(name).write_bytes(wanted)


def find_browser() -> None:
    """Name a Chromium for the tests: the machine's, else one fetched by Playwright, else none."""
    if os.environ.get("CHROMIUM") or any(map(shutil.which, ("chromium", "chromium-browser"))):
        return
    own = "from playwright.sync_api import sync_playwright as p; print(p().start().chromium"
    asked = (BIN / "python", "-c", f"{own}.executable_path)")
    told = subprocess.run(asked, check=False, capture_output=True, text=True)
    fetched = Path(told.stdout.strip())
    if not fetched.is_file():
        with suppress(subprocess.TimeoutExpired):
            fetch = (BIN / "python", "-m", "playwright", "install", "chromium")
            subprocess.run(fetch, check=False, timeout=FETCH_SECONDS_MAX)
    if fetched.is_file():
        os.environ["CHROMIUM"] = str(fetched)
    else:
        sys.stdout.write("no Chromium here, and none could be fetched: tests in it are skipped\n")


def stamp(name: str) -> Path:
    """Name the file that says .venv holds this lock file."""
    return VENV / f"{name}.stamp"


def bootstrap() -> Path:
    """Install uv beside the project and let it use the index and certificates that pip uses."""
    uv = BOOT / "bin" / ("uv.exe" if WINDOWS else "uv")
    if not uv.exists():
        pip = (sys.executable, "-m", "pip", "--disable-pip-version-check")
        must(*pip, "install", "--quiet", "--root-user-action=ignore", "--target", BOOT, "uv>=0.9")
    os.environ["UV_PYTHON_DOWNLOADS"] = "never"
    os.environ["VIRTUAL_ENV"] = str(VENV)
    for of_pip, of_uv in (("index-url", "UV_DEFAULT_INDEX"), ("cert", "SSL_CERT_FILE")):
        value = pip_setting(of_pip)
        if value:
            os.environ.setdefault(of_uv, value)
    return uv


def pip_setting(name: str) -> str:
    """Read a setting of pip, from its files or the environment; uv does not look there."""
    command = (sys.executable, "-m", "pip", "--disable-pip-version-check", "config", "list")
    listed = subprocess.run(command, capture_output=True, text=True, check=False).stdout
    for line in listed.splitlines():
        key, _, value = line.partition("=")
        if key.endswith(f".{name}"):
            return value.strip("'\"")
    return ""


def print_weight() -> None:
    """Print the megabytes of .venv and its five heaviest packages."""
    packages = next(VENV.glob("[Ll]ib/**/site-packages"))
    sizes = {
        entry.name: sum(file.stat().st_size for file in files(entry)) / 1e6
        for entry in packages.iterdir()
    }
    heaviest = sorted(sizes.items(), key=lambda item: -item[1])[:5]
    sys.stdout.write(f".venv holds {sum(sizes.values()):.0f} MB of packages; the heaviest:\n")
    for name, megabytes in heaviest:
        sys.stdout.write(f"  {megabytes:6.0f} MB  {name}\n")


def files(entry: Path) -> list[Path]:
    """List the files of a package, or the file itself."""
    if entry.is_file():
        return [entry]
    return [path for path in entry.rglob("*") if path.is_file() and not path.is_symlink()]


def call(*command: str | Path) -> int:
    """Run a command and answer with its exit code."""
    sys.stdout.flush()
    return subprocess.run([str(word) for word in command], check=False).returncode


def must(*command: str | Path) -> None:
    """Run a command that has to succeed."""
    code = call(*command)
    if code:
        sys.exit(code)


def become(*command: str | Path) -> int:
    """Replace this process, so that signals and exit codes pass through unchanged."""
    if not WINDOWS:
        sys.stdout.flush()
        words = [str(word) for word in command]
        os.execv(words[0], words)
    return call(*command)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
