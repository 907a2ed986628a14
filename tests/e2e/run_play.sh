#!/bin/sh
# A player that runs: reload, broken and missing media, kill -9 and resume, signals, no display.
# usage: tests/e2e/run_play.sh LEDSIGN
set -u
ledsign=$1
work=$(mktemp -d)
player=
trap '[ -n "$player" ] && kill -9 "$player" 2>/dev/null; rm -rf "$work"' EXIT
failed=0

fail() {
    echo "FAIL  play: $1"
    sed 's/^/    | /' "$work/out" "$work/err" 2>/dev/null | tail -n 12
    failed=1
}

site() { # the list's items; more keys of the screen
    cat >"$work/site.new" <<END
screen = { size = [ 64, 36 ]; timezone = "UTC"; background = "#000000"; ${2:-} };
zones = ( { name = "main"; fallback = "plain"; } );
playlists = { list = ( $1 ); plain = ( { color = "#0000FF"; title = "the fallback"; } ); };
schedule = ( { play = "list"; } );
END
    mv "$work/site.new" "$work/site.cfg"
}

start() {
    : >"$work/out" # what the last one said is not mistaken for what this one says
    : >"$work/err"
    "$ledsign" play "$work/site.cfg" --display offscreen --silent --picture "$work/screen.png" "$@" \
        >"$work/out" 2>"$work/err" &
    player=$!
}

stop() {
    [ -n "$player" ] && kill "$player" 2>/dev/null && wait "$player" 2>/dev/null
    player=
}

wait_for() { # text, file; ten seconds
    for _ in $(seq 100); do
        grep -q "$1" "$work/$2" 2>/dev/null && return 0
        sleep 0.1
    done
    fail "\"$1\" was not said within 10 s"
    return 1
}

# The colour in the middle of the picture of the screen, as RRGGBB.
color() {
    ffmpeg -v error -nostdin -y -i "$work/screen.png" -vf crop=2:2 -frames:v 1 -f rawvideo -pix_fmt rgb24 - |
        od -An -tx1 -N3 | tr -d ' '
}

wait_for_color() {
    for _ in $(seq 100); do
        [ "$(color 2>/dev/null)" = "$1" ] && return 0
        sleep 0.1
    done
    fail "the screen shows $(color), not $1: $2"
}

ffmpeg -v error -nostdin -f lavfi -i "color=lime:s=64x36:r=10:d=4" -c:v mpeg4 -q:v 1 "$work/clip.mp4"
ffmpeg -v error -nostdin -f lavfi -i "testsrc=s=64x36" -frames:v 1 "$work/still.png"

# --- a copy that was cut off is named, and gives way to the next item where it ends
ffmpeg -v error -nostdin -f lavfi -i "testsrc=s=64x36:r=10:d=10" -c:v mpeg4 -movflags +faststart "$work/whole.mp4"
head -c $(($(stat -c %s "$work/whole.mp4") / 2)) "$work/whole.mp4" >"$work/cut.mp4"
site '{ video = "cut.mp4"; }, { color = "#FF0000"; duration = 1.0; title = "red"; }'
"$ledsign" check "$work/site.cfg" >"$work/out" 2>"$work/err"
grep -q "W025: the last [3-6]\.. s of cut.mp4 are missing" "$work/out" || fail "check does not see that a video is cut off"
"$ledsign" play "$work/site.cfg" --display offscreen --silent --speed max --at 2026-09-02T08:00:00 --for 20s >"$work/out" 2>"$work/err"
[ "$(grep -c red "$work/out")" -ge 3 ] || fail "a video that is cut off is waited for"

# --- reload: a good file by itself, a bad one is refused, SIGHUP
site '{ color = "#FF0000"; duration = 1.0; title = "red"; }'
start
wait_for "red" out && wait_for_color ff0000 "the first site"
site '{ color = "#00FF00"; duration = 1.0; title = "green"; }'
wait_for "green" out && wait_for_color 00ff00 "a changed site is loaded by itself"
echo 'screen = { size = [ 64, 36 ]; }; playlists = {' >"$work/site.cfg"
wait_for "nothing in it can be shown" err
wait_for_color 00ff00 "what played plays on after a bad site"
site '{ color = "#FF00FF"; duration = 1.0; }'
sed 's/play = "list"/play = "lsit"/; s/ fallback = "plain";//' "$work/site.cfg" >"$work/site.new" && mv "$work/site.new" "$work/site.cfg"
wait_for 'did you mean "list"' err
sleep 1
wait_for_color 00ff00 "what played plays on where no line of the schedule is left"
site '{ color = "#FFFFFF"; duration = 1.0; title = "white"; }'
kill -HUP "$player"
wait_for "white" out && wait_for_color ffffff "SIGHUP reloads at once"

# --- media that break and vanish while they play
site '{ video = "clip.mp4"; }, { image = "still.png"; duration = 0.5; }'
wait_for "clip.mp4" out
head -c 3000 /dev/urandom >"$work/clip.new" && mv "$work/clip.new" "$work/clip.mp4"
wait_for "clip.mp4 cannot be played" err
wait_for "still.png  until" out
rm "$work/still.png"
wait_for_color 0000ff "with all media gone the fallback shows"
grep -qi "sanitizer" "$work/err" && fail "a sanitizer complains"
kill -0 "$player" 2>/dev/null || fail "the player has ended"

