#!/bin/sh
# The table of docs/schedule.md: each expression means what the page says.
# usage: tests/docs/run_schedule.sh LEDSIGN
set -u
failed=0
count=0
while IFS='|' read -r _ expression sentence _; do
    expression=$(echo "$expression" | sed 's/^ *`//; s/` *$//')
    sentence=$(echo "$sentence" | sed 's/^ *//; s/ *$//')
    got=$("$1" when "$expression" --explain --location 21.03,105.85 2>&1)
    count=$((count + 1))
    if [ "$got" != "$sentence" ]; then
        echo "FAIL  docs/schedule.md: $expression: $got"
        failed=1
    fi
done <<END
$(grep '^| `' docs/schedule.md | grep -v '^| `when`')
END
[ $count = 20 ] || { echo "FAIL  docs/schedule.md: $count examples instead of 20"; failed=1; }
[ $failed = 0 ] && echo "ok    docs/schedule.md"
exit $failed
