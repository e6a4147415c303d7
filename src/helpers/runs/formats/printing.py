"""A page printed to a PDF by the Chromium, Chrome or Edge that is installed: without a window, network or traces."""

import os
import re
import shutil
import signal
import subprocess
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

from helpers.errors import InputError

BROWSER = "KIT_BROWSER"  # in the environment: the program to print with
LONGEST = 90.0  # seconds a print may take; a report takes two or three
_OLDEST = 131  # the first that prints page numbers at the foot
_INSTALL = f"Install Chromium, Chrome or Edge, or name the program in the environment variable {BROWSER}"
_NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome", "microsoft-edge", "msedge")
_MAC = ("Google Chrome", "Chromium", "Microsoft Edge")
_WINDOWS = ("Google/Chrome/Application/chrome.exe", "Microsoft/Edge/Application/msedge.exe")
# No sandbox: it refuses root and many containers, and the page is our own, which runs and loads nothing. Small shared
# memory, as containers have it, is not used. The rest keeps it from talking to anybody.
_FLAGS = (
    *("--headless", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--no-first-run", "--hide-scrollbars"),
    *("--disable-background-networking", "--disable-component-update", "--disable-sync", "--disable-extensions"),
    *("--disable-default-apps", "--no-default-browser-check", "--host-resolver-rules=MAP * ~NOTFOUND"),
    "--user-agent=Customer report kit",  # which a PDF names as its maker
    *("--no-pdf-header-footer", "--export-tagged-pdf", "--generate-pdf-document-outline"),
)


def find_browser() -> str:
    """The program to print with; raises InputError where there is none."""
    named = os.environ.get(BROWSER, "").strip()
    if named:
        found = shutil.which(named)
        if found is None:
            raise InputError(f'"{named}" is no program', where=BROWSER, mend="Name a Chromium, Chrome or Edge")
        return found
    places = [program for name in _NAMES if (program := shutil.which(name))]
    if sys.platform == "darwin":
        places += [f"/Applications/{name}.app/Contents/MacOS/{name}" for name in _MAC]
    if sys.platform == "win32":
        folders = [os.environ.get(name, "") for name in ("ProgramFiles", "ProgramFiles(x86)", "LOCALAPPDATA")]
        places += [str(Path(folder) / name) for name in _WINDOWS for folder in folders if folder]
    for place in places:
        if Path(place).is_file():
            return place
    raise InputError("it is printed by a browser, and none was found", mend=_INSTALL)


def print_page(browser: str, page: Path, printed: Path, longest: float = LONGEST) -> None:
    """Print the file `page` as the PDF `printed`; raises InputError where the browser fails or takes too long.

    longest: seconds
    """
    name = Path(browser).name
    with TemporaryDirectory(prefix="kit-print-", ignore_cleanup_errors=True) as profile:
        own = f"--user-data-dir={profile}"
        command = [browser, *_FLAGS, own, f"--print-to-pdf={printed.resolve()}", page.resolve().as_uri()]
        try:
            process = subprocess.Popen(
                command,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                start_new_session=True,
            )
        except OSError as error:
            raise InputError(f"{name} cannot be started: {error.strerror}", mend=_INSTALL) from error
        try:
            code = process.wait(longest)
        except subprocess.TimeoutExpired:
            raise InputError(
                f"{name} did not finish within {longest:.0f} seconds", mend="Try again when the machine is less busy"
            ) from None
        finally:
            _end(process)
    content = printed.read_bytes() if printed.is_file() else b""
    if code or not content.startswith(b"%PDF-"):
        raise InputError(f"{name} ended without printing it", mend="Start it once by hand to see why")
    version = re.search(rb"/Producer \(Skia/PDF m(\d+)\)", content)
    if version and int(version[1]) < _OLDEST:
        raise InputError(f"{name} is of version {int(version[1])}", mend=f"Install version {_OLDEST} or newer")


def _end(process: "subprocess.Popen[bytes]") -> None:
    """End the browser and all that it started."""
    if process.poll() is None:
        if hasattr(os, "killpg"):
            os.killpg(process.pid, signal.SIGKILL)
        else:
            process.kill()
        process.wait()
