#!/bin/sh
# The player beside mpv, ffplay and VLC: CPU, memory, gaps, start, seen from outside. Prints a table.
# usage: tests/bench/bench.sh BUILD full|quick [ROW...]
# Rows: led clean prepared hd idle changes frames twins start memory prepare. Peers that are not installed
# are left out. Clips and results are kept in BUILD/bench. Run it on a machine that does nothing else.
set -u
build=$1
mode=$2
shift 2
rows=${*:-led clean prepared hd idle changes frames twins start memory prepare}
here=$(dirname "$0")
ledsign=$(realpath "$build/ledsign")
watch=$(realpath "$build/tests/tools/bench_watch")
bare=$(realpath "$build/tests/tools/bare_decode")
work=$build/bench
mkdir -p "$work"
work=$(realpath "$work")
case $mode in
quick) runs=1 starts=3 settle=2 window=6 idle_s=10 change_s=28 frame_s=12 twin_s=10 memory_n=1000 ;;
*) runs=3 starts=7 settle=2 window=12 idle_s=30 change_s=112 frame_s=60 twin_s=30 memory_n=10000 ;;
esac
servers=
trap 'for pid in $servers; do kill "$pid" 2>/dev/null; done' EXIT
trap 'exit 1' INT TERM

has() { command -v "$1" >/dev/null 2>&1; }
say() { echo "$*" >&2; }

# ---- screens ------------------------------------------------------------------------------------

# Starts an X server of a size; sets DISPLAY, screen (its framebuffer) and server (its process).
open_screen() { # width height
    rm -rf "$work/display" "$work/screen.new"
    mkdir "$work/screen.new"
    Xvfb -displayfd 3 -screen 0 "$1x$2x24" -fbdir "$work/screen.new" -nolisten tcp -ac \
        3>"$work/display" >/dev/null 2>&1 &
    server=$!
    servers="$servers $server"
    for _ in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20; do
        [ -s "$work/display" ] && break
        sleep 0.2
    done
    DISPLAY=:$(cat "$work/display")
    export DISPLAY
    mv "$work/screen.new" "$work/screen$server"
    screen=$work/screen$server/Xvfb_screen0
}

close_screen() { # process
    kill "$1" 2>/dev/null
    wait "$1" 2>/dev/null
    rm -rf "$work/screen$1"
}

# ---- players: each a function that runs one under bench_watch ------------------------------------

watched() { # arguments of bench_watch
    "$watch" --screen "$screen" --server "$server" "$@" 2>>"$work/log"
}
width=384 height=216
play_ledsign() { # options of bench_watch; the site is in $site
    watched "$@" -- "$ledsign" play "$site" --display window
}
play_mpv() {
    watched "$@" -- mpv --no-config --vo=x11 --fs --loop-playlist=inf --really-quiet --no-osc $clips
}
play_ffplay() { # plays one file
    watched "$@" -- ffplay -loglevel quiet -noborder -left 0 -top 0 -x $width -y $height -loop 0 ${clips%% *}
}
play_vlc() { # refuses to be root
    as=
    [ "$(id -u)" -ne 0 ] || as="setpriv --reuid=65534 --clear-groups env HOME=/tmp"
    watched "$@" -- $as vlc -I dummy --vout xcb_x11 --no-audio --zoom "$(calc %.4f "$width / 1920")" \
        --no-video-deco --video-x 0 --video-y 0 --no-video-title-show --no-osd --loop --quiet $clips
}
players() { # which of the named are installed
    for player in "$@"; do
        ! has "$player" || printf '%s ' "$player"
    done
}

# ---- numbers ------------------------------------------------------------------------------------

value() { awk -v n="$2" '$1 == n { print $2 }' "$1"; } # file name
median() { sort -n | awk '{ v[NR] = $1 } END { if (NR) print NR % 2 ? v[(NR + 1) / 2] : (v[NR / 2] + v[NR / 2 + 1]) / 2 }'; }
of_runs() { # prefix name: the median over the runs
    for file in "$work/$1".[0-9]*; do
        value "$file" "$2"
    done | median
}
calc() { # format, expression; a value that is missing is 0
    awk "BEGIN { printf(\"$1\", ($2)) }" 2>/dev/null || printf '?'
}
ratio() { [ -n "$1" ] && [ -n "$2" ] && calc %.2f "($2) > 0 ? ($1) / ($2) : 0" || echo "?"; }
line() { # what, result, target, fulfilled (an awk condition)
    verdict=$([ "$(awk "BEGIN { print ($4) ? 1 : 0 }" 2>/dev/null)" = 1 ] && echo yes || echo "**no**")
    echo "| $1 | $2 | $3 | $verdict |"
}

