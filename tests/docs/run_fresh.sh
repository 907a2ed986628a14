#!/bin/sh
# Fails when a page that is made from a table was not made again after the table was changed.
# usage: tests/docs/run_fresh.sh PROGRAM
set -eu
status=0
fresh() { # page, then the words of the command that prints it
    page=$1
    shift
    if "$@" | diff -u "$page" - >&2; then
        echo "ok    $page"
    else
        echo "FAIL  $page is stale; run: make docs" >&2
        status=1
    fi
}
fresh docs/config.md "$1" keys
fresh docs/problems.md "$1" help --markdown
exit $status
