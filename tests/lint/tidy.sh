#!/bin/sh
# Runs clang-tidy over all sources, two at a time. usage: tests/lint/tidy.sh FLAGS... -- FILES...
set -eu
flags=
while [ "$1" != "--" ]; do
    flags="$flags $1"
    shift
done
shift
export flags
# shellcheck disable=SC2016
printf '%s\n' "$@" | xargs -P 2 -n 4 sh -c 'clang-tidy --quiet "$@" -- $flags 2>/dev/null' tidy
