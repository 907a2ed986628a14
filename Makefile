# ledsign: `make run` plays the demo campaign, `make test` runs all tests. `make help` lists the rest.
#
# One build folder per variant (build/release, build/asan, ...), so that a sanitizer build does not
# throw away the normal one. Sources are found by wildcard: a new .c file under player/ needs no line here.

VARIANT ?= release
BUILD := build/$(VARIANT)
CC := gcc
VERSION := 0.1.0

PACKAGES := sdl2 SDL2_ttf libavformat libavcodec libavutil libswresample libswscale libconfig libqrencode libcjson libutf8proc
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

.PHONY: all run
all: $(PROGRAM) ## build the player

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

-include $(OBJECTS:.o=.d) $(TEST_SOURCES:%.c=$(BUILD)/%.d) $(TOOL_SOURCES:%.c=$(BUILD)/%.d)
.SECONDARY:
