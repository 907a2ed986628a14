#!/bin/bash
# Checks the catalogues and how the program uses them.
# usage: tests/translate/run.sh PROGRAM
set -u
program=$1
folder=$(mktemp -d)
trap 'rm -r "$folder"' EXIT
status=0
fail() {
    echo "FAIL  translations: $1" >&2
    status=1
}
unset LANGUAGE LC_ALL LC_MESSAGES LANG
in_language() { # LANG, then the words of the command
    LANG=$1 "$program" "${@:2}" 2>&1
}

# Every numbered problem and every message about a site is translated. Other messages may wait: they
# are counted.
po/extract.sh player/model/problem*.c player/model/c*.c player/command/check.c >"$folder/model.pot"
po/extract.sh $(find player -name '*.c') >"$folder/all.pot"
for catalogue in po/*.po; do
    msgfmt --check --output-file=/dev/null "$catalogue" || fail "$catalogue is broken"
    msgcmp --use-fuzzy "$catalogue" "$folder/model.pot" >"$folder/log" 2>&1 ||
        fail "$catalogue: run make po and translate: $(cat "$folder/log")"
    msgmerge --quiet --no-fuzzy-matching "$catalogue" "$folder/all.pot" >"$folder/merged.po"
    waiting=$(msgattrib --untranslated "$folder/merged.po" | grep -c '^msgid "' || true)
    [ "$waiting" -le 1 ] || echo "note  $catalogue: $((waiting - 1)) messages are not translated; run make po"
done
for code in $(in_language C help | sed -n 's/^\([EW][0-9]*\)  .*/\1/p'); do
    [ "$(in_language C help "$code")" != "$(in_language vi_VN.UTF-8 help "$code")" ] ||
        fail "help $code is the same in Vietnamese"
done

# The environment decides; numbers and file names stay as they are.
cat >"$folder/site.cfg" <<'SITE'
screen    = { size = [ 96, 48 ]; };
playlists = { a = ( { color = "#FF0000"; durration = 2.5; duration = 0.001; } ); };
schedule  = ( { play = "a"; } );
SITE
expected="site.cfg:2: lỗi E005: \"duration\" là 0.001; giá trị phải từ 0.04 đến 172800"
for language in vi_VN.UTF-8 vi_VN vi; do
    in_language $language check "$folder/site.cfg" | grep -qF "$expected" || fail "LANG=$language"
done
LC_ALL=vi_VN.UTF-8 "$program" check "$folder/site.cfg" | grep -qF "$expected" || fail "LC_ALL"
LANGUAGE=vi LANG=C.UTF-8 "$program" check "$folder/site.cfg" | grep -qF "$expected" || fail "LANGUAGE"
in_language vi_VN.UTF-8 check "$folder/site.cfg" | grep -q 'có phải ý bạn là "duration"?' ||
    fail "did you mean"
for language in C C.UTF-8 en_US.UTF-8 xx_YY; do
    in_language $language check "$folder/site.cfg" |
        grep -qF 'site.cfg:2: error E005: "duration" is 0.001; it must be from 0.04 to 172800' ||
        fail "LANG=$language is not English"
done
LC_ALL=C LANG=vi_VN.UTF-8 "$program" check "$folder/site.cfg" | grep -q 'error E005' || fail "LC_ALL=C"
for language in de_DE.UTF-8 vi_VN.UTF-8; do # where numbers have a comma
    [ "$(in_language $language plan tests/golden/sites/berlin.cfg --day 2026-03-29)" = \
        "$(in_language C plan tests/golden/sites/berlin.cfg --day 2026-03-29)" ] ||
        fail "the plan differs in $language"
done
[ $status -eq 0 ] && echo "ok    translations"
exit $status
