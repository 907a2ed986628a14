.PHONY: play
play: $(PROGRAM)
	@tests/e2e/run_play.sh $(PROGRAM)
e2e: play