site() { # file, width, height, fps, items, [more playlists], [zones and schedule]
    cat >"$1" <<END
screen = { size = [ $2, $3 ]; fps = $4; timezone = "UTC"; };
playlists = { p = ( $5 ); ${6:-} };
END
    if [ -n "${7:-}" ]; then
        echo "$7" >>"$1"
    else
        echo 'schedule = ( { play = "p"; } );' >>"$1"
    fi
}
films='{ video = "clip1.mp4"; }, { video = "clip2.mp4"; }'

# ---- rows ---------------------------------------------------------------------------------------

# Plays the two clips once with each player; leaves $work/ROW.PLAYER.RUN.
measure_once() { # row, run, players
    row=$1 run=$2
    shift 2
    for player in "$@"; do
        say "  $row: $player, run $run of $runs"
        "play_$player" --settle $settle --for $window --log "$work/$row.frames" >"$work/$row.$player.$run"
        awk -v length_=180 -v period=33333.3 -v tolerance=8333 -f "$here/frames.awk" "$work/$row.frames" \
            >>"$work/$row.$player.$run"
    done
}
measure_players() { # row, players
    measured=$1
    shift
    for round in $(seq $runs); do
        measure_once "$measured" "$round" "$@"
    done
}
print_players() { # title, row, players
    echo
    echo "$1"
    echo
    echo "| player | CPU, cores | X server, cores | peak MB | pictures shown | each for its time | pause between clips, ms |"
    echo "|---|---|---|---|---|---|---|"
    row=$2
    shift 2
    for p in "$@"; do
        echo "| $p | $(calc %.3f "$(of_runs $row.$p cpu)") | $(calc %.3f "$(of_runs $row.$p server_cpu)") |" \
            "$(of_runs $row.$p peak_mb) | $(calc %.1f "100 * $(of_runs $row.$p shown)") % |" \
            "$(calc %.1f "100 * $(of_runs $row.$p in_time)") % | $(of_runs $row.$p pause_ms) |"
    done
}
verdicts=
verdict() { verdicts="$verdicts$(line "$@")
"; }

# The clips as they come, on a small screen: row, what they are, their numbers.
small_screen() {
    name=$1 what=$2 one=$3 other=$4
    width=384 height=216 site=$work/$name.cfg clips="$work/clip$one.mp4 $work/clip$other.mp4"
    site "$site" 384 216 30 "{ video = \"clip$one.mp4\"; }, { video = \"clip$other.mp4\"; }"
    open_screen 384 216
    all="ledsign $(players mpv ffplay vlc)"
    rm -f "$work/$name".bare.*
    # In turn, as the speed of the machine may drift.
    for round in $(seq $runs); do
        for c in $one $other; do
            "$bare" "$work/clip$c.mp4" 6 | sed 's/.*"cpu_per_media_s": \([0-9.]*\).*/cpu \1/' >"$work/$name.bare.$round$c"
        done
        measure_once "$name" "$round" $all
    done
    close_screen $server
    print_players "$what on 384 x 216, as it came (bare decoding: $(calc %.3f "$(of_runs "$name.bare" cpu)") cores)" "$name" $all
    own=$(of_runs "$name.ledsign" cpu) bare_cpu=$(of_runs "$name.bare" cpu) mpv=$(of_runs "$name.mpv" cpu)
    verdict "CPU, $what on 384 x 216: to bare decoding" "$(ratio "$own" "$bare_cpu")" "<= 1.15" "$own <= 1.15 * $bare_cpu"
    [ -z "$mpv" ] || verdict "CPU, $what on 384 x 216: to mpv" "$(ratio "$own" "$mpv")" "<= 0.75" "$own <= 0.75 * $mpv"
    mb=$(of_runs "$name.ledsign" peak_mb)
    verdict "memory, $what on 384 x 216" "$mb MB (mpv $(of_runs "$name.mpv" peak_mb))" "<= 110 MB" "$mb <= 110"
}

row_led() { small_screen led "1080p30" 1 2; }
row_clean() { small_screen clean "1080p30 without grain" 5 6; }

row_prepared() {
    width=384 height=216
    mkdir -p "$work/ready"
    for c in clip1.mp4 clip2.mp4; do ln -sf "$work/$c" "$work/ready/$c"; done
    site=$work/ready/site.cfg
    site "$site" 384 216 30 "$films"
    "$ledsign" prepare "$site" >>"$work/log" 2>&1
    clips=$(find "$work/ready/.ledsign/prepared" -name '*.mp4' | tr '\n' ' ')
    open_screen 384 216
    all="ledsign $(players mpv)"
    measure_players prepared $all
    close_screen $server
    print_players "The same clips prepared" prepared $all
    own=$(of_runs prepared.ledsign cpu) raw=$(of_runs led.ledsign cpu) mpv=$(of_runs prepared.mpv cpu)
    [ -z "$raw" ] || verdict "CPU, prepared: to unprepared" "$(ratio "$own" "$raw")" "<= 0.25" "$own <= 0.25 * $raw"
    [ -z "$mpv" ] || verdict "CPU, prepared: to mpv on the same files" "$(ratio "$own" "$mpv")" "<= 0.8" "$own <= 0.8 * $mpv"
    mb=$(of_runs prepared.ledsign peak_mb)
    verdict "memory, prepared clips on 384 x 216" "$mb MB (mpv $(of_runs prepared.mpv peak_mb))" "<= 64 MB" "$mb <= 64"
}

row_hd() {
    width=1920 height=1080 site=$work/hd.cfg clips="$work/clip1.mp4 $work/clip2.mp4"
    site "$site" 1920 1080 30 "$films"
    open_screen 1920 1080
    all="ledsign $(players mpv ffplay vlc)"
    measure_players hd $all
    close_screen $server
    print_players "1080p30 on 1920 x 1080, software rendering" hd $all
    own=$(of_runs hd.ledsign cpu) mpv=$(of_runs hd.mpv cpu)
    [ -z "$mpv" ] || verdict "CPU, 1080p30 on 1920 x 1080: to mpv --vo=x11" "$(ratio "$own" "$mpv")" "<= 0.8" "$own <= 0.8 * $mpv"
    mb=$(of_runs hd.ledsign peak_mb)
    verdict "memory, 1080p30 on 1920 x 1080" "$mb MB (mpv $(of_runs hd.mpv peak_mb))" "<= 140 MB" "$mb <= 140"
}

row_idle() {
    open_screen 384 216
    site "$work/still.cfg" 384 216 30 '{ image = "still3.png"; duration = 3600.0; }'
    site "$work/clock.cfg" 384 216 30 '{ image = "still3.png"; duration = 3600.0; }' \
        'time = ( { clock = "%H:%M"; size = 30; duration = 3600.0; } );' \
        'zones = ( { name = "main"; area = [ 0, 0, 384, 216 ]; }, { name = "time"; area = [ 284, 176, 100, 40 ]; background = "#000000"; } );
schedule = ( { zone = "main"; play = "p"; }, { zone = "time"; play = "time"; } );'
    for what in still clock; do
        say "  idle: $what"
        site=$work/$what.cfg
        play_ledsign --settle 5 --for $idle_s >"$work/idle.$what.1"
        cpu=$(of_runs idle.$what cpu)
        verdict "CPU, $([ $what = still ] && echo "a still picture" || echo "a still picture with a clock of minutes")" \
            "$(calc %.2f "100 * $cpu") % of a core" "<= 0.3 %" "$cpu <= 0.003"
    done
    close_screen $server
}

# Eight kinds of item in an order in which each of the 56 pairs occurs once, 0.5 s each.
order="0 1 0 2 1 2 0 3 1 3 2 3 0 4 1 4 2 4 3 4 0 5 1 5 2 5 3 5 4 5 0 6 1 6 2 6 3 6 4 6 5 6 0 7 1 7 2 7 3 7 4 7 5 7 6 7"
kinds() { # seconds, clip
    for kind in $order; do
        case $kind in
        0) item="video = \"$2\"" ;;
        1) item='image = "still3.png"' ;;
        2) item='audio = "sound.m4a"; image = "still4.png"' ;;
        3) item='text = "khử khuẩn"; size = 40; background = "#AA0000"' ;;
        4) item='text = "đeo khẩu trang nơi công cộng"; size = 40; scroll = 120; background = "#00AA00"' ;;
        5) item='clock = "%H:%M:%S"; size = 40; background = "#0000AA"' ;;
        6) item='qr = "https://example.vn"; background = "#AAAA00"' ;;
        7) item='color = "#AA00AA"' ;;
        esac
        printf '%s{ %s; duration = %s; }' "${comma:-}" "$item" "$1"
        comma=', '
    done
    comma=
}

