#!/bin/sh
# A plan that cannot lie: what `play` says it shows over a simulated year is what `plan` says.
# Both are brought into the form "zone HH:MM:SS title", a title that follows itself once.
# usage: tests/golden/run_year.sh LEDSIGN SITE...
set -u
ledsign=$1
shift
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
failed=0

changes() { # sorted by zone, in order of time; without what was on at the beginning
    awk -F '\t' '$3 != last[$1] && last[$1] != "" { print } { last[$1] = $3 }' | sort -s -t "$(printf '\t')" -k 1,1
}

for site in "$@"; do
    name=$(basename "$site" .cfg)
    # A row of the plan: "  Tu 2026-11-24 09:20:00      2026-11-24 09:20:06      list  title".
    "$ledsign" plan "$site" --from 2026-01-01 --to 2027-01-01 --items |
        awk -F '   *' '/^zone / { zone = substr($1, 6) }
                       NF >= 4 { print zone "\t" substr($2, length($2) - 7) "\t" $NF }' |
        changes >"$work/plan"
    "$ledsign" play "$site" --display offscreen --speed max --at 2026-01-01T00:00:00 --for 365d \
        --stats "$work/stats" 2>"$work/errors" >"$work/lines"
    sed -E 's/^([0-9-]+ )?([0-9:]{8})  ([a-z]+) +(.*)  until .*$/\3\t\2\t\4/' "$work/lines" |
        changes >"$work/played"
    if ! grep -q '"inexact":[[:space:]]*0,' "$work/stats"; then
        echo "FAIL  year of $name: pictures were not there in time"
        failed=1
    fi
    if [ "$(wc -l <"$work/plan")" -lt 100 ] || ! diff "$work/plan" "$work/played" >"$work/diff"; then
        echo "FAIL  year of $name: plan (<) and play (>) differ in $(grep -c '^[<>]' "$work/diff") lines"
        head -n 20 "$work/diff"
        cat "$work/errors"
        failed=1
    else
        echo "ok    year of $name: $(wc -l <"$work/plan") changes"
    fi
done
exit $failed
