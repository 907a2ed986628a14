# Plans of the example sites, compared with what was looked at and found right.
.PHONY: golden-plans golden-plans-accept
golden-plans: $(PROGRAM) ## compare plans with tests/golden/plan
	@tests/golden/run_plans.sh $(PROGRAM)
golden-plans-accept: $(PROGRAM) ## take today's plans as the right ones; look at the diff
	@tests/golden/run_plans.sh $(PROGRAM) accept
e2e: golden-plans
