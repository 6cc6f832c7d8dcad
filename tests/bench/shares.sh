#!/usr/bin/env bash
# Where the instructions of whole runs go, by stage: the released program under callgrind, on the workbooks of ../shared/peers.
#   tests/bench/shares.sh            S and M; L as well takes callgrind an hour
#   tests/bench/shares.sh S M L
# Another workbook of the same make is measured when its size is named as make_data.py knows it: 500:50000 is L in small.
set -euo pipefail
cd "$(dirname "$0")/../.."
peers=../shared/peers
if [ ! -f "$peers/make_data.py" ]; then
    echo "SKIPPED: the shares of the stages ($peers is not here)"
    exit 0
fi
if ! command -v valgrind > /dev/null; then
    echo "SKIPPED: the shares of the stages (valgrind is not installed)"
    exit 0
fi
# The lines are where a function's file is read from; they change nothing of the code.
CARGO_PROFILE_DIST_DEBUG=line-tables-only cargo build --profile dist --locked
program="${CARGO_TARGET_DIR:-target}/dist/dealerbook"
data="${TMPDIR:-/tmp}/dealer-peers"
mkdir -p "$data"
profiles=()
[ $# -gt 0 ] || set -- S M
for size in "$@"; do
    book="$data/${size/:/-}.xlsx"
    [ -f "$book" ] || python3 "$peers/make_data.py" "$size" "$book"
    profile="$data/${size/:/-}.callgrind"
    valgrind --tool=callgrind --callgrind-out-file="$profile" "$program" run "$book" -o "$data/out.shares.xlsx" > "$data/log.shares" 2>&1 ||
        { cat "$data/log.shares" >&2; exit 1; }
    profiles+=("$profile")
done
python3 tests/bench/shares.py "${profiles[@]}"
