"""Prints the default policy of an upstream service, a rule a line, for the services' testdata/policies-RELEASE.tsv:

    python3 record_rules.py keystone >../../../keystone/testdata/policies-zed.tsv
    PYTHONPATH=path/to/keystone python3 record_rules.py keystone >../../../keystone/testdata/policies-newest.tsv

The service's package has to be importable: Debian 12 has Zed's; the newest ones are of upstream's branch master of
November 2026, from checkouts in front of the path. Columns: name, kinds of token, check, and the name and the check of the
rule that it replaces.
"""
import importlib
import sys

module = {
    "keystone": "keystone.common.policies",
    "glance": "glance.policies",
    "cinder": "cinder.policies",
}[sys.argv[1]]
for rule in sorted(importlib.import_module(module).list_rules(), key=lambda r: r.name):
    old = rule.deprecated_rule
    print(rule.name, ",".join(sorted(rule.scope_types or [])), rule.check_str,
          old.name if old else "", old.check_str if old else "", sep="\t")
