#!/bin/sh
# Sound through the whole player: a song and a video's sound are heard when the plan shows them, and
# only then; without a sound card the picture goes on.
# usage: tests/e2e/run_sound.sh LEDSIGN
set -u
ledsign=$1
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
failed=0

fail() {
    echo "FAIL  sound: $1"
    failed=1
}

ffmpeg -v error -nostdin -f lavfi -i "sine=1000:d=3" -ac 2 -c:a aac "$work/song.m4a"
ffmpeg -v error -nostdin -f lavfi -i "color=red:s=64x64:r=25:d=2" -f lavfi -i "sine=500:d=2.3" -ac 2 \
    -c:v mpeg4 -c:a aac -shortest "$work/clip.mp4"
cat >"$work/site.cfg" <<END
screen = { size = [ 64, 64 ]; timezone = "UTC"; };
playlists = { list = ( { color = "#112233"; duration = 2.0; }, { audio = "song.m4a"; volume = 50; },
                       { color = "#332211"; duration = 1.0; }, { video = "clip.mp4"; },
                       { video = "clip.mp4"; volume = 0; } ); };
schedule = ( { play = "list"; when = "08:00-20:00"; } );
END

# Ten seconds of a list of 2 + 3 + 1 + 2 + 2 s: the stretches of silence, in tenths of a second.
"$ledsign" play "$work/site.cfg" --display offscreen --speed max --at 2026-09-02T08:00:00 --for 10s \
    --record-sound "$work/out.wav" --stats "$work/stats" >/dev/null 2>"$work/errors" || fail "play failed"
got=$(ffmpeg -hide_banner -nostdin -i "$work/out.wav" -af silencedetect=n=-60dB:d=0.2 -f null - 2>&1 |
    sed -nE 's/.*silence_(start|end): (-?[0-9.]+).*/\1 \2/p' |
    awk '{ printf "%s %d  ", $1, ($2 < 0 ? 0 : $2) * 10 + 0.5 }')
case $got in
"start 0  end 20  start 50  end 60  start 80  "*) ;;
*) fail "silent from and to (tenths of a second): $got" ;;
esac
grep -q '"inexact":[[:space:]]*0,' "$work/stats" || fail "pictures were late: $(cat "$work/stats")"

# (name of the driver, what stderr has to say)
for row in "dummy|sound: dummy" "nonsense|sound: no device can be opened" "alsa|sound: "; do
    driver=${row%%|*}
    SDL_AUDIODRIVER=$driver "$ledsign" play "$work/site.cfg" --display offscreen \
        --at 2026-09-02T08:00:01 --for 3s --stats "$work/stats" >"$work/lines" 2>"$work/errors" ||
        fail "play with $driver failed"
    grep -q "${row#*|}" "$work/errors" || fail "with $driver: $(cat "$work/errors")"
    grep -v "^ledsign: " "$work/errors" && fail "with $driver a library speaks for itself"
    grep -q "song.m4a" "$work/lines" || fail "with $driver the song was not shown"
done
SDL_AUDIODRIVER=dummy "$ledsign" play "$work/site.cfg" --display offscreen --silent \
    --at 2026-09-02T08:00:01 --for 1s >/dev/null 2>"$work/errors"
grep -q "sound:" "$work/errors" && fail "--silent opened a device"

[ $failed = 0 ] && echo "ok    sound"
exit $failed