row_changes() {
    site=$work/changes.cfg
    site "$site" 384 216 30 "$(kinds 0.5 clip1.mp4)"
    open_screen 384 216
    say "  changes: $change_s s"
    play_ledsign --settle 3 --for $change_s --log "$work/changes.frames" >"$work/changes.ledsign.1"
    close_screen $server
    awk -v every=500000 -v frame=33333 -f "$here/changes.awk" "$work/changes.frames" >"$work/changes.result"
    count=$(value "$work/changes.result" changes) good=$(value "$work/changes.result" good)
    missed=$(value "$work/changes.result" missed)
    verdict "item changes on time (<= 1 picture late), all pairs of 8 kinds" \
        "$good of $((count + missed)), worst $(value "$work/changes.result" worst_ms) ms" "all" \
        "$good == $count + $missed && $count > 0"
}

row_frames() {
    site=$work/frames.cfg
    site "$site" 1920 1080 60 "$films" \
        'news = ( { text = "Đeo khẩu trang nơi công cộng · Khử khuẩn tay thường xuyên · Không tụ tập"; scroll = 240; size = 60; duration = 86400.0; } );' \
        'zones = ( { name = "main"; area = [ 0, 0, 1920, 1080 ]; }, { name = "ticker"; area = [ 0, 980, 1920, 100 ]; background = "#003366"; } );
schedule = ( { zone = "main"; play = "p"; }, { zone = "ticker"; play = "news"; } );'
    open_screen 1920 1080
    say "  frames: $frame_s s"
    play_ledsign --settle 4 --for $frame_s --log "$work/frames.frames" >"$work/frames.ledsign.1"
    close_screen $server
    awk -v length_=180 -v period=33333.3 -v tolerance=8333 -f "$here/frames.awk" "$work/frames.frames" >"$work/frames.result"
    shown=$(value "$work/frames.result" shown) in_time=$(value "$work/frames.result" in_time)
    verdict "pictures shown, 1080p30 + ticker at 60 Hz on 1920 x 1080 ($(calc %.2f "$(value "$work/frames.ledsign.1" cpu)") cores)" \
        "$(calc %.2f "100 * $shown") %, $(calc %.2f "100 * $in_time") % for their time" ">= 99.9 %, +- half a refresh" \
        "$shown >= 0.999 && $in_time >= 0.999"
}

