#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-3-Clause
"""The alert rules and the dashboard: they load, alert when they should, and each
metric, label and drop reason that they name is in its list."""
import json
import os
import re
import shutil
import subprocess
import sys
import unittest

TOP = os.path.join(os.path.dirname(os.path.abspath(__file__)), '..', '..')
RULES = 'configs/prometheus/ixfabric.rules.yml'
DASHBOARD = 'configs/grafana/ixfabric.json'
# Labels that Prometheus adds.
ADDED = {'instance', 'job'}


def read(path):
    with open(os.path.join(TOP, path), encoding='utf-8') as file:
        return file.read()


def metrics():
    """By name: the type, and the labels."""
    found = {}
    for name, kind, labels in re.findall(
            r'^METRIC\(\w+, (\w+), (\w+), "([^"]*)"',
            read('fabric/api/metrics_list.h'), re.M):
        found['ixf_' + name] = (kind, set(re.findall(r'\w+', labels)) - {'or'})
    return found


METRICS = metrics()
REASONS = set(re.findall(r'^DROP\((\w+)', read('fabric/view/drop_list.h'),
                         re.M))


def faults_of(expression, legend=''):
    """What is wrong with an expression, and with the legend of its series."""
    faults = []
    named = re.findall(r'\bixf_\w+', expression)
    allowed = set(ADDED)
    for name in named:
        if name not in METRICS:
            faults.append('no metric ' + name)
        else:
            allowed |= METRICS[name][1]
    used = set(re.findall(r'(\w+)\s*(?:=~|!=|!~|=)\s*"', expression))
    for group in re.findall(r'(?:by|without|ignoring|on) \(([^)]*)\)',
                            expression):
        used |= set(re.findall(r'\w+', group))
    used |= set(re.findall(r'\{\{\s*(?:\$labels\.)?(\w+)\s*\}\}', legend))
    faults += ['no label ' + label for label in sorted(used - allowed)]
    for value in re.findall(r'reason=~?"([^"$]*)"', expression):
        faults += ['no reason ' + r for r in value.split('|')
                   if r not in REASONS]
    for name in named:
        if METRICS.get(name, ('',))[0] == 'COUNTER' and not re.search(
                r'(rate|increase|changes)\(' + name, expression):
            faults.append('a counter without its rate: ' + name)
    return faults


def rules():
    """The expressions of the rules, with the text that uses their labels."""
    for alert in read(RULES).split('- alert: ')[1:]:
        expression = re.search(r'expr: (?:>\n)?(.*?)\n        \w', alert,
                               re.S)[1]
        yield alert.split()[0], expression, re.sub(
            r'\{\{ \$value.*?\}\}', '', alert)


def panels():
    for panel in json.loads(read(DASHBOARD))['panels']:
        for target in panel.get('targets', []):
            yield panel['title'], target['expr'], target['legendFormat']


class Prometheus(unittest.TestCase):
    def test_names_are_in_the_lists(self):
        looked_at = 0
        for title, expression, legend in [*rules(), *panels()]:
            with self.subTest(title):
                self.assertEqual(faults_of(expression, legend), [])
                looked_at += len(re.findall(r'\bixf_', expression))
        self.assertGreater(looked_at, 70)

    def test_wrong_names_are_found(self):
        for expression, legend, fault in (
                ('ixf_port_operup == 0', '', 'no metric ixf_port_operup'),
                ('ixf_port_oper_up{prot="x"} == 0', '', 'no label prot'),
                ('sum by (lan) (ixf_port_macs)', '', 'no label lan'),
                ('ixf_port_macs', '{{mac}}', 'no label mac'),
                ('rate(ixf_port_drops_total{reason="mac_lok"}[1m])', '',
                 'no reason mac_lok'),
                ('ixf_port_drops_total > 0', '',
                 'a counter without its rate: ixf_port_drops_total')):
            self.assertEqual(faults_of(expression, legend), [fault])

    def test_the_dashboard_is_whole(self):
        dashboard = json.loads(read(DASHBOARD))
        numbers = [p['id'] for p in dashboard['panels']]
        self.assertEqual(len(numbers), len(set(numbers)))
        self.assertEqual([v['name'] for v in dashboard['templating']['list']],
                         ['datasource', 'instance', 'port'])
        taken = set()
        for panel in dashboard['panels']:
            at = panel['gridPos']
            cells = {(x, y) for x in range(at['x'], at['x'] + at['w'])
                     for y in range(at['y'], at['y'] + at['h'])}
            self.assertLessEqual(at['x'] + at['w'], 24, panel['title'])
            self.assertFalse(taken & cells, panel['title'])
            taken |= cells

    def test_alerts_are_raised_when_they_should(self):
        for command in (['check', 'rules', RULES],
                        ['test', 'rules', 'tests/conf/prometheus.test.yml']):
            done = subprocess.run(['promtool', *command], cwd=TOP, text=True,
                                  capture_output=True, check=False)
            self.assertEqual(done.returncode, 0, done.stdout + done.stderr)


if __name__ == '__main__':
    if shutil.which('promtool') is None:
        print('skipped: promtool is missing')
        sys.exit(77)
    unittest.main()
