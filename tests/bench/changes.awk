# Items that change at whole multiples of `every` microseconds: how many changes there were and how
# late each was. The pictures of one clip are one item. `frame`: what may be late, in microseconds.
function item(code) { return code >= 16777216 ? code : int(code / 512) }
have && item($2) != last {
    late = $1 - int($1 / every) * every
    if (late > every / 2) late -= every
    if (first) {
        gap = int(($1 - at) / every + 0.5)
        if (gap > 1) missed += gap - 1
    }
    at = $1; first = 1
    count++
    if (late <= frame && late >= -frame) good++
    if (late > worst) worst = late
    sum += late
}
{ have = 1; last = item($2) }
END {
    printf "changes %d\nmissed %d\ngood %d\nworst_ms %.1f\nmean_ms %.1f\n", count, missed, good, worst / 1000, count ? sum / count / 1000 : 0
}
