#!/usr/bin/env bash
# Submits every workbook of a folder as one batch, waits until each has its outcome, and fetches all answers.
#   workbooks/submit-folder.sh FOLDER [RESULTS.zip]
# DEALERBOOK_URL (http://127.0.0.1:8080) and DEALERBOOK_TOKEN say where and as whom; RANK=all ranks the dealers of all files together.
# Exit code 0: every file was calculated; 1: some have errors in their data or could not be worked on (results.zip shows which); 2: no batch.
set -euo pipefail

folder=${1:?"usage: $0 FOLDER [RESULTS.zip]"}
results=${2:-results.zip}
url=${DEALERBOOK_URL:-http://127.0.0.1:8080}
token=${DEALERBOOK_TOKEN:?"DEALERBOOK_TOKEN is not set"}

# The token goes to curl by a file descriptor: arguments are seen by everybody on the machine.
call() { curl -sS --fail-with-body -H @<(printf 'Authorization: Bearer %s\n' "$token") "$@"; }

shopt -s nullglob nocaseglob
fields=()
for file in "$folder"/*.xls "$folder"/*.xls[xmb] "$folder"/*.ods; do
    # What Excel leaves beside an open workbook is none. Quotes let commas and semicolons stand in a name.
    [[ ${file##*/} == '~$'* ]] || fields+=(-F "workbooks=@\"${file//\"/\\\"}\"")
done
if [ "${#fields[@]}" = 0 ]; then
    echo "no workbook in $folder" >&2
    exit 2
fi

answer=$(call -D - "${fields[@]}" "$url/v1/batches?rank=${RANK:-each}") || { printf '%s\n' "$answer" >&2; exit 2; }
batch=$(sed -n 's/^[Ll]ocation: *\([^[:space:]]*\).*/\1/p' <<<"$answer")
echo "submitted: $url$batch"

# Each event tells how far the batch is. Where the connection is cut, as by a server that is stopped, another one is asked.
until events=$(call -N --max-time 3600 "$url$batch/events" | tee >(sed -un 's/.*"counts":{\([^}]*\)}.*/\1/p' >&2)) &&
    grep -q '^event: done' <<<"$events"; do
    sleep 2
done

call -o "$results" "$url$batch/results.zip"
echo "answers: $results"
last=$(grep -A 2 '^event: done' <<<"$events")
files=$(sed -n 's/.*"counts":{"files":\([0-9]*\).*/\1/p' <<<"$last")
batch=$(call "$url$batch")
calculated=$({ grep -o '"run_status":"\(ok\|partial\)"' <<<"$batch" || true; } | wc -l)
echo "$calculated of $files calculated"
[ "$calculated" = "$files" ] || exit 1
