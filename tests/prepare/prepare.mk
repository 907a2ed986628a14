# Prepared media: right in form, made once, safe against interruption, and never another picture.
.PHONY: prepare-e2e
prepare-e2e: $(PROGRAM)
	@tests/prepare/run_prepare.sh $(PROGRAM)
e2e: prepare-e2e
