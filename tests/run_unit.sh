#!/bin/sh
# Runs unit test programs one after another; shows the output of those that fail.
# usage: tests/run_unit.sh PROGRAM...
set -u
passed=0
failed=0
seconds=300
log=$(mktemp)
trap 'rm -f "$log"' EXIT
for program in "$@"; do
    timeout "$seconds" "$program" >"$log" 2>&1
    status=$?
    if [ "$status" -eq 0 ]; then
        count=$(sed -n 's/^\[  PASSED  \] \([0-9]*\) test.*/\1/p' "$log" | tail -n 1)
        passed=$((passed + ${count:-1}))
        echo "ok    $(basename "$program") (${count:-1})"
    else
        failed=$((failed + 1))
        case $status in
        124) why="still running after $seconds s" ;;
        *) why="exit status $status" ;;
        esac
        echo "FAIL  $program ($why)"
        tail -n 60 "$log"
    fi
done
echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ]
