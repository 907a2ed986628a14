#!/bin/sh
# Makes the bench's clips and its still pictures: the dance of the demo campaign, enlarged and panned,
# 1080p30 H.264 High, 6 s, no sound: two with film grain at 8 Mb/s and two without at constant
# quality; a bar code along the upper edge says which clip and which picture is seen
# (tests/tools/bench_screen.h).
# usage: tests/bench/clip.sh FOLDER
set -eu
folder=$1
media=$(dirname "$0")/../../media

# The bar code as a chain of drawn boxes. Width and height of the picture, number of the clip.
bar_code() {
    awk -v w="$1" -v h="$2" -v id="$3" 'BEGIN {
        cell = w / 16; high = int(h / 12)
        box = ",drawbox=x=%d:y=0:w=%d:h=%d:color=white:t=fill"
        chain = "drawbox=x=0:y=0:w=" w ":h=" high ":color=black:t=fill" sprintf(box, 0, cell, high)
        sum = 0
        for (i = 0; i < 4; i++) {
            bit = int(id / 2 ^ (3 - i)) % 2
            sum += bit
            if (bit) chain = chain sprintf(box, (2 + i) * cell, cell, high)
        }
        for (i = 0; i < 9; i++) {
            bit = "mod(floor(n/" 2 ^ (8 - i) ")\\,2)"
            chain = chain sprintf(box, (6 + i) * cell, cell, high) ":enable=" bit
            sum = sum "+" bit
        }
        print chain sprintf(box, 15 * cell, cell, high) ":enable=mod(" sum "\\,2)"
    }'
}

grain='noise=alls=12:allf=t:all_seed=1,'
grain_rate='-b:v 8M -maxrate 12M -bufsize 16M'
clip() { # number, second of the dance, filter, encoder's options
    ffmpeg -nostdin -v error -y -ss "$2" -i "$media/dance.mp4" -an -frames:v 180 -vf "scale=2304:-2:flags=bilinear,\
crop=1920:1080:x='192+192*sin(n/40)':y='108+108*cos(n/55)',$3\
$(bar_code 1920 1080 "$1")" -c:v libx264 -preset medium $4 -pix_fmt yuv420p -movflags +faststart "$folder/new.mp4"
    mv "$folder/new.mp4" "$folder/clip$1.mp4"
}

still() { # number, picture
    ffmpeg -nostdin -v error -y -i "$media/$2" -frames:v 1 -vf "scale=1920:1080,$(bar_code 1920 1080 "$1")" \
        "$folder/new.png"
    mv "$folder/new.png" "$folder/still$1.png"
}

mkdir -p "$folder"
[ -f "$folder/clip1.mp4" ] || clip 1 2 "$grain" "$grain_rate"
[ -f "$folder/clip2.mp4" ] || clip 2 12 "$grain" "$grain_rate"
[ -f "$folder/clip5.mp4" ] || clip 5 2 '' '-crf 21'
[ -f "$folder/clip6.mp4" ] || clip 6 12 '' '-crf 21'
[ -f "$folder/still3.png" ] || still 3 vaccine.jpg
[ -f "$folder/still4.png" ] || still 4 mask.png
[ -f "$folder/sound.m4a" ] || ffmpeg -nostdin -v error -y -i "$media/song.m4a" -t 6 -vn -c:a copy "$folder/sound.m4a"
