#!/usr/bin/env python3
"""Compares the program's faults with those of Frictionless, cell by cell, over seeded workbooks with English labels.

    differential.py DEALERBOOK [--books N] [--seed N] [--keep FOLDER]

The schemas come from the running program (GET /v1/schemas) and go to Frictionless as they are served; beside our own sheets, workbooks
of a package that the program doesn't know (own.datapackage.json) are checked. Type, constraint and unique faults are compared by cell,
primary-key and foreign-key faults by row, since Frictionless names no cell there. What may differ is named in ALLOWED, and nothing else may.
Needs frictionless[excel].
"""
import argparse
import json
import os
import random
import re
import subprocess
import sys
import tempfile
import urllib.error
import urllib.request
import uuid
from datetime import date

import openpyxl
from frictionless import Detector, Package, system

HERE = os.path.dirname(os.path.abspath(__file__))
TOKEN = "differential"
CELL_CODES = {"type-error", "constraint-error", "unique-error"}
ROW_CODES = {"primary-key", "foreign-key"}
ALLOWED = {
    "lenient": "we read values whose meaning is certain (1,200; 2007/3/5; other case; a number as text), Frictionless doesn't",
    "part of a key": "a key with a blank or faulty part is not compared by us",
}


# --- the program ------------------------------------------------------------------------------------------------------------------


