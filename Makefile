# ledsign: `make run` plays the demo campaign, `make test` runs all tests. `make help` lists the rest.
#
# One build folder per variant (build/release, build/asan, ...), so that a sanitizer build does not
# throw away the normal one. Sources are found by wildcard: a new .c file under player/ needs no line here.

VARIANT ?= release
BUILD := build/$(VARIANT)
CC := gcc
VERSION := 0.1.0

PACKAGES := sdl2 SDL2_ttf libavformat libavcodec libavutil libswresample libswscale libconfig libqrencode fontconfig libcjson libutf8proc
pkg = $(shell pkg-config $(1) $(PACKAGES) 2>/dev/null)

WARNINGS := -Wall -Wextra -Wshadow -Wstrict-prototypes -Wmissing-prototypes -Wvla -Wwrite-strings -Wformat=2 -Wpointer-arith
CPPFLAGS += -Iplayer -D_GNU_SOURCE -DLEDSIGN_VERSION='"$(VERSION)"' $(call pkg,--cflags)
CFLAGS_release := -O2 -g
CFLAGS_clang := -O2 -g -Werror
CFLAGS_werror := -O2 -g -Werror
CFLAGS_asan := -O1 -g -fsanitize=address,undefined -fno-sanitize-recover=undefined -fno-omit-frame-pointer
CFLAGS_tsan := -O1 -g -fsanitize=thread
CFLAGS_fuzz := -O1 -g -fsanitize=fuzzer-no-link,address,undefined
CC_clang := clang
CC_fuzz := clang
CC := $(or $(CC_$(VARIANT)),$(CC))
CFLAGS += -std=c11 -pthread $(WARNINGS) $(CFLAGS_$(VARIANT))
LDLIBS += $(call pkg,--libs) -lyuv -lm -pthread

SOURCES := $(sort $(wildcard player/*.c player/*/*.c))
OBJECTS := $(SOURCES:%.c=$(BUILD)/%.o)
LIBRARY := $(BUILD)/libledsign.a
PROGRAM := $(BUILD)/ledsign

TEST_SOURCES := $(sort $(wildcard tests/unit/test_*.c))
TESTS := $(TEST_SOURCES:%.c=$(BUILD)/%)
TOOL_SOURCES := $(sort $(wildcard tests/tools/*.c))
TOOLS := $(TOOL_SOURCES:%.c=$(BUILD)/%)

# Catalogues of translated messages, where the program looks for them: in `locale` beside it.
CATALOGUES := $(patsubst po/%.po,$(BUILD)/locale/%/LC_MESSAGES/ledsign.mo,$(wildcard po/*.po))

.PHONY: all run
all: $(PROGRAM) $(CATALOGUES) ## build the player

$(PROGRAM): $(BUILD)/player/main.o $(LIBRARY)
	@echo "  LD $(VARIANT) $@"
	@$(CC) $(CFLAGS) $(LDFLAGS) -o $@ $^ $(LDLIBS)

$(LIBRARY): $(filter-out $(BUILD)/player/main.o,$(OBJECTS))
	@rm -f $@
	@ar rcs $@ $^

$(BUILD)/%.o: %.c
	@mkdir -p $(@D)
	@echo "  CC $(VARIANT) $<"
	@$(CC) $(CPPFLAGS) $(CFLAGS) -MMD -MP -c -o $@ $<

$(BUILD)/tests/%: $(BUILD)/tests/%.o $(LIBRARY)
	@echo "  LD $(VARIANT) $@"
	@$(CC) $(CFLAGS) $(LDFLAGS) -o $@ $^ $(LDLIBS) -lcmocka

$(BUILD)/locale/%/LC_MESSAGES/ledsign.mo: po/%.po
	@mkdir -p $(@D)
	@echo "  PO $(VARIANT) $<"
	@msgfmt --check-format --check-domain -o $@ $<

-include $(OBJECTS:.o=.d) $(TEST_SOURCES:%.c=$(BUILD)/%.d) $(TOOL_SOURCES:%.c=$(BUILD)/%.d)
.SECONDARY:

# ---- running ------------------------------------------------------------------------------------

SITE ?= playlists/campaign/campaign.cfg
run: deps-build ## build and play the demo campaign (SITE=... for another, ARGS=... for options)
	@$(MAKE) --no-print-directory all
	$(PROGRAM) play $(SITE) $(ARGS)

# ---- dependencies: asks for sudo only when something is missing, and says what it installs ----------

.PHONY: deps-build deps-test deps-lint
deps-build deps-test deps-lint: deps-%:
	@deploy/dependencies.sh $*

# ---- tests --------------------------------------------------------------------------------------

.PHONY: test unit asan tsan
test: deps-test ## install what the tests need and run all of them
	@$(MAKE) --no-print-directory unit e2e
	@$(MAKE) --no-print-directory -j1 realtime

unit: $(TESTS) $(TOOLS) ## the unit tests only
	@tests/run_unit.sh $(TESTS)

asan: deps-test ## the same tests under AddressSanitizer and UndefinedBehaviorSanitizer
	@$(MAKE) --no-print-directory VARIANT=asan unit e2e

tsan: export TSAN_OPTIONS = suppressions=$(CURDIR)/tests/tsan.supp
tsan: deps-test ## the same tests under ThreadSanitizer
	@$(MAKE) --no-print-directory VARIANT=tsan unit e2e

.PHONY: e2e realtime
realtime: ## tests by the clock on the wall, one at a time (rows of tests/*/*.mk)
e2e: ## tests of the built program (rows of tests/*/*.mk add themselves here)

-include $(wildcard tests/*/*.mk)

# ---- documents made from tables in the sources -----------------------------------------------------

.PHONY: docs
docs: $(PROGRAM) ## write docs/config.md and docs/problems.md anew
	@$(PROGRAM) keys >docs/config.md
	@$(PROGRAM) help --markdown >docs/problems.md

# ---- translations: po/README.md ---------------------------------------------------------------------

.PHONY: po
po: ## bring po/*.po up to date with the messages in the sources
	@po/update.sh

# ---- form ---------------------------------------------------------------------------------------

C_FILES := $(shell find player tests -name '*.[ch]' 2>/dev/null)
.PHONY: format format-check lint
format: ## lay out all C files
	clang-format -i $(C_FILES)

format-check: deps-lint ## fail when a C file is laid out differently
	@clang-format --dry-run -Werror $(C_FILES) && echo "format: ok"

lint: deps-lint ## layers, library doors, forbidden functions, cppcheck, clang-tidy
	@mkdir -p build && tests/lint/layers.sh
	@cppcheck --quiet --std=c11 --enable=warning,portability --inline-suppr --error-exitcode=1 \
	    --suppress=missingIncludeSystem --suppress=normalCheckLevelMaxBranches -j2 -Iplayer player
	@tests/lint/tidy.sh $(CPPFLAGS) -std=c11 -- $(SOURCES)
	@echo "lint: ok"

.PHONY: ci
ci: ## everything that must be green before a change lands
	@$(MAKE) --no-print-directory format-check lint
	@$(MAKE) --no-print-directory VARIANT=werror deps-build all
	@$(MAKE) --no-print-directory VARIANT=clang all
	@$(MAKE) --no-print-directory asan
	@$(MAKE) --no-print-directory tsan
	@$(MAKE) --no-print-directory test

.PHONY: clean help
clean: ## remove everything that was built
	rm -rf build

help: ## this list
	@grep -hE '^[a-z0-9-]+:.*## ' $(MAKEFILE_LIST) | sed 's/:.*## /\t/' | expand -t 24
