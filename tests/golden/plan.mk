# Plans of the example sites, compared with what was looked at and found right.
.PHONY: plan-and-play golden-plans golden-plans-accept
golden-plans: $(PROGRAM) ## compare plans with tests/golden/plan
	@tests/golden/run_plans.sh $(PROGRAM)
golden-plans-accept: $(PROGRAM) ## take today's plans as the right ones; look at the diff
	@tests/golden/run_plans.sh $(PROGRAM) accept
plan-and-play: $(PROGRAM) ## a simulated year: what play shows is what plan says
	@tests/golden/run_year.sh $(PROGRAM) tests/golden/sites/*.cfg
e2e: golden-plans plan-and-play
