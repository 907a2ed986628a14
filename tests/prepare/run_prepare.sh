#!/bin/sh
# `ledsign prepare` on small clips that are made here: what comes out has the right form, is made
# once, survives being killed, and shows the same picture at the same instant.
# usage: tests/prepare/run_prepare.sh LEDSIGN
set -u
ledsign=$(realpath "$1")
folder=$(mktemp -d)
failed=0
mounted=
trap '[ -z "$mounted" ] || umount "$folder/small"; rm -rf "$folder"' EXIT
cd "$folder" || exit 1

say() { # what, whether it is so
    [ "$2" = 0 ] || { echo "FAIL  prepare: $1"; failed=1; }
}
is() { # what, got, wanted
    [ "$2" = "$3" ] || { echo "FAIL  prepare: $1: got \"$2\", wanted \"$3\""; failed=1; }
}
ff() { ffmpeg -nostdin -v error -y "$@"; }
field() { # file, stream, entry
    ffprobe -v error -select_streams "$2" -show_entries "stream=$3" -of csv=p=0 "$1"
}
file_of() { # source
    awk -F'\t' -v s="$1" '$1 == "ready" && $10 == s { split($8, a, ":"); print ".ledsign/prepared/" a[1] }' \
        .ledsign/prepared/list.txt
}

ff -f lavfi -i testsrc2=s=640x360:r=30:d=4 -f lavfi -i sine=440:d=3.5:r=44100 -c:v libx264 -preset ultrafast \
    -c:a aac plain.mp4
ff -f lavfi -i testsrc2=s=640x360:r=60:d=3 -c:v libx264 -preset ultrafast fast.mp4
ff -f lavfi -i testsrc2=s=641x361:r=25:d=2 -pix_fmt yuv444p -c:v ffv1 odd.mkv
ff -f lavfi -i testsrc2=s=100x50:r=25:d=2 -c:v libx264 -preset ultrafast -pix_fmt yuv420p small.mp4
ff -f lavfi -i testsrc2=s=1200x800 -frames:v 1 large.png
cat >site.cfg <<'END'
screen = { size = [ 211, 140 ]; fps = 30; timezone = "UTC"; };
zones = ( { name = "main"; area = [ 0, 0, 211, 120 ]; }, { name = "low"; area = [ 0, 120, 211, 20 ]; } );
playlists = {
  main = ( { video = "plain.mp4"; }, { video = "fast.mp4"; }, { video = "odd.mkv"; fit = "stretch"; },
           { video = "small.mp4"; }, { image = "large.png"; duration = 2.0; fit = "cover"; } );
  low = ( { video = "plain.mp4"; fit = "cover"; } );
};
schedule = ( { zone = "main"; play = "main"; }, { zone = "low"; play = "low"; } );
END

shoot() { # prefix: pictures of some instants, each in the middle of a picture
    for t in 01.017 05.517 08.020 10.020 12.000; do
        "$ledsign" snapshot site.cfg --at "2026-03-04T00:00:$t" -o "$1-$t.png" 2>>log || say "snapshot $t" 1
    done
    "$ledsign" plan site.cfg --from 2026-03-04 --to 2026-03-04T00:01:00 --items >"$1.plan" 2>/dev/null
}
shoot before

"$ledsign" prepare site.cfg --dry-run >dry.txt 2>>log
say "--dry-run writes nothing" "$([ ! -e .ledsign ]; echo $?)"
say "--dry-run names sizes" "$(grep -q 'plain.mp4: 640x360 30/s h264.* -> 211x119 30/s about' dry.txt; echo $?)"

# Killed in the middle, at several moments, then made whole.
for pause in 0.1 0.3 0.6; do
    "$ledsign" prepare site.cfg >/dev/null 2>>log &
    pid=$!
    sleep $pause
    kill -9 $pid 2>/dev/null
    wait $pid 2>/dev/null
done
"$ledsign" prepare site.cfg >made.txt 2>>log
is "exit status" $? 0
say "nothing half is left" "$(! ls .ledsign/prepared | grep -q part; echo $?)"

