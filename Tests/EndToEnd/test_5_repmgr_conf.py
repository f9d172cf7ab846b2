"""The reader of repmgr.conf in checks/facts/repmgr.yaml, tried against repmgr itself on files at random."""
import base64
import pathlib

import pytest
from conftest import console

HERE = pathlib.Path(__file__).parent


def reader():
    text = (HERE / "../../checks/facts/repmgr.yaml").read_text()
    start = text.index("    awk -v file={{repmgr.conf}}")
    lines = text[start:text.index("      '\n", start)].split("\n")[1:]
    return "\n".join(line[6:] for line in lines).replace("\\047", "'")


@pytest.mark.parametrize("seed", [1, 2])
def test_reader_and_repmgr_agree(cluster, seed):
    def put(name, text):
        console("pg3", f"echo {base64.b64encode(text.encode()).decode()} | base64 -d > /tmp/{name}; chmod 644 /tmp/{name}")

    put("reader.awk", reader())
    put("property.py", (HERE / "repmgr_conf_property.py").read_text())
    said = console("pg3", f"cd /tmp && runuser -u postgres -- python3 /tmp/property.py /tmp/reader.awk /usr/bin/repmgr {seed} 200; rm -f /tmp/reader.awk /tmp/property.py")
    taken, refused, differ = (int(words.split()[0]) for words in said.strip().split("\n")[-1].split(","))
    assert differ == 0 and taken > 20 and refused > 20, said
