# A chromedriver for the tests of one process, on a free port: its browsers have new folders for each session, and all of it is gone
# when its standard input ends. Says its address when it is up.
set -eu
if [ -n "${SKIP_BROWSER:-}" ] || ! command -v chromedriver >/dev/null || ! { command -v chromium || command -v google-chrome; } >/dev/null; then
    echo missing
    exit 0
fi
folder=$(mktemp -d /tmp/dealerbook-chrome.XXXXXX)
log=$folder/log
end() {
    trap - EXIT HUP INT TERM
    # Its browsers are of the same process group as this script, and of no other.
    kill "$driver" 2>/dev/null || true
    wait "$driver" 2>/dev/null || true
    for _ in 1 2 3 4 5; do rm -rf "$folder" 2>/dev/null && break || sleep 0.2; done
}
TMPDIR=$folder HOME=$folder chromedriver --port=0 </dev/null >"$log" 2>&1 &
driver=$!
trap end EXIT
trap 'exit 1' HUP INT TERM
port=
for _ in $(seq 200); do
    port=$(sed -n 's/.*started successfully on port \([0-9]*\).*/\1/p' "$log")
    [ -z "$port" ] || break
    sleep 0.1
done
[ -n "$port" ] || { cat "$log" >&2; exit 1; }
echo "http://127.0.0.1:$port/"
while read -r _; do echo done; done
