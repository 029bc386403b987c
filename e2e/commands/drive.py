#!/usr/bin/python3
"""Drives command lines through a table of commands and what they must answer.

usage: drive.py [--folder FOLDER] [--patience SECONDS] TABLE...

The clouds devstack-admin, devstack and devstack-alt are those of $OS_CLIENT_CONFIG_FILE. README.md tells how tables read.
Every sub-command that a table says it covers must be in it. Each command is a fork of this process.
"""
import argparse
import json
import os
import re
import sys
import tempfile
import time

import forked
import yaml

NAMES = {'admin': 'devstack-admin', 'demo': 'devstack', 'alt_demo': 'devstack-alt'}


class Wrong(Exception):
    pass


def environment(user, volume=''):
    """How a user logs in, by environment, for programs that know no clouds.yaml; volume is Cinder's microversion."""
    with open(os.environ['OS_CLIENT_CONFIG_FILE']) as f:
        cloud = yaml.safe_load(f)['clouds'][NAMES[user]]
    env = {'OS_' + k.upper(): v for k, v in cloud['auth'].items()}
    return dict(env, OS_REGION_NAME=cloud['region_name'], OS_IDENTITY_API_VERSION='3', OS_VOLUME_API_VERSION=volume or '3', COLUMNS='400')


def table(out):
    """What a command printed: JSON, or the columns of a table; two of which the second is Value make one object."""
    text = out.strip()
    if text.startswith(('{', '[')):
        return json.loads(text)
    rows = []
    for line in text.split('\n'):
        cells = [cell.strip(' ') for cell in line[1:-1].split(' | ')]
        if not line.startswith('|'):
            continue
        if rows and not cells[0]:  # goes on from the line above
            rows[-1] = [a + b if a.endswith('-') or len(a) > 79 else (a + ' ' + b).strip(' ') for a, b in zip(rows[-1], cells)]
        else:
            rows.append(cells)
    if not rows:
        return {}
    head, rest = rows[0], rows[1:]
    if len(head) == 2 and head[1] == 'Value':
        return dict(r for r in rest if len(r) == 2)
    return [dict(zip(head, r)) for r in rest]


def shown(value):
    if isinstance(value, (dict, list)):
        return json.dumps(value, sort_keys=True)
    return 'None' if value is None else str(value)