plain=$(file_of plain.mp4)
is "size" "$(field "$plain" v width,height)" 212,120
is "codec, format" "$(field "$plain" v codec_name,pix_fmt)" h264,yuv420p
is "rate and count" "$(field "$plain" v r_frame_rate,avg_frame_rate,nb_frames)" 30/1,30/1,120
is "colours" "$(field "$plain" v color_range,color_space,color_transfer,color_primaries)" tv,smpte170m,smpte170m,smpte170m
is "sound" "$(field "$plain" a codec_name,sample_rate)" aac,48000
is "length of the sound" "$(field "$plain" a duration)" 4.000000
is "length of the pictures" "$(field "$plain" v duration)" 4.000000
is "first picture" "$(ffprobe -v error -select_streams v -show_entries packet=pts_time,flags -of csv=p=0 "$plain" | head -1)" 0.000000,K_
keys=$(ffprobe -v error -select_streams v -show_entries packet=flags -of csv=p=0 "$plain" | grep -c K)
say "a group a second ($keys keys in 4 s)" "$([ "$keys" -ge 4 ]; echo $?)"
is "never faster than the canvas" "$(field "$(file_of fast.mp4)" v r_frame_rate,nb_frames)" 30/1,90
is "never faster than the source" "$(field "$(file_of odd.mkv)" v r_frame_rate,nb_frames)" 25/1,50
is "what is small stays" "$(file_of small.mp4)" ""
say "and is listed as right or not enlarged" "$(grep -q 'small.mp4' .ledsign/prepared/list.txt; echo $?)"
is "still" "$(field "$(file_of large.png)" v codec_name,width,height)" png,211,141

list=$(cat .ledsign/prepared/list.txt)
times=$(stat -c %Y%n .ledsign/prepared/*.*)
"$ledsign" prepare site.cfg >again.txt 2>>log
say "the second run makes nothing" "$(grep -q ' 0 made' again.txt; echo $?)"
is "and touches nothing" "$(stat -c %Y%n .ledsign/prepared/*.*)$(cat .ledsign/prepared/list.txt)" "$times$list"

cp -r .ledsign kept && rm .ledsign/prepared/*.png .ledsign/prepared/list.txt
is "--idle is silent" "$("$ledsign" prepare site.cfg --idle 2>>log)" ""
is "and makes the same" "$(ls .ledsign/prepared)" "$(ls kept/prepared)"

shoot after
say "the plan is the same" "$(cmp -s before.plan after.plan; echo $?)"
for t in 01.017 05.517 08.020 10.020 12.000; do
    db=$(ffmpeg -nostdin -v info -i "before-$t.png" -i "after-$t.png" \
        -lavfi '[0]format=gray[a];[1]format=gray[b];[a][b]psnr' -f null - 2>&1 |
        sed -n 's/.*average:\([0-9a-z.]*\).*/\1/p')
    say "the same picture at $t ($db dB)" "$(awk -v d="$db" 'BEGIN { exit !(d == "inf" || d + 0 > 30) }'; echo $?)"
done

# A changed source is prepared anew, and the old one goes with --prune.
ff -f lavfi -i testsrc=s=640x360:r=30:d=2 -c:v libx264 -preset ultrafast plain.mp4
"$ledsign" prepare site.cfg --prune >prune.txt 2>>log
say "--prune removes" "$(grep -q '1 files removed' prune.txt && [ ! -e "$plain" ]; echo $?)"
say "and what changed is made" "$(grep -q ' 1 made' prune.txt; echo $?)"

# A full disk: one sentence, nothing half, the site plays on.
if [ "$(id -u)" = 0 ] && mkdir small && mount -t tmpfs -o size=140k none small 2>/dev/null; then
    mounted=1
    rm -rf .ledsign && mkdir -p .ledsign && ln -s "$folder/small" .ledsign/prepared
    "$ledsign" prepare site.cfg --profile pc >full.txt 2>&1
    is "exit status on a full disk" $? 1
    say "it says that the disk is full" "$(grep -q 'the disk is full; delete' full.txt; echo $?)"
    say "nothing half is left on a full disk" "$(! ls small | grep -q part; echo $?)"
    "$ledsign" snapshot site.cfg --at 2026-03-04T00:00:01 -o full.png 2>/dev/null
    say "the site plays on" $?
else
    echo "skip  prepare on a full disk: a small disk can be mounted by root only"
fi
[ $failed = 0 ] && echo "ok    prepare"
[ $failed = 0 ] || cat log
exit $failed
