"""The reader of pg_hba.conf in checks/postgresql/facts.yaml, tried against PostgreSQL itself on files at random."""
import pytest
from commands import console, put
from course_files import SUPPORT, shipped_awk
from platform_values import pg


@pytest.mark.parametrize("seed", [1, 2])
def test_reader_and_postgresql_agree(cluster, seed):
    reader = shipped_awk("postgresql", "      -v addresses='{{#machines}}{{address}}").replace("{{app_database}}", "labdb")
    assert "{{" not in reader
    put("pg3", "/tmp/reader.awk", reader)
    put("pg3", "/tmp/property.py", (SUPPORT / "pg_hba_property.py").read_text())
    said = console("pg3", f"cd /tmp && runuser -u postgres -- python3 /tmp/property.py /tmp/reader.awk {pg.bin} {seed} 150; rm -f /tmp/reader.awk /tmp/property.py")
    sound, mistakes, logins, differ = (int(words.split()[0]) for words in said.strip().split("\n")[-1].split(","))
    assert differ == 0, said
    assert sound > 20, said
    assert mistakes > 20, said
    assert logins > 80, said
