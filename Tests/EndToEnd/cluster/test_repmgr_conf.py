"""The reader of repmgr.conf in checks/repmgr/facts.yaml, tried against repmgr itself on files at random."""
import pytest
from commands import console, put
from course_files import SUPPORT, shipped_awk
from platform_values import repmgr


@pytest.mark.parametrize("seed", [1, 2])
def test_reader_and_repmgr_agree(cluster, seed):
    put("pg3", "/tmp/reader.awk", shipped_awk("repmgr", "    awk -v file={{repmgr.conf}}"))
    put("pg3", "/tmp/property.py", (SUPPORT / "repmgr_conf_property.py").read_text())
    said = console("pg3", f"cd /tmp && runuser -u postgres -- python3 /tmp/property.py /tmp/reader.awk {repmgr.program} {seed} 200; rm -f /tmp/reader.awk /tmp/property.py")
    taken, refused, differ = (int(words.split()[0]) for words in said.strip().split("\n")[-1].split(","))
    assert differ == 0, said
    assert taken > 20, said
    assert refused > 20, said
