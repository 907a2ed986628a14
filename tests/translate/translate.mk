# Messages in Vietnamese: complete for numbered problems, chosen by the environment, numbers untouched.
.PHONY: translations
translations: all
	@tests/translate/run.sh $(PROGRAM)
e2e: translations
