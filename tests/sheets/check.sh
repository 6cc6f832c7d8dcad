#!/usr/bin/env bash
# What a spreadsheet program thinks of the annotated samples: the same figures when calculated afresh, lists that can be sorted, filtered and copied
# without a figure going wrong, and nothing cut on the added sheets.
#   tests/sheets/check.sh DEALERBOOK
set -euo pipefail
cd "$(dirname "$0")/../.."
program=${1:?the built program}
python=${PYTHON:-python3}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
failed=0
books=()
annotate() {    # NAME SAMPLE LANGUAGE; the policy is the one that the expected result names
    local status=0 policy
    policy=$(sed -n 's/^ "policy": "\(.*\)",$/\1/p' "${2%.xlsx}.expected.json")
    "$program" run "$2" -o "$work/$1.xlsx" --lang "$3" --policy "${policy:-handbook}" >"$work/log" 2>&1 || status=$?
    if [ "$status" -gt 1 ] || [ ! -s "$work/$1.xlsx" ]; then
        echo "$1: the program gave no workbook (exit code $status)"
        tail -n 5 "$work/log"
        failed=1
    else
        books+=("$work/$1.xlsx")
    fi
}
for sample in workbooks/accepted/*.xlsx; do
    annotate "$(basename "$sample" .xlsx)" "$sample" zh
done
annotate assessment-small-en workbooks/accepted/assessment-small.xlsx en
# the workbook over several: one without results among them, ranked
status=0
"$program" run workbooks/accepted/{assessment-small,dealers-200,messy-2007}.xlsx workbooks/rejected/faulty-small.xlsx \
    --consolidated "$work/consolidated.xlsx" --rank-all >"$work/log" 2>&1 || status=$?
if [ "$status" = 1 ] && [ -s "$work/consolidated.xlsx" ]; then
    books+=("$work/consolidated.xlsx")
else
    echo "consolidated: the program gave no workbook (exit code $status)"
    tail -n 5 "$work/log"
    failed=1
fi
# settlement workbooks: from a server, and those that the tests have put aside, of settlements with everything
"$python" tests/sheets/rebates.py "$program" "$work" >"$work/log" || { echo "rebates: the server gave no workbooks"; failed=1; }
for book in "$work"/rebates-*.xlsx "${CARGO_TARGET_DIR:-target}"/tmp/rebates-*.xlsx; do
    if [ -s "$book" ]; then books+=("$book"); else echo "SKIPPED: $book (cargo test --test it rebates makes it)"; fi
done
# that the check can fail at all: a wrong cent is planted
"$python" tests/sheets/recalculate.py "${books[@]}" || failed=1
"$python" tests/sheets/recalculate.py --plant "$work/assessment-small.xlsx" || failed=1
"$python" tests/sheets/recalculate.py --plant "$work/consolidated.xlsx" || failed=1
for sheet in 结算汇总 结算清单 返利结算单; do
    "$python" tests/sheets/recalculate.py --plant --sheet "$sheet" "$work/rebates-progressive-2007.xlsx" || failed=1
done
# that lists survive being sorted, filtered and copied: every sample, and a year of sixteen sheets; look-ups by place are planted
sorted_books=("$work"/*.xlsx)
for sample in workbooks/accepted/*.{xls,xlsb,ods} workbooks/rejected/*.{xlsx,xls,xlsb,ods} tests/it/reports/year-60-dealers.xlsx; do
    name=sorted-$(basename "$sample" | tr . -)
    status=0
    "$program" run "$sample" -o "$work/$name.xlsx" >"$work/log" 2>&1 || status=$?
    if [ "$status" -gt 1 ] || [ ! -s "$work/$name.xlsx" ]; then
        echo "$name: the program gave no workbook (exit code $status)"
        tail -n 5 "$work/log"
        failed=1
    else
        sorted_books+=("$work/$name.xlsx")
    fi
done
uno=
for candidate in "$python" python3 /usr/bin/python3; do
    if "$candidate" -c 'import uno' 2>/dev/null; then uno=$candidate; break; fi
done
if [ -n "$uno" ]; then
    lists=()
    for book in "${sorted_books[@]}"; do
        case $book in */consolidated.xlsx | */rebates-*) ;; *) lists+=("$book") ;; esac
    done
    # In two halves side by side: kinds of the same sample stand beside each other, and what is alike is sorted once.
    half=$((${#lists[@]} / 2))
    "$uno" tests/sheets/sorting.py "${lists[@]:0:half}" >"$work/sorted" 2>&1 &
    other=$!
    "$uno" tests/sheets/sorting.py "${lists[@]:half}" || failed=1
    wait "$other" || failed=1
    cat "$work/sorted"
    "$uno" tests/sheets/sorting.py --plant "$work/assessment-small.xlsx" "$work/accounts-small.xlsx" || failed=1
else
    echo "SKIPPED: sorting (no Python here has the module uno; Debian: python3-uno)"
fi
# that the sums are alive: one input of a sum on the sheet of incentives, and the sum (set once the sheet's layout is settled)
while read -r book sheet cell value total_sheet total_cell; do
    case $book in ''|'#'*) continue ;; esac
    "$python" tests/sheets/recalculate.py --change "$sheet" "$cell" "$value" --expect-change "$total_sheet" "$total_cell" "$work/$book.xlsx" || failed=1
done < <(cat tests/sheets/live.txt && "$python" workbooks/make_programmes.py --live)
# that a save by another program in between loses nothing and doubles nothing
if "$python" -c 'import openpyxl' 2>/dev/null; then
    "$python" -W ignore tests/sheets/roundtrip.py "$program" workbooks/rejected/{faulty-small,planted-faults}.xlsx workbooks/accepted/{assessment-small,messy-2007}.xlsx || failed=1
fi
if "$python" -c 'import openpyxl' 2>/dev/null && command -v pdftoppm >/dev/null 2>&1; then
    "$program" run workbooks/rejected/faulty-small.xlsx -o "$work/marked.xlsx" >/dev/null 2>&1 || [ $? = 1 ]
    "$python" tests/sheets/marks.py "$work/marked.xlsx" || failed=1
    PYTHON=$python tests/sheets/pictures.sh "$program" "${PICTURES:-$work/pictures}" || failed=1
else
    echo "SKIPPED: pictures and widths (openpyxl or pdftoppm is not here)"
fi
exit $failed
