"""What lab walk --auto ends with, and the steps that it is told to go."""

# The rest of the course, after step trust.
LATER_STEPS = ["postgresql-conf", "access", "repmgr-conf", "primary", "standbys", "replication", "witness", "repmgrd", "switchover",
               "failover", "partitions", "backup", "acceptance"]


def proofs(output):
    """The table that a walk ends with: by step, red before, green after, and whether it is proved."""
    rows = {}
    for line in output.splitlines():
        words = line.split()
        if len(words) == 7 and words[1].isdigit() and "/" in words[3]:
            rows[words[0]] = {"red": words[3], "already": int(words[4]), "green": words[5], "proved": words[6] == "yes"}
    return rows