row_twins() {
    site=$work/led.cfg
    site "$site" 384 216 30 "$films"
    open_screen 384 216
    one=$server one_screen=$screen
    "$ledsign" play "$site" --display window >/dev/null 2>>"$work/log" &
    first=$!
    sleep 3.3
    open_screen 384 216
    "$ledsign" play "$site" --display window >/dev/null 2>>"$work/log" &
    second=$!
    sleep 4
    say "  twins: $twin_s s"
    agree=$("$watch" --agree "$one_screen" "$screen" --for $twin_s | awk '{ print $2 }')
    kill $first $second
    wait $first $second 2>/dev/null
    close_screen $one
    close_screen $server
    verdict "two players started at different times show the same picture" "$(calc %.1f "100 * ${agree:-0}") % of looks" ">= 97 %" "${agree:-0} >= 0.97"
}

row_start() {
    width=384 height=216 clips="$work/clip1.mp4 $work/clip2.mp4"
    site "$work/led.cfg" 384 216 30 "$films"
    site "$work/still.cfg" 384 216 30 '{ image = "still3.png"; duration = 3600.0; }'
    site "$work/wait.cfg" 384 216 30 "$films" '' 'schedule = ( { play = "p"; when = "00:00-24:00"; } );'
    open_screen 384 216
    rm -f "$work"/start.*
    for run in $(seq $starts); do
        say "  start: run $run of $starts"
        site=$work/led.cfg
        play_ledsign >"$work/start.ledsign.$run"
        sleep 0.5
        watched -- "$ledsign" play "$work/wait.cfg" --display window --at 2026-01-01T00:00:00 >"$work/start.begin.$run"
        sleep 0.5
        site=$work/still.cfg
        play_ledsign >"$work/start.still.$run"
        sleep 0.5
        if [ -d "$work/ready/.ledsign/prepared" ]; then # by the row "prepared"
            site=$work/ready/site.cfg
            play_ledsign >"$work/start.prepared.$run"
            sleep 0.5
        fi
        ! has mpv || { play_mpv >"$work/start.mpv.$run"; sleep 0.5; }
    done
    close_screen $server
    mpv=$(of_runs start.mpv start_ms)
    for what in prepared begin ledsign still; do
        ms=$(of_runs start.$what start_ms)
        [ -n "$ms" ] || continue
        case $what in
        prepared) name="prepared clips where the clock is" ;;
        begin) name="a clip from its beginning" ;;
        ledsign) name="the clips where the clock is, in the middle" ;;
        still) name="a still picture" ;;
        esac
        verdict "start to first picture, $name" "$ms ms (mpv ${mpv:-?})" "<= 250 ms, <= mpv" "$ms <= 250 && $ms <= ${mpv:-250}"
    done
}

