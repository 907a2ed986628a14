# The player beside others, seen from outside. ROW="led hd" for some rows only.
.PHONY: bench bench-quick
BENCH_TOOLS := $(BUILD)/tests/tools/bench_watch $(BUILD)/tests/tools/bare_decode
bench: $(PROGRAM) $(BENCH_TOOLS) ## measure CPU, memory, gaps and start beside mpv, ffplay, VLC (20 minutes; ROW="led hd")
	@tests/bench/bench.sh $(BUILD) full $(ROW)
bench-quick: $(PROGRAM) $(BENCH_TOOLS) ## the same in three minutes, with less certainty
	@tests/bench/bench.sh $(BUILD) quick $(ROW)
