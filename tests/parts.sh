# Sourced by .ci/run and tests/run: a script in parts, of which it says at its end how long each took, however it ends.
part=
part_start=0
parts=()
begin_part() {
    end_part
    part=$1
    part_start=$SECONDS
    printf '\n== %s\n' "$1"
}
end_part() {
    [ -n "$part" ] || return 0
    parts+=("$(printf '%6d s  %s' $((SECONDS - part_start)) "$part")")
    part=
}
print_parts() {
    end_part
    printf '\n== how long each part of %s took\n' "$0"
    [ "${#parts[@]}" = 0 ] || printf '%s\n' "${parts[@]}"
    printf '%6d s  in all\n' "$SECONDS"
}
trap print_parts EXIT
