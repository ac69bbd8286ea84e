"""Reads a JUnit report as build servers do: consumers.py XSD < report

Prints one JSON array of {path, code, line, column, message, fails}; ends with an error where the report is not what Jenkins' schema says.
"""
import io
import json
import sys

import junitparser
from lxml import etree

report = sys.stdin.buffer.read()
etree.XMLSchema(etree.parse(sys.argv[1])).assertValid(etree.parse(io.BytesIO(report)))

found = []
suites = junitparser.JUnitXml.fromstring(report)
for suite in suites:
    if suite.failures != sum(1 for case in suite if case.result) or suite.tests != len(list(suite)):
        sys.exit(f"wrong numbers: {suite}")
    for case in suite:
        code, line, column = case.name.rsplit(":", 2)
        [failure] = case.result or [None]
        message = failure.message if failure else case.system_out.split("] ", 1)[1]
        found.append({"path": case.classname, "code": code, "line": int(line), "column": int(column),
                      "message": message, "fails": failure is not None})
if suites.tests != len(found) or suites.failures != sum(1 for it in found if it["fails"]):
    sys.exit("wrong totals")
json.dump(found, sys.stdout)
