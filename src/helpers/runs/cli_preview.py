"""`kit preview`: a client's report in the browser while an analyst works on it."""

import signal
import sys
from typing import Annotated

import typer

from helpers.runs.cli_notebooks import Client, find_client

_LOOK_EVERY_SECONDS = 0.03


def add_command(app: typer.Typer) -> None:
    """Register the command of this module."""
    app.command("preview")(preview)


def preview(
    client: Client,
    port: Annotated[int, typer.Option(min=0, max=65535, help="The port to serve at; by default one that is free.")] = 0,
    no_open: Annotated[bool, typer.Option("--no-open", help="Do not open the browser.")] = False,
) -> None:
    """Show a client's report in the browser, on this machine only, and make again what changes as its notebooks,
    parameter file, data or page template are saved. Ctrl-C ends it; nothing is published."""
    from helpers.runs.job import Job
    from helpers.runs.preview_server import PreviewServer, Site, serve_report
    from helpers.runs.publish import preview_folder
    from helpers.runs.states import latest_of
    from helpers.runs.warm import ForkServer, can_fork

    project, path = find_client(client)
    job = Job(path, project.root, project.notebooks, project.reports.resolve())
    if hasattr(signal, "SIGHUP"):
        signal.signal(signal.SIGHUP, _hang_up)  # a terminal that is closed leaves nothing behind either
    site = Site()
    if latest := latest_of(job.reports / job.slug):
        serve_report(latest, site)
    with PreviewServer(site, port) as served, preview_folder(job.reports / job.slug) as folder:
        server = ForkServer.start(job.notebooks) if can_fork() else None
        made = None
        try:
            print(served.address, flush=True)
            _say(f"Preview of {job.slug}. Ctrl-C ends it.")
            if not no_open:
                import webbrowser

                webbrowser.open(served.address)
            from helpers.runs.preview import Preview  # slow to import: the server is started meanwhile

            made = Preview(job, folder, site, server, _say)
            while True:
                if not made.turn():
                    made.wait(_LOOK_EVERY_SECONDS)
        except BaseException as error:
            from helpers.runs.pipeline import interruption

            if not isinstance(interruption(error), KeyboardInterrupt):
                raise
        finally:
            for number in (signal.SIGINT, signal.SIGTERM):
                signal.signal(number, signal.SIG_IGN)  # what is cleaned up is cleaned up to its end
            if made is not None:
                made.close()
            if server is not None:
                server.close()
    _say("The preview has ended.")


def _say(line: str) -> None:
    print(line, file=sys.stderr, flush=True)


def _hang_up(signum: int, frame: object) -> None:
    raise SystemExit(128 + signum)
