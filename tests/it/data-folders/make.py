"""Makes a data folder of a build: `make.py PROGRAM OUT.zip`, with the program of that build. README.md says what is in it.

It needs openpyxl, and nothing else than the checkout in which it stands.
"""

import io
import json
import os
import pathlib
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.parse
import urllib.request
import zipfile

import openpyxl

ROOT = pathlib.Path(__file__).resolve().parents[3]
SAMPLE = ROOT / "workbooks" / "accepted" / "assessment-small.xlsx"
PROGRESSIVE = ROOT / "workbooks" / "accepted" / "progressive-2007.xlsx"
ADDRESS = "127.0.0.1:18531"
ADMIN = "a-token-for-tests"
DEALERS = 12
EXAMPLE_FROM = "[[examples]]"


def own_policy(folder):
    """The handbook's figures as a company's own: only such are settled."""
    text = (ROOT / "schemas" / "policies" / "handbook.toml").read_text("utf-8")
    text = text[: text.find(EXAMPLE_FROM)] if EXAMPLE_FROM in text else text
    text = text.replace('rates = "example"', 'rates = "own"').replace('id = "handbook"', 'id = "own-1"')
    (folder / "own-1.toml").write_text(text, "utf-8")


def changed(path, change):
    book = openpyxl.load_workbook(path)
    change(book)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def column(sheet, label):
    row = next(row for row in sheet.iter_rows(max_row=20) if any(cell.value == label for cell in row))
    return next(cell for cell in row if cell.value == label)


def merge_falsified(book):
    """One 是 for the last two dealers: merged over both cells, and so in the first of them alone."""
    sheet = book["经销商档案"]
    label, last = column(sheet, "提供虚假资料"), sheet.max_row
    sheet.cell(last - 1, label.column).value = "是"
    sheet.cell(last, label.column).value = None
    sheet.merge_cells(start_row=last - 1, end_row=last, start_column=label.column, end_column=label.column)


def rename_regions(names):
    def change(book):
        sheet = book["经销商档案"]
        label = column(sheet, "区域")
        for row in range(label.row + 1, sheet.max_row + 1):
            cell = sheet.cell(row, label.column)
            cell.value = names[(row - label.row - 1) % len(names)]

    return change


def keep_few(book):
    """The first dealers alone, with what is theirs: a small run."""
    sheet = book["经销商档案"]
    label = column(sheet, "经销商编号")
    few = {sheet.cell(row, label.column).value for row in range(label.row + 1, label.row + 1 + DEALERS)}
    for sheet in book:
        labels = [cell for row in sheet.iter_rows(max_row=20) for cell in row if cell.value == "经销商编号"]
        if not labels:
            continue
        for row in range(sheet.max_row, labels[0].row, -1):
            if sheet.cell(row, labels[0].column).value not in few:
                sheet.delete_rows(row)


def both(first, second):
    def change(book):
        first(book)
        second(book)

    return change


def ask(method, path, body=None, token=ADMIN, kind="application/json"):
    body = json.dumps(body).encode() if kind == "application/json" and body is not None else body
    headers = {"Authorization": f"Bearer {token}", "Accept": "application/json"}
    if body is not None:
        headers["Content-Type"] = kind
    request = urllib.request.Request(f"http://{ADDRESS}{path}", body, headers, method=method)
    try:
        with urllib.request.urlopen(request) as answer:
            return json.loads(answer.read() or "null")
    except urllib.error.HTTPError as error:
        sys.exit(f"{method} {path}: {error.code} {error.read().decode()}")


def run(filename, workbook, policy, token):
    name = urllib.parse.quote(filename)
    result = ask("POST", f"/v1/runs?policy={policy}&filename={name}", workbook, token, "application/octet-stream")
    return result["run"]["id"]


def fill():
    people = [
        ("maker", "sales", []),
        ("checker", "finance", []),
        ("west", "sales", ["\u200b西北区"]),
        ("north", "sales", ["North West"]),
    ]
    tokens = {}
    for name, role, regions in people:
        made = ask("POST", "/v1/tokens", {"name": name, "role": role, "regions": regions})
        tokens[name] = made["token"]
    maker, checker = tokens["maker"], tokens["checker"]
    runs = {
        "stays": run("stays.xlsx", SAMPLE.read_bytes(), "own-1", maker),
        "merged": run("merged.xlsx", changed(SAMPLE, merge_falsified), "own-1", maker),
        "merged-unsettled": run("merged-unsettled.xlsx", changed(SAMPLE, merge_falsified), "handbook", maker),
        "regions": run("regions.xlsx", changed(PROGRESSIVE, both(keep_few, rename_regions(["涪陵", " 涪陵"]))), "progressive", maker),
        "west": run("west.xlsx", changed(SAMPLE, rename_regions(["西北区", " 西北区"])), "handbook", maker),
        "north": run("north.xlsx", changed(SAMPLE, rename_regions(["North West"])), "handbook", maker),
    }
    for name in ["stays", "merged"]:
        ask("POST", f"/v1/runs/{runs[name]}/settlement/submit", None, maker)
    # One of the two: the same dealers are not paid twice.
    ask("POST", f"/v1/runs/{runs['merged']}/settlement/approve", None, checker)
    return {"runs": runs, "tokens": tokens}


def main():
    program, out = sys.argv[1:]
    with tempfile.TemporaryDirectory() as folder:
        folder = pathlib.Path(folder)
        data, policies = folder / "data", folder / "policies"
        policies.mkdir()
        own_policy(policies)
        settings = {
            "DEALERBOOK_LISTEN": ADDRESS,
            "DEALERBOOK_DATA": str(data),
            "DEALERBOOK_POLICIES": str(policies),
            "DEALERBOOK_ADMIN_TOKEN": ADMIN,
        }
        server = subprocess.Popen([program], env={**os.environ, **settings})
        try:
            for _ in range(100):
                try:
                    urllib.request.urlopen(f"http://{ADDRESS}/readyz").close()
                    break
                except (urllib.error.URLError, ConnectionError):
                    time.sleep(0.2)
            known = fill()
        finally:
            server.terminate()
            server.wait()
        (data / "known.json").write_text(json.dumps(known, indent=1, ensure_ascii=False), "utf-8")
        with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as package:
            for path in sorted(path for path in data.rglob("*") if path.is_file()):
                package.write(path, path.relative_to(data))


main()