# Resident memory at a tenth and at the end of many changes on a clock that runs as fast as it can.
row_memory() {
    clip=$(find "$work/ready/.ledsign/prepared" -name '*.mp4' 2>/dev/null | head -n 1)
    site=$work/memory.cfg
    site "$site" 384 216 30 "$(kinds 0.2 "${clip:-clip1.mp4}")"
    seconds=$((memory_n / 5))
    "$ledsign" play "$site" --display offscreen --speed max --at 2026-01-01T00:00:00 --for ${seconds}s \
        --stats "$work/memory.stats" >"$work/memory.lines" 2>>"$work/log" &
    pid=$!
    : >"$work/memory.samples"
    say "  memory: $memory_n changes"
    while kb=$(awk '/^VmRSS/ { print $2 }' "/proc/$pid/status" 2>/dev/null) && [ -n "$kb" ]; do
        echo "$(wc -l <"$work/memory.lines") $kb" >>"$work/memory.samples"
        sleep 0.2
    done
    wait $pid
    changes=$(sed -n 's/.*"changes":[^0-9]*\([0-9]*\).*/\1/p' "$work/memory.stats")
    early=$(awk -v n="$memory_n" '$1 >= n / 10 && $1 < n / 4 { print $2 / 1024 }' "$work/memory.samples" | median)
    late=$(awk -v n="$memory_n" '$1 >= n * 3 / 4 { print $2 / 1024 }' "$work/memory.samples" | median)
    verdict "memory over $changes changes of 8 kinds" "$(calc %.1f "${early:-0}") MB at first, $(calc %.1f "${late:-0}") MB at the end" \
        "flat (+- 3 MB)" "${late:-0} > 0 && ${late:-0} <= ${early:-0} + 3"
}

row_prepare() {
    has ffmpeg || return 0
    rm -f "$work"/prepare.*
    for run in $(seq $runs); do
        say "  prepare: run $run of $runs"
        rm -rf "$work/fresh" && mkdir "$work/fresh"
        for c in clip1.mp4 clip2.mp4; do ln -s "$work/$c" "$work/fresh/$c"; done
        site "$work/fresh/site.cfg" 384 216 30 "$films"
        began=$(date +%s%N)
        "$ledsign" prepare "$work/fresh/site.cfg" --profile pc >>"$work/log" 2>&1
        middle=$(date +%s%N)
        for c in 1 2; do
            ffmpeg -nostdin -v error -y -i "$work/clip$c.mp4" -an -vf scale=384:216:flags=bicubic -c:v libx264 \
                -preset medium -tune fastdecode -crf 18 -g 60 -pix_fmt yuv420p "$work/fresh/out$c.mp4"
        done
        end=$(date +%s%N)
        echo "own $(((middle - began) / 1000000))" >"$work/prepare.times.$run"
        echo "ffmpeg $(((end - middle) / 1000000))" >>"$work/prepare.times.$run"
    done
    own=$(of_runs prepare.times own) ff=$(of_runs prepare.times ffmpeg)
    verdict "prepare: speed to the ffmpeg program" "$(ratio "$ff" "$own")" ">= 0.9" "$ff >= 0.9 * $own"
}

# ---- all ----------------------------------------------------------------------------------------

has Xvfb || { say "bench: Xvfb is missing; install the package xvfb"; exit 1; }
: >"$work/log"
say "making clips (once)"
"$here/clip.sh" "$work" || exit 1
busy=$(awk '{ print ($1 > 0.5) ? $1 : "" }' /proc/loadavg)
[ -z "$busy" ] || say "bench: the machine is busy (load $busy); times will be worse than they are"
echo "$(date -u +%Y-%m-%d), $(nproc) cores, $(awk -F': ' '/model name/ { print $2; exit }' /proc/cpuinfo), load at start $(cut -d ' ' -f 1 /proc/loadavg)"
for row in $rows; do
    say "$row"
    "row_$row"
done
echo
echo "| what | result | target | reached |"
echo "|---|---|---|---|"
printf '%s' "$verdicts"
