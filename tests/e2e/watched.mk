# Every picture of the whole player, compared with what was due (tests/tools/play_watched.c). Sanitizers
# are ten times as slow and get a tenth.
WATCHED := $(BUILD)/tests/tools/play_watched
ifeq ($(VARIANT),release)
WATCHED_CHANGES := 1200
SOAK_CHANGES := 10000
else
WATCHED_CHANGES := 120
SOAK_CHANGES := 600
endif

.PHONY: watched watched-realtime soak
watched: $(WATCHED)
	@$(WATCHED) --changes $(WATCHED_CHANGES) 2>&1
	@$(WATCHED) --changes $(SOAK_CHANGES) --short 2>&1
# A machine that does other things at the same time may fail once.
watched-realtime: $(WATCHED) ## a minute in a window of Xvfb, in real time
	@xvfb-run -a -s "-screen 0 640x480x24" $(WATCHED) --seconds 60 --display window 2>&1 || \
	    (echo "once more" && xvfb-run -a -s "-screen 0 640x480x24" $(WATCHED) --seconds 60 --display window 2>&1)
	@xvfb-run -a -s "-screen 0 640x480x24" $(WATCHED) --seconds 15 --display window --renderer gpu 2>&1 || \
	    (echo "once more" && xvfb-run -a -s "-screen 0 640x480x24" $(WATCHED) --seconds 15 --display window --renderer gpu 2>&1)
soak: $(WATCHED) ## 100,000 item changes: memory, threads and files stay flat
	@$(WATCHED) --changes 100000 --short
e2e: watched
realtime: watched-realtime
