#!/usr/bin/env bash
# Dealerbook beside what users would reach for instead: CPU, time and memory of whole processes, in turn on the same workbooks.
#   tests/bench/peers.sh                        all sizes
#   tests/bench/peers.sh --sizes S --rounds 3   options are those of ../shared/peers/run.sh
set -euo pipefail
cd "$(dirname "$0")/../.."
peers=../shared/peers/run.sh
if [ ! -f "$peers" ]; then
    echo "SKIPPED: the comparison with the peers ($peers is not here)"
    exit 0
fi
cargo build --profile dist --locked
exec bash "$peers" "$@" -- "${CARGO_TARGET_DIR:-target}/dist/dealerbook" run {in} -o {out}
