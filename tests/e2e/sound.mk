.PHONY: sound
sound: $(PROGRAM)
	@tests/e2e/run_sound.sh $(PROGRAM)
e2e: sound
