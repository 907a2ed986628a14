# What a log of bench_watch says about pictures shown one after another from looping clips.
# variables: length (pictures of each clip), period and tolerance (microseconds)
# Prints shown/expected, the share on screen for its time, and how much longer than its time the
# last picture of a clip stayed (median and longest).
function clip(code) { return int(code / 512) }
function number(code) { return code % 512 }
$2 >= 16777216 { broken = 1; next }
have {
    step = number($2) - number(code)
    change = clip($2) != clip(code) || step < 0
    if (change) step = number($2) + length_of - number(code)
    time = $1 - at
    expected += step; shown++
    off = time - period
    if (step == 1 && off <= tolerance && off >= -tolerance) good++
    if (change) pause[++changes] = time - period
    if (time > longest) longest = time
}
{ have = 1; at = $1; code = $2 }
BEGIN { length_of = length_ }
END {
    for (i = 2; i <= changes; i++)
        for (j = i; j > 1 && pause[j - 1] > pause[j]; j--) { t = pause[j]; pause[j] = pause[j - 1]; pause[j - 1] = t }
    printf "pictures %d\nexpected %d\nshown %.5f\nin_time %.5f\nlongest_ms %.1f\n", shown, expected,
        expected ? shown / expected : 0, expected ? good / expected : 0, longest / 1000
    if (changes) printf "pause_ms %.1f\npause_max_ms %.1f\nclip_changes %d\n", pause[int((changes + 1) / 2)] / 1000, pause[changes] / 1000, changes
}
