#!/usr/bin/python3
"""Says of each test that must pass whether it did.

usage: judge.py SUBUNIT_FILE RESULTS_FILE TRACES_FILE LIST...

RESULTS_FILE gets a line per test that ran: status, seconds, id, and the reason of a skip or a failure, whose traceback goes to
TRACES_FILE. The exit status is 1 if a listed test failed, was skipped or did not run.
"""
import re
import sys

import subunit
import testtools

source, results, traces, lists = sys.argv[1], sys.argv[2], sys.argv[3], sys.argv[4:]
ran = {}


def plain(test_id):
    return re.sub(r'\[.*\]$', '', test_id)


def note(test):
    if test['status'] in ('exists', 'inprogress'):
        return
    texts = {k: v.as_text().strip() for k, v in test['details'].items() if k in ('reason', 'traceback')}
    reason = texts.get('reason') or (texts.get('traceback') or '').split('\n')[-1]
    start, end = test['timestamps']
    took = (end - start).total_seconds() if start and end else 0
    ran[plain(test['id'])] = test['status'], took, reason, texts.get('traceback', '')


class Notes(testtools.StreamToDict):
    def __init__(self):
        super().__init__(note)


notes = Notes()
notes.startTestRun()
with open(source, 'rb') as f:
    subunit.ByteStreamToStreamResult(f, non_subunit_name='stdout').run(notes)
notes.stopTestRun()
with open(results, 'w') as f, open(traces, 'w') as g:
    for test, (status, took, reason, trace) in sorted(ran.items()):
        f.write('%s\t%.2f\t%s\t%s\n' % (status, took, test, reason))
        if trace:
            g.write('%s\n%s\n\n' % (test, trace))

wanted = [line.strip() for name in lists for line in open(name) if line.strip() and not line.startswith('#')]
wrong = 0
for test in wanted:
    status, _, reason, _ = ran.get(test, ('did not run', 0, '', ''))
    if status == 'did not run':
        # A class whose setUpClass fails is told by that name alone.
        status, _, reason, _ = ran.get('setUpClass (%s)' % test.rpartition('.')[0], (status, 0, '', ''))
    if status != 'success':
        wrong += 1
        print('%s: %s: %.300s' % (status, test, reason))
print('%d of %d listed tests passed' % (len(wanted) - wrong, len(wanted)))
sys.exit(wrong > 0)
