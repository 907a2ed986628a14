# What the example sites show, on three renderers. OpenGL is Mesa's llvmpipe under Xvfb; with sanitizers
# its own faults would drown ours, as would the locks inside SDL's renderer, which ThreadSanitizer cannot see.
GOLDEN_PICTURE := $(BUILD)/tests/tools/golden_picture
.PHONY: golden-pictures golden-pictures-accept
golden-pictures: $(GOLDEN_PICTURE) ## compare pictures of the example sites with tests/golden/picture
	@tests/golden/run_pictures.sh $(GOLDEN_PICTURE) surface $(BUILD)/golden
ifneq ($(VARIANT),tsan)
	@tests/golden/run_pictures.sh $(GOLDEN_PICTURE) software $(BUILD)/golden
endif
ifeq ($(VARIANT),release)
	@xvfb-run -a -s "-screen 0 2048x2048x24" tests/golden/run_pictures.sh $(GOLDEN_PICTURE) opengl $(BUILD)/golden
endif
golden-pictures-accept: $(GOLDEN_PICTURE) ## take today's pictures as the right ones; look at them
	@tests/golden/run_pictures.sh $(GOLDEN_PICTURE) surface $(BUILD)/golden accept
e2e: golden-pictures
