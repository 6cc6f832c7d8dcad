#!/usr/bin/env bash
# Draws the added sheets of the annotated samples into workbooks/pictures/ and fails where something in them is cut or shows ###.
#   tests/sheets/pictures.sh [DEALERBOOK] [FOLDER]
# DEALERBOOK: the built program (target/release/dealerbook); FOLDER: where the pictures go. PYTHON: a Python that has openpyxl.
set -euo pipefail
cd "$(dirname "$0")/../.."
program=${1:-target/release/dealerbook}
folder=${2:-workbooks/pictures}
python=${PYTHON:-python3}
[ -x "$program" ] || { echo "no program at $program: build it first, or name it" >&2; exit 2; }
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
failed=0
draw() {    # NAME SAMPLE LANGUAGE [POLICY]
    local status=0
    "$program" run "$2" -o "$work/$1.xlsx" --lang "$3" --policy "${4:-handbook}" >"$work/$1.log" 2>&1 || status=$?
    if [ "$status" -gt 1 ] || [ ! -s "$work/$1.xlsx" ]; then     # 1: the data is at fault, and the workbook says where
        echo "$1: the program gave no workbook (exit code $status)"
        tail -n 5 "$work/$1.log"
        failed=1
        return
    fi
    "$python" tests/sheets/pictures.py --to "$folder" --name "$1" "$work/$1.xlsx" || failed=1
}
draw assessment-small workbooks/accepted/assessment-small.xlsx zh
draw assessment-small-en workbooks/accepted/assessment-small.xlsx en
draw messy-2007 workbooks/accepted/messy-2007.xlsx zh
draw shipments-2007 workbooks/accepted/shipments-2007.xlsx zh
draw progressive-2007 workbooks/accepted/progressive-2007.xlsx zh progressive
for sample in workbooks/programmes/*.py; do
    name=$(basename "$sample" .py)-small
    draw "$name" "workbooks/accepted/$name.xlsx" zh
done
draw planted-faults workbooks/rejected/planted-faults.xlsx zh
draw planted-faults-en workbooks/rejected/planted-faults.xlsx en
exit $failed