class Driver:
    def __init__(self, folder, patience):
        self.folder = folder
        self.patience = patience
        self.names = {}
        self.env = {}
        self.driven = set()
        self.covers = []
        self.wrong = 0
        self.out = self.err = ''
        self.status = 0

    def filled(self, text):
        return re.sub(r'\{([A-Z_]+)\}', lambda m: self.names[m[1]], text)

    def play(self, name):
        commands = []
        with open(name) as f:
            for number, line in enumerate(f, 1):
                line = line.rstrip('\n')
                if not line.strip() or line.startswith('#'):
                    continue
                if line.startswith(' '):
                    commands[-1][2].append(line.strip())
                else:
                    commands.append((number, line, []))
        for number, line, checks in commands:
            try:
                self.step(line)
                if not any(c.startswith('fails') for c in checks) and self.status:
                    raise Wrong('exit status %d' % self.status)
                for check in checks:
                    self.check(check)
            except (Wrong, KeyError, ValueError, OSError) as e:
                self.wrong += 1
                print('%s:%d: %s\n  %s: %s\n%s%s' % (name, number, line, type(e).__name__, e, self.out[-1500:], self.err[-1500:]))

    def step(self, line):
        self.out = self.err = ''
        self.status = 0
        word, _, rest = line.partition(' ')
        if word == 'as':
            self.env = environment(*rest.split())
        elif word == 'covers':
            self.covers.append(rest)
        elif word == 'file':
            file, _, text = rest.partition(' ')
            with open(os.path.join(self.folder, file), 'w') as f:
                f.write(self.filled(text))
        elif word == 'holds':
            file, _, text = rest.partition(' ')
            with open(os.path.join(self.folder, file)) as f:
                if f.read() != text:
                    raise Wrong('holds something else')
        elif word == 'until':
            self.until(rest)
        else:
            self.run(line)

    def run(self, line):
        args = forked.split(self.filled(line))
        self.driven.add(' '.join(args))
        self.status, self.out, self.err = forked.run(args, self.env, folder=self.folder)

    def until(self, rest):
        """until CHECK: COMMAND repeats a command, for clouds that take their time."""
        check, _, line = rest.partition(': ')
        end = time.monotonic() + self.patience
        while True:
            self.run(line)
            try:
                return self.check(check)
            except (Wrong, KeyError):
                if time.monotonic() > end:
                    raise
            time.sleep(0.2)

    def check(self, check):
        """One expectation of the last command."""
        check = self.filled(check)
        if check.startswith('fails'):
            wanted = check[len('fails'):].strip()
            if not self.status or wanted not in self.out + self.err:
                raise Wrong('exit status %d; wanted: %s' % (self.status, check))
        elif check.startswith('says not '):
            if check[9:] in self.out + self.err:
                raise Wrong(check)
        elif check.startswith('says '):
            if check[5:] not in self.out + self.err:
                raise Wrong(check)
        elif ' -> ' in check:
            path, name = check.split(' -> ')
            self.names[name] = shown(self.value(path))
        elif ' = ' in check or check.endswith(' ='):
            path, _, wanted = check.partition(' =')
            if shown(self.value(path)) != wanted.strip():
                raise Wrong('%s is %s' % (check, shown(self.value(path))))
        elif ' ~ ' in check:
            path, _, wanted = check.partition(' ~ ')
            if not re.search(wanted, shown(self.value(path))):
                raise Wrong('%s is %s' % (check, shown(self.value(path))))
        elif check.startswith('no row '):
            if self.row(check[7:]):
                raise Wrong(check)
        elif check.startswith('row '):
            if not self.row(check[4:]):
                raise Wrong(check)
        else:
            raise Wrong('no such check: ' + check)

    def row(self, conditions):
        """The first row of which all of COLUMN=VALUE, ... is true."""
        pairs = [c.split('=', 1) for c in conditions.split(', ')]
        rows = table(self.out) or []
        if isinstance(rows, dict):
            rows = [rows]
        return next((r for r in rows if all(shown(r.get(k)) == v for k, v in pairs)), None)

    def value(self, path):
        """FIELD of an object, or [COLUMN=VALUE] FIELD of a row."""
        m = re.match(r'\[(.*)\] (.*)', path)
        found = self.row(m[1]) if m else table(self.out)
        if found is None:
            raise Wrong('no row ' + m[1])
        field = m[2] if m else path
        if not isinstance(found, dict):
            raise Wrong('is a list')
        if field in found:
            return found[field]
        for step in field.split('.'):
            found = found[step]
        return found

    def uncovered(self):
        for group in self.covers:
            missing = [c for c in subcommands(group) if not any(d == c or d.startswith(c + ' ') for d in self.driven)]
            self.wrong += len(missing)
            for c in missing:
                print('not driven: ' + c)
            print('%s: %d sub-commands' % (group, len(subcommands(group))))


def subcommands(group):
    """All that a program has, as it says itself."""
    if group in ('glance', 'cinder'):
        words = forked.run([group, 'bash-completion'])[1].split()
        return sorted('%s %s' % (group, w) for w in words if not w.startswith('-') and w not in ('help', 'bash-completion', 'bash_completion'))
    out = forked.run(['openstack', 'command', 'list', '--group', group, '-f', 'json'])[1]
    return sorted('openstack ' + c for g in json.loads(out) for c in g['Commands'])


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument('--folder')
    parser.add_argument('--patience', type=int, default=60, metavar='SECONDS', help='that until waits at most')
    parser.add_argument('tables', nargs='+')
    args = parser.parse_args()
    began = time.monotonic()
    with tempfile.TemporaryDirectory() as temporary:
        os.environ['HOME'] = temporary  # glance keeps schemas there
        driver = Driver(args.folder or temporary, args.patience)
        for name in args.tables:
            with open(name) as f:
                for program in sorted({w for w in re.findall(r'^(\w+) ', f.read(), re.M) if w in forked.MAINS} - set(sys.modules)):
                    forked.load(program)
            driver.play(name)
        driver.uncovered()
    print('%d commands, %d mistakes, in %d s' % (len(driver.driven), driver.wrong, time.monotonic() - began))
    sys.exit(driver.wrong > 0)


if __name__ == '__main__':
    main()
