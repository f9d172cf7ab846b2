"""A shelf with two labs: the course, and one of two machines with other roles, other accounts and a library of its own."""
import os
import shutil

from course_files import COURSE, FIXTURES, ROOT

PAIR = FIXTURES / "pair"


def shelf(folder):
    """Makes the shelf, and returns the environment in which lab finds it."""
    for name in ("labs", "checks"):
        (folder / name).mkdir(parents=True)
        for one in (ROOT / name).iterdir():
            (folder / name / one.name).symlink_to(one)
        for one in (PAIR / name).iterdir():
            shutil.copytree(one, folder / name / one.name)
    (folder / "sandbox").symlink_to(ROOT / "sandbox")
    # The same image as the course's machines have, which is there already.
    shutil.copytree(COURSE / "sandbox/debian13", folder / "labs/pair/sandbox/debian13")
    return {**os.environ, "LAB_PATH": str(folder)}
