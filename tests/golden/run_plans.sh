#!/bin/sh
# Compares plans with tests/golden/plan/*.txt: a week of every example site, and the days on which
# clocks and calendars do something odd.
# usage: tests/golden/run_plans.sh LEDSIGN [accept]
set -u
ledsign=$1
accept=${2:-}
folder=$(dirname "$0")
root=${PLAYLISTS:-playlists}
got=$(mktemp)
trap 'rm -f "$got"' EXIT
failed=0

compare() { # name, site, options
    name=$1
    shift
    if ! "$ledsign" plan "$@" >"$got" 2>/dev/null; then
        echo "FAIL  plan $name: ledsign plan $* failed"
        failed=1
    elif [ "$accept" = accept ]; then
        cp "$got" "$folder/plan/$name.txt"
    elif ! diff -u "$folder/plan/$name.txt" "$got"; then
        echo "FAIL  plan $name (look at it, then: make golden-plans-accept)"
        failed=1
    fi
}

for site in "$root"/*/*.cfg; do
    compare "$(basename "$site" .cfg)-week" "$site" --from 2026-09-07 --to 2026-09-14
done
berlin=$folder/sites/berlin.cfg
compare berlin-spring "$berlin" --from 2026-03-28 --to 2026-03-30
compare berlin-autumn "$berlin" --from 2026-10-24 --to 2026-10-26
compare berlin-leap "$berlin" --from 2028-02-28 --to 2028-03-02
compare berlin-year "$berlin" --from 2026-12-31 --to 2027-01-02
compare berlin-midnight "$berlin" --from 2026-09-08T23:30:00 --to 2026-09-09T00:30:00 --items
compare berlin-finish "$berlin" --from 2026-09-08T19:40:00 --to 2026-09-08T20:30:00 --items
[ $failed = 0 ] && echo "ok    golden plans"
exit $failed
