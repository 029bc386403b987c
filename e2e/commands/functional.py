#!/usr/bin/python3
"""The functional tests that openstackclient and openstacksdk ship, against the clouds of $OS_CLIENT_CONFIG_FILE.

usage: functional.py LIST

LIST has the ids of tests that must pass, a line each; a test that fails, is skipped or is not there fails the run. The tests
are upstream's as they are. openstackclient's run `openstack` as a command; here each is a fork of this process, unless PLAIN=1.
"""
import os
import sys
import tempfile
import time
import unittest

import forked
from openstackclient.tests.functional import base
from tempest.lib import exceptions


def execute(cmd, fail_ok=False, merge_stderr=False):
    status, out, err = forked.run(forked.split(cmd), merge=merge_stderr)
    if status and not fail_ok:
        raise exceptions.CommandFailed(status, cmd, out, err)
    return out


class Result(unittest.TestResult):
    """Notes how each test ended."""

    def __init__(self):
        super().__init__()
        self.how = {}

    def addSuccess(self, test):
        self.how.setdefault(test.id(), ('passed', ''))

    def addFailure(self, test, err=None, details=None):
        self.note(test, 'failed', err, details)

    addError = addFailure
    addUnexpectedSuccess = addFailure

    def addSkip(self, test, reason=None, details=None):
        self.note(test, 'skipped', reason, details)

    def note(self, test, how, what, details):
        text = '\n'.join(v.as_text() for v in details.values()) if details else str(what)
        self.how[test.id()] = how, text


def main(name):
    began = time.monotonic()
    # Some tests have no variables; they look for the clouds at home.
    home = tempfile.TemporaryDirectory()
    os.environ['HOME'] = home.name
    os.makedirs(home.name + '/.config/openstack')
    clouds = os.environ['OS_CLIENT_CONFIG_FILE'] = os.path.abspath(os.environ['OS_CLIENT_CONFIG_FILE'])
    os.symlink(clouds, home.name + '/.config/openstack/clouds.yaml')
    wanted = [line.strip() for line in open(name) if line.strip() and not line.startswith('#')]
    if not os.environ.get('PLAIN'):
        forked.load('openstack')
        base.execute = execute
    # openstacksdk's upload a file of its sources, and want to be done in seconds unless told otherwise.
    os.environ.setdefault('OS_TEST_TIMEOUT', '60')
    os.environ.setdefault('OS_LOG_CAPTURE', '1')
    os.chdir(home.name)
    with open('CONTRIBUTING.rst', 'w') as f:
        f.write('the content of an image')
    suites = {}
    for test in wanted:
        suites.setdefault(test.rpartition('.')[0], []).append(test)
    result = Result()
    for tests in suites.values():  # a class at a time, as its setUpClass wants
        suite = unittest.TestSuite()
        for test in tests:
            try:
                suite.addTest(unittest.defaultTestLoader.loadTestsFromName(test))
            except Exception as e:
                result.how[test] = 'failed', str(e)
        suite.run(result)
    wrong = 0
    for test in wanted:
        group = 'setUpClass (%s)' % test.rpartition('.')[0]
        how, why = result.how.get(test) or result.how.get(group) or ('did not run', '')
        if how != 'passed':
            wrong += 1
            print('%s: %s\n%s' % (how, test, why[-1500:]))
    print('%d of %d functional tests passed in %d s' % (
        len(wanted) - wrong, len(wanted), time.monotonic() - began))
    sys.exit(wrong > 0)


if __name__ == '__main__':
    main(sys.argv[1])
