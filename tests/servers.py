"""Throw-away database servers on a free port of this machine, run by an unprivileged user, gone when closed."""

import os
import shutil
import signal
import socket
import subprocess
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

PASSWORD = "p@ss/w:rd?#%"  # every character that has a meaning in a URL
QUOTED = "p%40ss%2Fw%3Ard%3F%23%25"


@dataclass(frozen=True)
class Server:
    """Its user is called kit; `url` opens the database shop."""

    scheme: str
    port: int

    def url(self, database: str = "shop", password: str = QUOTED, options: str = "") -> str:
        return f"{self.scheme}://kit:{password}@127.0.0.1:{self.port}/{database}{options}"


def missing(program: str, install: str) -> None:
    """Skip, or in continuous integration fail: there all programs must be tested with."""
    reason = f"{program} is not installed: {install}"
    if os.environ.get("CI") == "true":
        pytest.fail(reason)
    pytest.skip(reason)


@contextmanager
def postgres_server() -> Iterator[Server]:
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda p: int(p.parts[-3]))
    initdb = str(found[-1]) if found else shutil.which("initdb")
    if initdb is None:
        missing("PostgreSQL", "apt-get install postgresql")
        return
    with _folder("postgres") as (folder, as_user):
        secret, data = folder / "password", folder / "data"
        secret.write_text(PASSWORD, "utf-8")
        how = ["-U", "kit", "-A", "scram-sha-256", f"--pwfile={secret}", "--locale=C", "-E", "UTF8", "--no-sync"]
        subprocess.run([*as_user, initdb, "-D", str(data), *how], check=True, capture_output=True)
        port = free_port()
        program = str(Path(initdb).with_name("postgres"))
        fast = ["-c", "fsync=off", "-c", "max_connections=20"]
        command = [*as_user, program, "-D", str(data), "-h", "127.0.0.1", "-k", str(folder), "-p", str(port), *fast]
        with running(command, "ready to accept connections", signal.SIGQUIT):
            yield Server("postgresql", port)


@contextmanager
def mariadb_server() -> Iterator[Server]:
    program, install = (
        shutil.which("mariadbd", path=f"{os.environ['PATH']}:/usr/sbin"),
        shutil.which("mariadb-install-db"),
    )
    if program is None or install is None:
        missing("MariaDB", "apt-get install mariadb-server-core mariadb-client-core")
        return
    with _folder("nobody") as (folder, as_user):
        data = folder / "data"
        how = ["--no-defaults", "--basedir=/usr", f"--datadir={data}", "--skip-test-db", "--skip-name-resolve"]
        how.append("--auth-root-authentication-method=normal")
        subprocess.run([*as_user, install, *how], check=True, capture_output=True)
        init = folder / "init.sql"
        # One statement a line: the server reads the file so.
        init.write_text(
            "CREATE DATABASE shop CHARACTER SET utf8mb4;\n"
            f"CREATE USER kit@'127.0.0.1' IDENTIFIED BY '{PASSWORD}';\n"
            "GRANT ALL ON shop.* TO kit@'127.0.0.1';\n"
        )
        port = free_port()
        command = [*as_user, program, "--no-defaults", f"--datadir={data}", f"--socket={folder / 's'}"]
        command += [
            f"--port={port}",
            "--bind-address=127.0.0.1",
            "--skip-name-resolve",
            f"--init-file={init}",
            f"--pid-file={folder / 'pid'}",
        ]
        with running(command, "ready for connections", signal.SIGKILL):
            yield Server("mariadb", port)


@contextmanager
def _folder(user: str) -> Iterator[tuple[Path, list[str]]]:
    """A folder of the unprivileged user's own, and what makes a command run as that user: servers refuse root."""
    with tempfile.TemporaryDirectory(prefix="kit-server-") as name:
        folder = Path(name)
        if os.geteuid() != 0:
            yield folder, []
            return
        shutil.chown(folder, user)
        yield folder, ["setpriv", "--reuid", user, "--clear-groups"]


@contextmanager
def running(command: list[str], ready: str, stop: signal.Signals, folder: Path = Path("/")) -> Iterator[None]:
    """A program while it runs, from when it says the words `ready`."""
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, cwd=folder)
    assert process.stdout is not None
    drain = None
    try:
        said = []
        for line in process.stdout:
            said.append(line)
            if ready in line:
                break
        else:
            pytest.fail("The server did not start:\n" + "".join(said))
        drain = threading.Thread(target=process.stdout.read)  # a full pipe would stop the server
        drain.start()
        yield
    finally:
        process.send_signal(stop)  # at once: nothing is to be kept
        process.wait(timeout=60)
        if drain:
            drain.join()
        process.stdout.close()


def free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])


@contextmanager
def spark_server(folder: Path) -> Iterator[str]:
    """A Spark Connect server with two threads, quick with small tables; its address."""
    import pyspark

    if shutil.which("java") is None:
        missing("java", "apt-get install default-jre-headless")
    port = free_port()
    settings = {
        "spark.connect.grpc.binding.port": port,
        "spark.driver.memory": "2g",
        "spark.sql.adaptive.enabled": "false",
        "spark.sql.codegen.factoryMode": "NO_CODEGEN",
        "spark.sql.codegen.wholeStage": "false",
        "spark.sql.shuffle.partitions": 2,
        "spark.sql.warehouse.dir": folder / "warehouse",
        "spark.ui.enabled": "false",
    }
    command = [str(Path(pyspark.__file__).parent / "bin" / "spark-submit"), "--master", "local[2]"]
    command += ["--driver-java-options", "-XX:TieredStopAtLevel=1"]
    command += ["--class", "org.apache.spark.sql.connect.service.SparkConnectServer"]
    for name, value in settings.items():
        command += ["--conf", f"{name}={value}"]
    with running([*command, "spark-internal"], "Spark Connect server started", signal.SIGKILL, folder):
        yield f"sc://127.0.0.1:{port}"
