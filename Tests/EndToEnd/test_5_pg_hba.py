"""The reader of pg_hba.conf in checks/facts/postgresql.yaml, tried against PostgreSQL itself on files at random."""
import pathlib

import pytest
from conftest import console, put, shipped_awk

HERE = pathlib.Path(__file__).parent


@pytest.mark.parametrize("seed", [1, 2])
def test_reader_and_postgresql_agree(cluster, seed):
    put("pg3", "/tmp/reader.awk", shipped_awk("postgresql.yaml", "      -v addresses='{{#machines}}{{address}}"))
    put("pg3", "/tmp/property.py", (HERE / "pg_hba_property.py").read_text())
    said = console("pg3", f"cd /tmp && runuser -u postgres -- python3 /tmp/property.py /tmp/reader.awk $(ls -d /usr/lib/postgresql/15/bin /usr/pgsql-15/bin 2>/dev/null | head -n 1) {seed} 150; rm -f /tmp/reader.awk /tmp/property.py")
    sound, mistakes, logins, differ = (int(words.split()[0]) for words in said.strip().split("\n")[-1].split(","))
    assert differ == 0 and sound > 20 and mistakes > 20 and logins > 80, said
