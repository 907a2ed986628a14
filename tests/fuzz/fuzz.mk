# Fuzzing: each tests/fuzz/fuzz_NAME.c defines LLVMFuzzerTestOneInput; its corpus is tests/fuzz/corpus/NAME.
#   make fuzz FUZZ=config FUZZ_SECONDS=600    looks for new inputs (clang); keep what is worth it in the corpus
# In every other variant the corpus is replayed, as part of `make e2e`.
FUZZ_SOURCES := $(sort $(wildcard tests/fuzz/fuzz_*.c))
FUZZERS := $(FUZZ_SOURCES:%.c=$(BUILD)/%)
FUZZ ?= $(patsubst tests/fuzz/fuzz_%.c,%,$(FUZZ_SOURCES))
FUZZ_SECONDS ?= 60

$(BUILD)/tests/fuzz/fuzz_%: $(BUILD)/tests/fuzz/fuzz_%.o $(if $(filter fuzz,$(VARIANT)),,$(BUILD)/tests/fuzz/replay.o) $(LIBRARY)
	@echo "  LD $(VARIANT) $@"
	@$(CC) $(CFLAGS) $(if $(filter fuzz,$(VARIANT)),-fsanitize=fuzzer) $(LDFLAGS) -o $@ $^ $(LDLIBS)
-include $(FUZZ_SOURCES:%.c=$(BUILD)/%.d) $(BUILD)/tests/fuzz/replay.d

.PHONY: fuzz fuzz-run fuzz-replay
fuzz: deps-lint ## look for inputs that crash, for FUZZ_SECONDS=60 each
	@$(MAKE) --no-print-directory VARIANT=fuzz fuzz-run

fuzz-run: $(FUZZERS)
	@for name in $(FUZZ); do \
	    mkdir -p $(BUILD)/corpus/$$name; \
	    $(BUILD)/tests/fuzz/fuzz_$$name -max_total_time=$(FUZZ_SECONDS) -timeout=10 -max_len=4096 \
	        -artifact_prefix=$(BUILD)/corpus/ $(BUILD)/corpus/$$name tests/fuzz/corpus/$$name \
	        2>$(BUILD)/corpus/$$name.log || { tail -n 40 $(BUILD)/corpus/$$name.log; exit 1; }; \
	    grep -E "DONE" $(BUILD)/corpus/$$name.log; \
	done

fuzz-replay: $(FUZZERS)
	@for fuzzer in $(FUZZERS); do \
	    $$fuzzer tests/fuzz/corpus/$${fuzzer##*/fuzz_}/* || exit 1; \
	done
e2e: fuzz-replay
