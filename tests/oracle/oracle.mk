# Random `when` expressions against the reference implementation; needs npm, not part of `make test`.
ORACLE := build/oracle
ORACLE_COUNT ?= 500
ORACLE_SEED ?= 1
.PHONY: test-schedule-oracle
test-schedule-oracle: $(BUILD)/tests/tools/hours_eval ## compare `when` with opening_hours of npm
	@mkdir -p $(ORACLE) && [ -d $(ORACLE)/node_modules/opening_hours ] || \
	    npm install --silent --no-fund --no-audit --prefix $(ORACLE) opening_hours@3.15.0
	@status=0; for row in "Asia/Ho_Chi_Minh 21.03 105.85" "Europe/Berlin 52.5 13.4" "America/New_York 40.7 -74"; do \
	    set -- $$row; TZ=$$1 NODE_PATH=$(ORACLE)/node_modules node tests/oracle/compare.js \
	        $(BUILD)/tests/tools/hours_eval $(ORACLE_COUNT) $(ORACLE_SEED) $$2 $$3 || status=1; \
	done; exit $$status
