.PHONY: test-corpus
test-corpus: $(PROGRAM) $(BUILD)/tests/tools/corpus_run ## any folder of media through the player: CORPUS=folder
	@[ -n "$(CORPUS)" ] || { echo "which folder? make test-corpus CORPUS=folder" >&2; exit 2; }
	@$(BUILD)/tests/tools/corpus_run $(PROGRAM) "$(CORPUS)" $(ONLY)
