# A PostgreSQL server for the tests of one process: in a folder of its own, on a socket of its own, gone when its standard input ends.
# Says its folder when it is up, then `done` after each order: `create NAME`, `stop` (at once, as if it had crashed), `start`.
set -eu
newest=$(ls -d /usr/lib/postgresql/*/bin 2>/dev/null | sort -V | tail -n 1)
PATH=${newest:+$newest:}$PATH
if ! command -v initdb >/dev/null || ! command -v pg_ctl >/dev/null; then
    echo missing
    exit 0
fi
folder=$(mktemp -d /tmp/dealerbook-postgres.XXXXXX)
cd "$folder"
log=$folder/log
server() { pg_ctl -D data -w "$@" </dev/null >>"$log" 2>&1; }
begin() { server -o "-k $folder -c listen_addresses='' -c fsync=off -c max_connections=300" start; }
end() {
    outcome=$?
    [ "$outcome" = 0 ] || cat "$log" >&2
    server -m immediate stop || true
    cd /
    rm -rf "$folder"
}
trap end EXIT
trap 'exit 1' HUP INT TERM

initdb -D data -U postgres -A trust -E UTF8 --no-sync </dev/null >>"$log" 2>&1
begin
echo "$folder"
while read -r order name; do
    case $order in
        create) createdb -h "$folder" -U postgres "$name" </dev/null >>"$log" 2>&1 ;;
        stop) server -m immediate stop ;;
        start) begin ;;
        *) exit 1 ;;
    esac
    echo done
done
