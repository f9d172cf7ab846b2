"""A PostgreSQL server of its own on loopback, for the tests of the gradebook."""
import glob
import os
import shutil
import socket
import subprocess
import tempfile

PROGRAMS = (sorted(glob.glob("/usr/lib/postgresql/*/bin")) or ["/usr/bin"])[-1]
PASSWORD = "not:a\\secret"


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class Server:
    """initdb, a role `lab` with a password, and a database `course` that it owns."""

    def __init__(self):
        self.folder = tempfile.mkdtemp(prefix="gradebook-")
        os.chmod(self.folder, 0o777)
        self.port = free_port()
        self.as_postgres(f"initdb -D {self.folder}/data -A trust -U postgres --no-sync")
        with open(f"{self.folder}/data/postgresql.conf", "a") as file:
            file.write(f"listen_addresses = '127.0.0.1'\nunix_socket_directories = '{self.folder}'\nfsync = off\nport = {self.port}\n")
        with open(f"{self.folder}/data/pg_hba.conf", "w") as file:
            file.write("local all all trust\nhost all all 127.0.0.1/32 scram-sha-256\n")
        self.start()
        quoted = PASSWORD.replace("'", "''")
        self.sql(f"CREATE ROLE lab LOGIN PASSWORD '{quoted}'", database="postgres")
        self.sql("CREATE DATABASE course OWNER lab", database="postgres")
        self.passwords = f"{self.folder}/pgpass"
        with open(self.passwords, "w") as file:
            file.write(f"127.0.0.1:{self.port}:*:lab:" + PASSWORD.replace("\\", "\\\\").replace(":", "\\:") + "\n")
        os.chmod(self.passwords, 0o600)
        self.address = f"postgresql://lab@127.0.0.1:{self.port}/course"

    def as_postgres(self, command):
        lead = ["runuser", "-u", "postgres", "--"] if os.getuid() == 0 else []
        result = subprocess.run([*lead, "sh", "-c", f"cd /tmp; PATH={PROGRAMS}:$PATH; {command}"], capture_output=True, text=True, stdin=subprocess.DEVNULL)
        assert result.returncode == 0, f"{command}: {result.stdout}{result.stderr}"
        return result.stdout

    def start(self):
        self.as_postgres(f"pg_ctl -D {self.folder}/data -l {self.folder}/log -w start >/dev/null 2>&1")

    def stop(self):
        self.as_postgres(f"pg_ctl -D {self.folder}/data -m immediate -w stop >/dev/null 2>&1")

    def sql(self, query, database="course"):
        """Rows, as lists of texts."""
        result = subprocess.run([f"{PROGRAMS}/psql", "-XAtq", "-F", "\x1f", "-h", self.folder, "-p", str(self.port), "-U", "postgres", "-d", database, "-v",
                                 "ON_ERROR_STOP=1"], input=query, capture_output=True, text=True)
        assert result.returncode == 0, result.stderr
        return [line.split("\x1f") for line in result.stdout.splitlines()]

    def end(self):
        try:
            self.stop()
        finally:
            shutil.rmtree(self.folder, ignore_errors=True)
