#!/bin/sh
# Checks that includes point only downwards, that each library is used behind its own door, and that
# no forbidden function is called. The table is the one in docs/architecture.md.
set -u
status=0

# layer: what its includes may name (extended regular expressions)
layers='
base     ^base/
model    ^(base|model)/
gfx      ^(base|gfx)/
media    ^(base|model|media)/|^gfx/frame\.h$|^gfx/scene\.h$
show     ^(base|model|show)/|^gfx/(frame|scene)\.h$|^media/source\.h$
output   ^(base|model|output)/|^gfx/(canvas|frame)\.h$
command  .
'
echo "$layers" | while read -r layer allowed; do
    [ -n "$layer" ] || continue
    grep -HnoE '^#include "[^"]+"' player/"$layer"/*.[ch] 2>/dev/null |
        while IFS=: read -r file line include; do
            name=$(echo "$include" | sed 's/.*"\(.*\)"/\1/')
            if ! echo "$name" | grep -qE "$allowed"; then
                echo "$file:$line: $layer/ may not include $name"
            fi
        done
done >build/lint-layers.txt

# library: the files that may include it
doors='
SDL_ttf         ^player/media/font\.c$
SDL2?/          ^player/(gfx/canvas_(surface|renderer)|output/out_window|media/audio_device)\.[ch]$
libav|libsw     ^player/media/
libyuv          ^player/media/
libconfig       ^player/model/config[a-z_]*\.[ch]$
fontconfig/     ^player/media/font[a-z_]*\.[ch]$
qrencode        ^player/media/[a-z_]*qr[a-z_]*\.[ch]$
utf8proc        ^player/(model/config[a-z_]*|media/(font|text))\.c$
cjson/          ^player/(player|model/plan[a-z_]*)\.c$
'
echo "$doors" | while read -r library allowed; do
    [ -n "$library" ] || continue
    grep -rnE "^#include <($library)" player | while IFS=: read -r file line rest; do
        if ! echo "$file" | grep -qE "$allowed"; then
            echo "$file:$line: $rest is not behind its door"
        fi
    done
done >>build/lint-layers.txt

grep -rnE '\b(strcpy|strcat|sprintf|vsprintf|gets|atoi|atol|atof|strtok|localtime|gmtime|asctime|ctime|rand|srand) ?\(' \
    player --include='*.[ch]' | sed 's/$/   <- forbidden function/' >>build/lint-layers.txt
grep -rnE '\b(clock_gettime|gettimeofday|time) ?\(' player --include='*.[ch]' |
    grep -vE '^player/base/clock\.c' | grep -vE '//|\*|_time|strftime' |
    sed 's/$/   <- clocks are read in base\/clock.c only/' >>build/lint-layers.txt

if [ -s build/lint-layers.txt ]; then
    cat build/lint-layers.txt
    status=1
fi
exit $status
