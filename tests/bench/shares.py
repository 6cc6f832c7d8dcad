#!/usr/bin/env python3
"""Where the instructions of a run go, by stage: reads what callgrind wrote (see shares.sh).

    shares.py FILE…            a table, a column for each file
    shares.py --top 30 FILE    the functions that cost most themselves, with the stage that each counts for

A line of code counts for the stage whose crate or room it stands in, wherever it was inlined. What stands nowhere in
particular (the standard library, the C library, small crates) counts for whoever called it, by the cost of the calls.
"Our XML" is the room package: markup that is read, patched and written. Valgrind knows no SHA instructions: what it
counts for SHA-256 costs a processor that has them a tenth of it, so the last line is told without it, too.
"""
import argparse
import re
from collections import Counter, defaultdict
from pathlib import Path

# The crates whose work has a stage of its own; all others work for their callers.
CRATES = {
    "calamine": "calamine", "quick-xml": "quick-xml",
    "zip": "zip", "flate2": "zip", "zlib-rs": "zip", "libz-rs-sys": "zip", "crc32fast": "zip",
    "rust_xlsxwriter": "rust_xlsxwriter", "sha2": "sha256", "clap": "start", "clap_builder": "start", "clap_lex": "start", "tokio": "start",
}
# The rooms of the program.
ROOMS = {
    "package": "our XML", "workbook": "validate", "validate": "validate", "schema": "policy, schemas", "policy": "policy, schemas",
    "programmes": "calculate", "annotate": "report", "report": "report", "cli": "start", "telemetry": "start", "pipeline": "report",
}
IN_LIBRARIES = ["calamine", "zip", "quick-xml", "our XML"]
STAGES = [*IN_LIBRARIES, "validate", "calculate", "policy, schemas", "report", "rust_xlsxwriter", "sha256", "start", "rest"]
CRATE = re.compile(r"/registry/src/[^/]+/(.+?)-\d[^/]*/")
ROOM = re.compile(r"(?:^|/)src/(?:(?:base|engine|output|server)/)?([a-z_]+)(?:\.rs|/)")
NAME = re.compile(r"<?(\w+)::(\w+)")
# Crates of the program that are one room.
ROOM_CRATES = {"dealerbook_package": "package", "dealerbook_cli": "cli"}


def stage_of(file):
    """The stage that a source file works for; None for its callers'."""
    crate = CRATE.search(file)
    if crate:
        return CRATES.get(crate[1])
    room = None if file.startswith("/rustc/") or "/library/" in file else ROOM.search(file)
    return ROOMS.get(room[1]) if room else None


def stage_of_function(function):
    """The stage that a function works for, by its file, else by its name; None for its callers'."""
    name = NAME.match(function[0])
    by_name = name and (ROOMS.get(ROOM_CRATES.get(name[1], name[2])) if name[1].startswith("dealerbook") else CRATES.get(name[1].replace("_", "-"), CRATES.get(name[1])))
    return stage_of(function[1]) or by_name


class Profile:
    """Own costs by function and source file, and calls between functions."""

    def __init__(self, path):
        self.own = defaultdict(Counter)           # function (name, the file that it stands in) → source file → own cost
        self.calls = defaultdict(Counter)         # called function → caller → cost of the calls
        self.read(path)

    def read(self, path):
        names = {"file": {}, "fn": {}}

        def name(kind, text):
            number, _, rest = text.partition(" ")
            if rest:
                names[kind][number] = rest
            return names[kind][number]

        function = file = called = None
        home = called_home = None
        for line in Path(path).open(encoding="utf-8", errors="replace"):
            key, equals, value = line.rstrip("\n").partition("=")
            if equals:
                if key == "fl":
                    file = home = name("file", value)
                elif key in ("fi", "fe"):
                    file = name("file", value)
                elif key == "fn":
                    function = (name("fn", value), home)
                    file = home
                elif key in ("cfi", "cfl"):
                    called_home = name("file", value)
                elif key == "cfn":
                    called = (name("fn", value), called_home or file)
                    called_home = None
                continue
            parts = line.split()
            if function is None or len(parts) < 2 or not (parts[0][0].isdigit() or parts[0][0] in "+-*"):
                continue
            if called is not None:
                self.calls[called][function] += int(parts[1])
                called = None
            else:
                self.own[function][file] += int(parts[1])

    def shares(self):
        """For each function without a stage of its own: the stages that it works for, adding up to 1."""
        homeless = {f for f in self.own.keys() | self.calls.keys() if stage_of_function(f) is None}
        shares = {f: Counter({"rest": 1.0}) for f in homeless}
        for _ in range(60):
            for function in homeless:
                callers = {c: cost for c, cost in self.calls[function].items() if c != function}
                total = sum(callers.values())
                if not total:
                    continue
                mixed = Counter()
                for caller, cost in callers.items():
                    own = stage_of_function(caller)
                    for stage, share in ({own: 1.0} if own else shares[caller]).items():
                        mixed[stage] += share * cost / total
                shares[function] = mixed
        return shares

    def rows(self):
        """(function, stage, own cost) of all."""
        shares = self.shares()
        for function, files in self.own.items():
            for file, cost in files.items():
                own = stage_of(file) or stage_of_function(function)
                for stage, share in ({own: 1.0} if own else shares[function]).items():
                    yield function, stage, share * cost


def table(profiles):
    sums = []
    for profile in profiles.values():
        stages = Counter()
        for _, stage, cost in profile.rows():
            stages[stage] += cost
        sums.append(stages)
    totals = [sum(stages.values()) for stages in sums]
    print("| stage | " + " | ".join(profiles) + " |\n|---|" + "---|" * len(sums))
    print("| all, millions of instructions | " + " | ".join(f"{total / 1e6:,.0f}" for total in totals) + " |")
    for stage in STAGES:
        print(f"| {stage} | " + " | ".join(f"{100 * s[stage] / t:.1f}%" for s, t in zip(sums, totals)) + " |")
    for label, left_out in [("calamine, zip and XML", "none"), ("the same without sha256", "sha256")]:
        inside = [sum(s[stage] for stage in IN_LIBRARIES) / (t - s[left_out]) for s, t in zip(sums, totals)]
        print(f"| {label} | " + " | ".join(f"{100 * share:.1f}%" for share in inside) + " |")


def top(profile, count):
    costs = Counter()
    for function, stage, cost in profile.rows():
        costs[function[0].split(" [")[0], stage] += cost
    total = sum(costs.values())
    for (function, stage), cost in costs.most_common(count):
        print(f"{100 * cost / total:5.1f}% {cost / 1e6:9.1f}  {stage:16} {function[:150]}")


def main():
    p = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    p.add_argument("--top", type=int), p.add_argument("files", nargs="+")
    a = p.parse_args()
    profiles = {Path(file).name.split(".")[0]: Profile(file) for file in a.files}
    if a.top:
        for name, profile in profiles.items():
            print(name), top(profile, a.top)
    else:
        table(profiles)


if __name__ == "__main__":
    main()
