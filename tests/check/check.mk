# The example sites have nothing to complain of, and are checked in less than a second each.
.PHONY: check-examples
check-examples: $(PROGRAM)
	@tests/check/run_examples.sh $(PROGRAM)
e2e: check-examples
