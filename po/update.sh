#!/bin/sh
# Brings every catalogue up to date with the sources: new messages come in untranslated, changed ones
# marked fuzzy, old ones leave. Then says what is left to translate.
set -eu
cd "$(dirname "$0")/.."
template=$(mktemp)
trap 'rm -f "$template"' EXIT
# shellcheck disable=SC2046
po/extract.sh $(find player -name '*.c' | sort) >"$template" 2>/dev/null
for catalogue in po/*.po; do
    msgmerge --quiet --update --backup=none --no-wrap --no-location --previous "$catalogue" "$template"
    msgattrib --no-obsolete --no-wrap -o "$catalogue" "$catalogue"
    sed -i "/^\"POT-Creation-Date/d" "$catalogue" # changes every time and says nothing
    msgfmt --statistics -o /dev/null "$catalogue"
done
