#!/usr/bin/env bash
# Sixty-four clients upload the 200-dealer sample for a minute, each time under another name, so that nothing is known already.
#   tests/bench/load.sh [PROGRAM] [SECONDS]        needs wrk and python3; PROGRAM is a build of the profile dist
# Prints what wrk says (throughput, latencies), the statuses of all answers, and the server's peak memory.
set -euo pipefail
cd "$(dirname "$0")/../.."
program=$(realpath "${1:-target/dist/dealerbook}")
seconds=${2:-60}
folder=$(mktemp -d)
DEALERBOOK_ADMIN_TOKEN=load DEALERBOOK_UPLOADS_PER_PERSON_MAX=64 RUST_LOG=warn "$program" serve --listen 127.0.0.1:0 --data "$folder/data" --lang en >"$folder/out" 2>"$folder/log" &
server=$!
trap 'kill "$server" 2>/dev/null || true; wait "$server" 2>/dev/null || true; rm -rf "$folder"' EXIT
for _ in $(seq 100); do
    address=$(grep -o 'http://127.0.0.1:[0-9]*' "$folder/out" | head -n 1 || true)
    [ -n "$address" ] && break
    sleep 0.1
done
cat >"$folder/upload.lua" <<LUA
local file = io.open("workbooks/accepted/dealers-200.xlsx", "rb")
local body = file:read("*a")
local threads = 0
function setup(thread) thread:set("id", threads); threads = threads + 1 end
local sent, statuses = 0, {}
function request()
    sent = sent + 1
    return wrk.format("POST", "/v1/runs?filename=" .. id .. "-" .. sent .. ".xlsx", { ["Authorization"] = "Bearer load" }, body)
end
function response(status, headers)
    if status == 503 and not headers["Retry-After"] and not headers["retry-after"] then status = "503 without Retry-After" end
    statuses[status] = (statuses[status] or 0) + 1
    if sent % 50 == 0 then
        local out = io.open("$folder/statuses-" .. id, "w")
        for s, n in pairs(statuses) do out:write(s, " ", n, "\n") end
        out:close()
    end
end
LUA
wrk --threads 2 --connections 64 --duration "${seconds}s" --timeout 60s --latency -s "$folder/upload.lua" "$address/v1/runs"
echo "statuses (to within the last 50 of each thread):"
cat "$folder"/statuses-* | awk '{ n[$1] += $NF } END { for (s in n) print "  " s ": " n[s] }'
awk '/VmHWM|RssFile/ { print "  " $1, int($2 / 1024), "MB" }' "/proc/$server/status"
curl -s -H 'Authorization: Bearer load' "$address/metrics" | grep -E '^dealerbook_runs_total' || true
