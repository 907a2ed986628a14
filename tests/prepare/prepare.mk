# Prepared media: right in form, made once, safe against interruption, and never another picture.
# Not under ThreadSanitizer: it cannot see the locks of the encoders' own threads.
.PHONY: prepare-e2e
prepare-e2e: $(PROGRAM)
	@tests/prepare/run_prepare.sh $(PROGRAM)
ifneq ($(VARIANT),tsan)
e2e: prepare-e2e
endif