# --- an emergency covers everything while its file is there, and the programme goes on after it
site '{ color = "#FF0000"; duration = 3600.0; title = "red"; }' 'emergency = "now.txt";'
wait_for_color ff0000 "a site that knows of emergencies"
wait_for "red  until" out
ground() { # the upper left corner, where no letter is
    ffmpeg -v error -nostdin -y -i "$work/screen.png" -vf crop=2:2:0:0 -frames:v 1 -f rawvideo -pix_fmt rgb24 - |
        od -An -tx1 -N3 | tr -d ' '
}
wait_for_ground() {
    for _ in $(seq 100); do
        [ "$(ground 2>/dev/null)" = "$1" ] && return 0
        sleep 0.1
    done
    fail "the corner of the screen shows $(ground), not $1: $2"
}
white() { # pixels that are quite white
    ffmpeg -v error -nostdin -y -i "$work/screen.png" -frames:v 1 -f rawvideo -pix_fmt gray - |
        od -An -v -tu1 -w1 | awk '$1 > 250' | wc -l
}
echo "FIRE" >"$work/now.txt"
wait_for "W019" err && wait_for_ground c00000 "an emergency"
sleep 1.2
[ "$(white)" -gt 100 ] || fail "the emergency's text has $(white) white pixels"
"$ledsign" plan "$work/site.cfg" --at 2026-11-24T12:00:00 2>/dev/null | grep -q '^zone emergency: "FIRE"' ||
    fail "the plan does not know of the emergency"
rm "$work/now.txt"
wait_for_ground ff0000 "the emergency is over"

# --- SIGTERM ends it within a second
begun=$(date +%s%N)
stop
[ $(($(date +%s%N) - begun)) -lt 3000000000 ] || fail "SIGTERM took longer than 3 s"

# --- kill -9 and resume: the item goes on where the clock is
site '{ color = "#FF0000"; duration = 3600.0; title = "red"; }, { color = "#00FF00"; duration = 3600.0; title = "green"; }'
start && wait_for "until" out
first=$(sed -n 1p "$work/out")
kill -9 "$player" && wait "$player" 2>/dev/null
start && wait_for "until" out
[ "$first" = "$(sed -n 1p "$work/out")" ] || fail "after kill -9 it says \"$(sed -n 1p "$work/out")\", before \"$first\""
stop

# --- a reader of stdout and stderr that does not read, or goes away, does not stop the screen
site "$(for i in $(seq 40); do printf '{ color = "#%02X0000"; duration = 0.05; title = "%0200d"; }, ' $((i * 6)) "$i"; done)
      { color = \"#00FF00\"; duration = 0.05; }"
mkfifo "$work/pipe"
for reader in stopped gone; do
    lasts=12s
    [ $reader = gone ] && lasts=4s
    sleep 20 <"$work/pipe" &
    sleeper=$!
    "$ledsign" play "$work/site.cfg" --display offscreen --silent --picture "$work/screen.png" --for "$lasts" \
        --stats "$work/stats.json" >"$work/pipe" 2>"$work/err" &
    player=$!
    [ $reader = gone ] && sleep 1 && kill "$sleeper"
    wait "$player" || fail "a reader that is $reader ends the player"
    player=
    kill "$sleeper" 2>/dev/null
    [ "$(grep -c "stdout: nobody reads it" "$work/err")" = 1 ] || fail "lines dropped for a reader that is $reader are not said once"
    [ "$(sed -n 's/.*"max_gap_ms":[^0-9]*\([0-9]*\).*/\1/p' "$work/stats.json")" -lt 2000 ] ||
        fail "a reader that is $reader stops the screen: $(cat "$work/stats.json")"
done

# --- wrong surroundings
site '{ color = "#FF0000"; duration = 3600.0; title = "red"; }'
env -u DISPLAY -u WAYLAND_DISPLAY "$ledsign" play "$work/site.cfg" --display window --for 1s >"$work/out" 2>"$work/err" &&
    fail "a window without a display is not an error"
"$ledsign" play "$work/site.cfg" --display offscreen --silent --picture /proc/none/a.png --for 2s >"$work/out" 2>"$work/err" ||
    fail "an unwritable picture ends the player"
grep -q "/proc/none/a.png" "$work/err" || fail "an unwritable picture is not named"
"$ledsign" play "$work/site.cfg" --display offscreen --silent --stats /proc/none/a.json --for 60s >"$work/out" 2>"$work/err"
[ $? = 1 ] && grep -q -- "--stats: /proc/none/a.json cannot be written: no such folder" "$work/err" && [ ! -s "$work/out" ] ||
    fail "statistics that cannot be written are not said at the start"
mkdir "$work/stats"
start --stats "$work/stats/a.json" --for 2s
wait_for "until" out && rmdir "$work/stats"
wait "$player"
[ $? = 1 ] && grep -q "a.json: the statistics cannot be written" "$work/err" ||
    fail "statistics that could not be written at the end are no failure"
player=
"$ledsign" play "$work/none.cfg" --display offscreen --for 1s >"$work/out" 2>"$work/err" && fail "no site is not an error"
grep -q "none.cfg: E001: .*no such file" "$work/err" || fail "a missing site is not named"
"$ledsign" play "$work/none.cfg" --at 25:00 2>"$work/err"
[ $? = 2 ] && grep -q "not a time" "$work/err" || fail "a wrong time is not wrong usage"

[ $failed = 0 ] && echo "ok    play"
exit $failed
