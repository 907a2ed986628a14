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
[ $status -eq 0 ] && echo "ok    check-examples"
exit $status
