# Pages that are made from tables in the sources say what the program says.
.PHONY: docs-fresh
docs-fresh: $(PROGRAM)
	@tests/docs/run_fresh.sh $(PROGRAM)
	@tests/docs/run_schedule.sh $(PROGRAM)
e2e: docs-fresh
