#!/bin/sh
# Makes all media of the campaign anew: songs, pictures, video. usage: media/make/make.sh
# Debian packages: ffmpeg fonts-noto-core gir1.2-pango-1.0 python3-cairo python3-gi python3-gi-cairo python3-numpy
set -eu
here=$(cd "$(dirname "$0")" && pwd)
media=$(dirname "$here")
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
export PYTHONDONTWRITEBYTECODE=1
encode="ffmpeg -v error -y -nostdin -fflags +bitexact -threads 2"

cd "$here"
echo "pictures"
/usr/bin/python3 -c 'import sys, pictures; pictures.pictures(sys.argv[1])' "$work"
$encode -i "$work/vaccine-large.png" -pix_fmt yuvj444p -q:v 2 -flags +bitexact "$media/vaccine.jpg"
$encode -i "$work/community-large.png" -quality 88 "$media/community.webp"
rm "$work/vaccine-large.png" "$work/community-large.png"
cp "$work"/*.png "$media/"

echo "song"
/usr/bin/python3 -c 'import sys, song; song.song(sys.argv[1])' "$work/song.wav"
$encode -i "$work/song.wav" -i "$work/cover.png" -map 0:a -map 1:v -c:a aac -b:a 160k -c:v mjpeg -q:v 3 \
    -pix_fmt yuvj420p -disposition:v:0 attached_pic -flags +bitexact -movflags +faststart \
    -metadata title="Vì một Việt Nam vững vàng và khỏe mạnh" "$media/song.m4a"

echo "dance"
/usr/bin/python3 dance.py "$work/song.wav" "$media/dance.mp4"
du -ch "$media"/*.* | tail -1
