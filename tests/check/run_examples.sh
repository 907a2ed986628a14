#!/bin/bash
# Every example site passes `ledsign check` without a warning; what is known to be wrong is named.
# usage: tests/check/run_examples.sh PROGRAM
set -u
export LC_ALL=C
status=0
fail() {
    echo "FAIL  $1" >&2
    status=1
}
for site in playlists/*/*.cfg; do
    if ! output=$("$1" check "$site" 2>&1) || ! grep -q 'no mistakes found' <<<"$output"; then
        fail "$site: $output"
    fi
done

site=$(mktemp --suffix=.cfg)
trap 'rm -f "$site"' EXIT
cat >"$site" <<'SITE'
screen    = { size = [ 96, 48 ]; };
playlists = { a = ( { text = "tone"; font = "Nowhere Sans"; colour = "#FF0000"; } ); };
schedule  = ( { play = "a"; },
  { play = "a"; priority = 1; when = "2019 Dec 24"; } );
SITE
output=$("$1" check "$site" 2>/dev/null)
[ $? -eq 1 ] || fail "exit status of a site with an error"
for line in "$site:2: error E002: \"colour\" is not a key of an item; did you mean \"color\"?" \
    "$site:2: warning W024: font \"Nowhere Sans\" is not installed" \
    "$site:4: warning W010: \"a\" in zone \"main\" never plays again"; do
    grep -qF "$line" <<<"$output" || fail "expected: $line, got: $output"
done
"$1" help w010 | grep -q '^warning W010: ' || fail "help w010"
"$1" help nothing 2>/dev/null && fail "help nothing"
# --- every opening of a day counts, however many rules they come from
times=$(for i in $(seq 0 95); do
    printf '%s%02d:%02d-%02d:%02d' "$([ "$i" = 0 ] || { [ $((i % 32)) = 0 ] && echo ', Mo-Su ' || echo ,; })" \
        $((i / 4)) $((i % 4 * 15)) $((i / 4)) $((i % 4 * 15 + 5))
done)
count=$("$1" when "Mo-Su $times" --from 2026-09-02 --to 2026-09-03 --timezone UTC | wc -l)
[ "$count" = 96 ] || fail "of 96 openings of a day, $count are there"

# --- what does not reach its file is no success
if [ -c /dev/full ]; then
    for arguments in "when 24/7" keys "plan playlists/campaign/campaign.cfg" --help; do
        # shellcheck disable=SC2086
        output=$("$1" $arguments 2>&1 >/dev/full)
        [ $? -eq 1 ] || fail "exit status of $arguments on a full disk"
        grep -q "stdout: not all of it could be written" <<<"$output" || fail "$arguments says nothing of a full disk"
    done
fi
[ $status -eq 0 ] && echo "ok    check-examples"
exit $status