class Program:
    """The running server."""

    def __init__(self, path, folder):
        env = dict(os.environ, DEALERBOOK_ADMIN_TOKEN=TOKEN, RUST_LOG="error")
        command = [path, "serve", "--listen", "127.0.0.1:0", "--data", folder, "--lang", "en"]
        self.process = subprocess.Popen(command, env=env, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
        self.base = None
        for line in self.process.stdout:
            found = re.search(r"http://127\.0\.0\.1:\d+", line)
            if found:
                self.base = found.group(0)
                break
        if self.base is None:
            sys.exit("the program did not start")

    def ask(self, path, body=None, content_type=None):
        headers = {"Authorization": f"Bearer {TOKEN}", "Accept": "application/json"}
        if content_type:
            headers["Content-Type"] = content_type
        request = urllib.request.Request(self.base + path, data=body, headers=headers)
        try:
            with urllib.request.urlopen(request) as answer:
                return json.load(answer)
        except urllib.error.HTTPError as error:
            if error.code == 422:
                return json.load(error)
            sys.exit(f"{path}: {error.code} {error.read().decode()}")

    def validate(self, workbook, descriptor=None):
        boundary = uuid.uuid4().hex
        parts = [("workbook", "workbook.xlsx", open(workbook, "rb").read())]
        if descriptor is not None:
            parts.append(("schema", "datapackage.json", json.dumps(descriptor).encode()))
        body = b"".join(
            f'--{boundary}\r\nContent-Disposition: form-data; name="{name}"; filename="{file}"\r\n\r\n'.encode() + content + b"\r\n"
            for name, file, content in parts
        )
        return self.ask("/v1/validations?lang=en", body + f"--{boundary}--\r\n".encode(), f"multipart/form-data; boundary={boundary}")

    def stop(self):
        self.process.terminate()
        self.process.wait(timeout=60)


# --- workbooks --------------------------------------------------------------------------------------------------------------------


class Book:
    """A workbook in the making: for each resource its columns and rows, and the cells that only we read."""

    def __init__(self, r, package):
        self.r, self.resources = r, package["resources"]
        self.rows = {}
        self.columns = {}
        self.lenient = set()
        for resource in self.resources:
            self.fill(resource)
        for resource in self.resources:
            self.spoil(resource)

    def keys(self, resource):
        schema = resource["schema"]
        fields = set(schema.get("primaryKey", []))
        for key in schema.get("foreignKeys", []):
            fields.update(key["fields"])
        for other in self.resources:
            for key in other["schema"].get("foreignKeys", []):
                if key["reference"]["resource"] in (resource["name"], "" if other is resource else None):
                    fields.update(key["reference"]["fields"])
        return fields | {f["name"] for f in schema["fields"] if f.get("constraints", {}).get("unique")}

    def fill(self, resource):
        """Rows without a fault, and the columns in any order, some of those that may be missing left out."""
        r, name, fields, keys = self.r, resource["name"], resource["schema"]["fields"], self.keys(resource)
        shown = [f for f in fields if f["name"] in keys or f.get("constraints", {}).get("required") or r.random() < 0.8]
        r.shuffle(shown)
        self.columns[name] = shown
        rows, seen = [], set()
        for n in range(r.randint(5, 25)):
            row = {f["name"]: self.value(f, n) for f in shown}
            for key in resource["schema"].get("foreignKeys", []):
                target = key["reference"]["resource"] or name
                known = rows if target == name else self.rows.get(target)
                if known:
                    other = r.choice(known)
                    row.update(zip(key["fields"], (other[f] for f in key["reference"]["fields"])))
                elif target == name:
                    row.update((f, None) for f in key["fields"])
            primary = tuple(str(row[f]) for f in resource["schema"].get("primaryKey", []))
            if not primary or primary not in seen:
                seen.add(primary)
                rows.append(row)
        self.rows[name] = rows

    def value(self, field, n):
        """A value that nothing is wrong with."""
        r, rules = self.r, field.get("constraints", {})
        if not rules.get("required") and not rules.get("unique") and r.random() < 0.15:
            return None
        if "enum" in rules:
            return r.choice(rules["enum"])
        if "pattern" in rules:
            return f"AB-{1000 + n}"
        kind = field.get("type", "any")
        least, most = rules.get("minimum", rules.get("exclusiveMinimum", 0)), rules.get("maximum", 400)
        if kind == "integer":
            return 1000 + n if rules.get("unique") else r.randint(int(least) + 1, int(most))
        if kind == "number":
            return round(r.uniform(float(least) + 0.5, float(most)), 2)
        if kind == "date":
            return date(2007, r.randint(1, 12), r.randint(1, 28))
        if kind == "yearmonth":
            return f"2007-{r.randint(1, 12):02}"
        if kind == "year":
            return r.randint(1960, 2007)
        if kind == "boolean":
            return r.choice(field["trueValues"] + field["falseValues"])
        return f"{field['name'][:3]}{n:03}" if rules.get("unique") or field["name"].endswith(("_id", "_no")) else r.choice(["农资", "Depot", "丰禾公司"])

    def spoil(self, resource):
        """Plants faults, and values that only we read where no key depends on them."""
        r, name, keys = self.r, resource["name"], self.keys(resource)
        rows, touched = self.rows[name], set()
        clean = [dict(row) for row in rows]
        for _ in range(r.randint(2, 14)):
            field, at = r.choice(self.columns[name]), r.randrange(len(rows))
            if (at, field["name"]) in touched:
                continue
            touched.add((at, field["name"]))
            value, lenient = r.choice(self.faults(field, clean))
            if lenient and field["name"] in keys:
                continue
            rows[at][field["name"]] = value
            if lenient:
                self.lenient.add((name, at, field["name"]))
        if resource["schema"].get("primaryKey") and r.random() < 0.7:
            row, other = r.sample(rows, 2)
            row.update((f, other[f]) for f in resource["schema"]["primaryKey"])

    def faults(self, field, rows):
        """Values that are or may be wrong in a column, and whether only we read them."""
        rules, kind = field.get("constraints", {}), field.get("type", "any")
        options = [(None, False), (self.r.choice(rows)[field["name"]], False)]
        if "enum" in rules and kind == "string":
            options += [("nonsense", False), ("别的", False)]
            options += [(f" {value}", True) for value in rules["enum"][:1]]
        elif kind in ("number", "integer"):
            options += [("12a", False), ("待定", False), (-7, False), (100000, False), ("1.234,5", False), ("12", False), (True, False)]
            options += [("1,200", True), ("１２", True)] if not {"enum", "maximum"} & set(rules) else []
            options += [(7.5, False)] if kind == "integer" else []
        elif kind == "date":
            options += [("待定", False), ("2007-02-30", False), ("2007-03-05", False), (date(1999, 1, 1), False), ("2007/3/5", True), ("2007年3月5日", True), (39146, True)]
        elif kind == "yearmonth":
            options += [("2007-13", False), ("三月", False), ("2007/3", True), ("2007年3月", True), (date(2007, 3, 5), True)]
        elif kind == "year":
            options += [("二〇〇七", False), (1940, False), ("2007", False), (2007.5, False), ("2007年", True)]
        elif kind == "boolean":
            options += [("也许", False), (2, False), (field["trueValues"][0], False), (True, False), (f" {field['trueValues'][0]}", True)]
        elif "pattern" in rules:
            options += [("ab-12", False), ("AB-12345", False)]
        elif kind == "string":
            options += [("甲", False), ("a much longer text than most columns take", False)]
            options += [("zz999", False)] if field["name"].endswith(("_id", "_no", "_code")) else [(12, True)]
        return options

    def save(self, path):
        book = openpyxl.Workbook()
        book.remove(book.active)
        for resource in self.resources:
            sheet = book.create_sheet(resource["dialect"]["excel"]["sheet"])
            columns = [f["name"] for f in self.columns[resource["name"]]]
            sheet.append(columns)
            for row in self.rows[resource["name"]]:
                sheet.append([row[c] for c in columns])
        book.save(path)


# --- the comparison ---------------------------------------------------------------------------------------------------------------


def of_frictionless(package, path):
    """Their faults: (resource, row, field or None, code)."""
    local = json.loads(json.dumps(package))
    for resource in local["resources"]:
        resource["path"] = os.path.basename(path)
    with system.use_context(trusted=True):
        report = Package(local, basepath=os.path.dirname(path), detector=Detector(schema_sync=True)).validate()
    found = set()
    for task in report.tasks:
        for error in task.errors:
            if error.type in CELL_CODES:
                found.add((task.name, error.row_number, error.field_name, error.type))
            elif error.type in ROW_CODES:
                found.add((task.name, error.row_number, None, error.type))
            elif error.type not in {"blank-row", "missing-label"}:
                sys.exit(f"Frictionless can't read the package: {task.name}: {error.type}: {error.message}")
    return found


def of_ours(result):
    """Our faults in the same form, and for each row the fields that are blank or faulty."""
    found = set()
    for issue in result["issues"]:
        if issue["code"] in CELL_CODES:
            found.add((issue["resource"], issue["row"], issue["field"], issue["code"]))
        elif issue["code"] in ROW_CODES:
            found.add((issue["resource"], issue["row"], None, issue["code"]))
        elif issue["code"] in {"missing-label", "extra-label", "duplicate-label", "extra-sheet"} and issue["severity"] == "error":
            sys.exit(f"the workbook was not understood: {issue}")
    return found


def differences(book, package, theirs, ours):
    """What differs, and how often each allowance was made use of."""
    used = dict.fromkeys(ALLOWED, 0)
    names = {resource["name"]: resource for resource in package["resources"]}
    faulty = {(name, row, field) for name, row, field, code in theirs | ours if field and code != "unique-error"}

    def allowance(fault):
        name, row, field, code = fault
        if (name, row - 2, field) in book.lenient:
            # What we read may still break a constraint; they stop at its type.
            return "lenient" if (name, row, field, "type-error") in theirs or fault in theirs else None
        if code in ROW_CODES:
            schema = names[name]["schema"]
            keys = [schema.get("primaryKey", [])] if code == "primary-key" else [key["fields"] for key in schema["foreignKeys"]]
            cells = {(f, book.rows[name][row - 2][f]) for fields in keys for f in fields}
            if any(value in (None, "n/a") or (name, row, f) in faulty for f, value in cells):
                return "part of a key"
        return None

    wrong = []
    for fault in sorted(theirs ^ ours, key=str):
        reason = allowance(fault)
        if reason:
            used[reason] += 1
        else:
            name, row, field, code = fault
            value = book.rows[name][row - 2].get(field) if field else book.rows[name][row - 2]
            wrong.append(f"{'only Frictionless' if fault in theirs else 'only ours'}: {name} row {row} {field or ''} {code}: {value!r}")
    return wrong, used


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("program")
    parser.add_argument("--books", type=int, default=12)
    parser.add_argument("--seed", type=int, default=2007)
    parser.add_argument("--keep")
    args = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        program = Program(args.program, os.path.join(folder, "data"))
        try:
            served = program.ask("/v1/schemas")
            own = json.load(open(os.path.join(HERE, "own.datapackage.json"), encoding="utf-8"))
            failed, compared, used = 0, 0, dict.fromkeys(ALLOWED, 0)
            for n in range(args.books):
                r = random.Random(args.seed + n)
                ours = n % 3 != 2
                package = own
                if ours:
                    others = [resource for resource in served["resources"] if resource["name"] != "dealers"]
                    package = dict(served, resources=[served["resources"][0]] + r.sample(others, 6))
                book = Book(r, package)
                path = os.path.join(args.keep or folder, f"book-{args.seed + n}.xlsx")
                book.save(path)
                result = program.validate(path, None if ours else package)
                theirs, found = of_frictionless(package, path), of_ours(result)
                wrong, made = differences(book, package, theirs, found)
                compared += len(theirs & found)
                used = {key: used[key] + made[key] for key in used}
                if wrong:
                    failed += 1
                    print(f"book {args.seed + n}: {len(wrong)} differences\n  " + "\n  ".join(wrong[:12]))
        finally:
            program.stop()
    for key, count in used.items():
        print(f"allowed {count}: {key}: {ALLOWED[key]}")
    print(f"{args.books} workbooks, {compared} faults agree, {failed} workbooks differ")
    if failed or compared < 10 * args.books:
        sys.exit("the faults differ" if failed else "too few faults to compare")


if __name__ == "__main__":
    main()
