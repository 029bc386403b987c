#!/usr/bin/env python3
"""Runs the README's first session against a fresh server and compares what it prints with what the README shows.

    scripts/readme_session.py FAUXSTACK_BINARY [--update]
    scripts/readme_session.py CLOUDS_YAML

The second form talks to a server that runs already, and that nobody has used yet.

Ids, dates and times differ from run to run and are not compared. With --update the README gets what was printed.
"""
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile

BLOCK = re.compile(r"(<!-- session -->\n```console\n)(.*?)(```\n)", re.S)
VARIABLE = [
    (re.compile(r"req-[0-9a-f-]{36}"), "REQUEST"),
    (re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}"), "UUID"),
    (re.compile(r"\b[0-9a-f]{32}\b"), "ID"),
    (re.compile(r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d(\.\d+)?(Z|\+0000)?"), "TIME"),
    (re.compile(r"[ -]{2,}"), " "),
]


def plain(text):
    for pattern, word in VARIABLE:
        text = pattern.sub(word, text)
    return text


def stranger():
    """The environment of somebody who has no cloud yet."""
    return {name: value for name, value in os.environ.items() if not name.startswith("OS_")}


def commands(session):
    """The commands of a session, each with the output that follows it."""
    for part in re.split(r"^\$ ", session, flags=re.M)[1:]:
        command, _, output = part.partition("\n")
        yield command, output


def main(subject, update):
    readme = pathlib.Path(__file__).resolve().parent.parent / "README.md"
    text = readme.read_text()
    session = BLOCK.search(text).group(2)
    wrong, ran, shown = 0, 0, ""
    with tempfile.TemporaryDirectory() as work:
        server = None
        if subject.endswith(".yaml"):
            shutil.copy(subject, f"{work}/clouds.yaml")
        else:
            server = subprocess.Popen(
                [subject, "serve", "--listen", "127.0.0.1:0", "--clouds-yaml", "clouds.yaml"],
                cwd=work, stdout=subprocess.PIPE, text=True)
        try:
            while server and not server.stdout.readline().startswith("# ready"):
                if server.poll() is not None:
                    sys.exit("the server ended before it was ready")
            shell = subprocess.Popen(["bash"], cwd=work, stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                                     stderr=subprocess.STDOUT, text=True, env=stranger())
            for command, expected in commands(session):
                shell.stdin.write(command + "\necho\necho '~~end~~'\n")
                shell.stdin.flush()
                output = ""
                for line in shell.stdout:
                    if line == "~~end~~\n":
                        break
                    output += line
                output = output.removesuffix("\n")
                ran += 1
                shown += f"$ {command}\n{output}"
                if plain(output) != plain(expected):
                    wrong += 1
                    if not update:
                        print(f"$ {command}\n--- the README shows\n{expected}--- it printed\n{output}")
        finally:
            if server:
                server.terminate()
                server.wait(10)
    if update:
        readme.write_text(BLOCK.sub(lambda m: m.group(1) + shown + m.group(3), text))
        return 0
    print(f"{ran - wrong} passed, {wrong} failed")
    return 1 if wrong or not ran else 0


if __name__ == "__main__":
    sys.exit(main(str(pathlib.Path(sys.argv[1]).resolve()), "--update" in sys.argv))
