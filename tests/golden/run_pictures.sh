#!/bin/sh
# Compares what the example sites show with tests/golden/picture/*.png, on one renderer.
# usage: tests/golden/run_pictures.sh GOLDEN_PICTURE surface|software|opengl OUT_FOLDER [accept]
set -u
tool=$1
renderer=$2
out=$3
accept=${4:-}
folder=$(dirname "$0")/picture
failed=0
count=0
mkdir -p "$out" "$folder"

# site, instants of 2026-11-24
while read -r site times; do
    for time in $times; do
        name=$site-$(echo "$time" | tr -d :)
        count=$((count + 1))
        if ! "$tool" "playlists/$site/$site.cfg" "2026-11-24T$time" "$folder/$name.png" "$renderer" \
            "$out/$name-$renderer" $accept; then
            echo "FAIL  picture $name on $renderer"
            failed=1
        fi
    done
done <<END
campaign 09:20:05 09:20:45 09:22:14.2 09:22:50 22:30:10
lobby 09:20:05 09:21:07 22:30:10
text 09:20:03 09:20:33
ticker 09:20:05 22:30:10
wall 09:20:05 09:20:45 22:30:10
END
[ $failed = 0 ] && echo "ok    $count golden pictures on $renderer"
exit $failed
