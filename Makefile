# Faultline's build: one GNU make file, objects under build/, one archive per room.
#
# A new .c file in a room, or a new test, is found by itself. Nothing here needs a compiler or pkg-config while the file
# is read: what they know is looked up when the first recipe needs it, so `make help` and `make deps` work on a machine
# that has only make. Layers: which room may use which is the table `uses_*` below (style page, section 3).

VERSION := 0.1.0

# ---------------------------------------------------------------- what a caller may set
BUILD    ?= build
PREFIX   ?= /usr/local
CC       := $(if $(filter default undefined,$(origin CC)),gcc,$(CC))
OPTIMISE ?= -O2
# The program and the benches are optimised across rooms (about 7 %); test programs are linked from the plain objects,
# so that a layering mistake stays a link error. Only with gcc, and not in instrumented builds.
LTO      ?= $(if $(or $(findstring clang,$(CC)),$(SANITIZE)),,-flto=auto -ffat-lto-objects)
DEBUG    ?= -g
WERROR   ?= -Werror
# Added to every compilation and link, e.g. SANITIZE=-fsanitize=address.
SANITIZE ?=
# How many things at once; checks share it.
JOBS     ?= $(shell nproc 2>/dev/null || echo 2)
JOBS     := $(JOBS)
SCENARIO ?= scenarios/catalog/user-subsystem.lua

MAKEFLAGS += --no-builtin-rules
.SUFFIXES:
.DELETE_ON_ERROR:
.DEFAULT_GOAL := all

# ---------------------------------------------------------------- flags
WARNINGS := -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wsign-conversion -Wdouble-promotion \
    -Wfloat-equal -Wvla -Wstrict-prototypes -Wmissing-prototypes -Wswitch-enum -Wcast-qual \
    -Wformat=2 -Wundef -fno-common
# No contraction: compilers otherwise fuse multiply and add differently, and a result would depend on who compiled it.
SEMANTICS := -std=c11 -ffp-contract=off -D_POSIX_C_SOURCE=200809L -D_FILE_OFFSET_BITS=64
CFLAGS_ALL = $(SEMANTICS) $(OPTIMISE) $(LTO) $(DEBUG) $(WARNINGS) $(WERROR) $(SANITIZE) $(CFLAGS)
CPPFLAGS_ALL = -I. -I$(GEN) -DFAULTLINE_VERSION='"$(VERSION)"' $(CPPFLAGS)
LDFLAGS_ALL = $(SANITIZE) -Wl,--as-needed $(LDFLAGS)

# Foreign libraries by the name used in `foreign_*`; the first package that pkg-config knows is taken. Their headers
# come by -isystem so that only our own code is held to our warnings. Each is looked up once, when first needed.
packages_glib   := glib-2.0
packages_lua    := lua5.4 lua-5.4 lua54 lua
packages_sqlite := sqlite3
packages_md4c   := md4c-html
packages_check  := check
find_package = for p in $(packages_$(1)); do if pkg-config --exists $$p; then echo $$p; exit; fi; done
cflags_of = $(patsubst -I%,-isystem %,$(shell p=$$($(call find_package,$(1))); pkg-config --cflags $$p))
libs_of = $(shell p=$$($(call find_package,$(1))); pkg-config --libs $$p)
define foreign_lookup
cflags_$(1) = $$(eval cflags_$(1) := $$(call cflags_of,$(1)))$$(cflags_$(1))
libs_$(1) = $$(eval libs_$(1) := $$(call libs_of,$(1)))$$(libs_$(1))
endef
$(foreach f,glib lua sqlite md4c check,$(eval $(call foreign_lookup,$(f))))

# ---------------------------------------------------------------- rooms
# In link order: a room stands before everything it may use; base is last.
ROOMS := cli reports explore store scenario run models ledger engine plan metrics base

dir_base := sim/base
dir_engine := sim/engine
dir_plan := sim/plan
dir_metrics := sim/metrics
dir_ledger := sim/ledger
dir_models := models
dir_scenario := sim/scenario
dir_run := sim/run
dir_store := sim/store
dir_explore := sim/explore
dir_reports := reports
dir_cli := sim/cli

uses_base :=
uses_engine := base
uses_plan := base
uses_metrics := base
uses_ledger := metrics base
uses_models := engine plan metrics ledger base
uses_scenario := plan base
uses_run := engine plan metrics ledger models base
uses_store := plan metrics base
uses_explore := plan run store models ledger engine metrics base
uses_reports := store plan metrics base
uses_cli := $(filter-out cli,$(ROOMS))

foreign_base := glib
foreign_engine := glib
foreign_plan := glib
foreign_metrics := glib
foreign_ledger := glib
foreign_models := glib
foreign_scenario := glib lua
foreign_run := glib
foreign_store := glib sqlite
foreign_explore := glib
foreign_reports := glib md4c
foreign_cli := glib

sources_of = $(sort $(wildcard $(dir_$(1))/*.c $(dir_$(1))/*/*.c))
$(foreach r,$(ROOMS),$(eval src_$(r) := $(call sources_of,$(r))))
archive = $(BUILD)/lib/$(1).a
# The room and what it may use, in link order.
closure = $(filter $(1) $(uses_$(1)),$(ROOMS))
archives_for = $(foreach r,$(call closure,$(1)),$(call archive,$(r)))
foreign_for = $(sort $(foreach r,$(call closure,$(1)),$(foreign_$(r))))
libs_for = $(foreach f,$(1),$(libs_$(f)))

# What every event goes through; everything else would only get larger. (measured: 4 % less time)
# models/world.c has little of it, and gets -O3 below with the requests.
hot_sources := $(foreach r,base engine metrics ledger,$(src_$(r))) models/link.c models/service.c models/store.c \
    models/sync/stream.c $(filter models/client/% models/read/%,$(src_models))
# What every request goes through are many small functions of several files: gcc may put more of them into one another
# than it would by itself. (measured: 2 %)
request_sources := $(addprefix models/,client/users.c read/steps.c service.c world.c)
ifeq ($(origin OPTIMISE),file)
$(hot_sources:%.c=$(BUILD)/obj/%.o): OPTIMISE := -O3
$(request_sources:%.c=$(BUILD)/obj/%.o): OPTIMISE := -O3 $(if $(findstring clang,$(CC)),,$(if $(LTO),--param=max-inline-insns-auto=100))
endif

# ---------------------------------------------------------------- all
PROGRAM := $(BUILD)/faultline

.PHONY: all
all: $(PROGRAM) ## build the program: build/faultline (the default)

# What is missing is said in one sentence instead of a page of compiler errors.
$(BUILD)/.tools:
	@command -v $(CC) >/dev/null 2>&1 && command -v pkg-config >/dev/null 2>&1 && \
	  for f in '$(packages_glib)' '$(packages_lua)' '$(packages_sqlite)' '$(packages_md4c)'; do \
	    found=; for p in $$f; do if pkg-config --exists $$p; then found=$$p; fi; done; \
	    [ -n "$$found" ] || { echo "missing library: $${f%% *}" >&2; exit 1; }; done || \
	  { echo "The tools or libraries to build with are not all here; 'make deps' installs them." >&2; exit 1; }
	@mkdir -p $(@D) && touch $@

# Rebuilds everything when the flags change, and nothing when they do not.
$(BUILD)/.flags: FORCE
	@mkdir -p $(@D)
	@printf '%s\n' '$(CC) $(subst ','\'',$(CFLAGS_ALL) $(CPPFLAGS_ALL))' >$@.new
	@if cmp -s $@.new $@; then rm -f $@.new; else mv -f $@.new $@; fi
.PHONY: FORCE
FORCE:

# ---------------------------------------------------------------- generated headers
# Text files that live in the program. `#include "build/gen/sim_store_schema_sql.h"` gives the array
# `sim_store_schema_sql[]`; the header of a folder, "build/gen/queries.h", gives an array per file and a table
# `embed_queries[]` of {name, text} that ends with {NULL, NULL}. Nothing made here depends on flags: one place for all.
GEN := build/gen
GENERATED :=
define embed_rule
GENERATED += $(GEN)/$(1).h
$(GEN)/$(1).h: $(3) $(sort $(dir $(3))) sim/embed.sh
	@mkdir -p $$(@D) && sh sim/embed.sh $(2) $(3) >$$@.new && mv -f $$@.new $$@
endef
underscored = $(subst .,_,$(subst -,_,$(subst /,_,$(1))))
embed = $(if $(strip $(1)),$(eval $(call embed_rule,$(2),$(3),$(1))))
$(foreach f,$(wildcard sim/scenario/prelude.lua sim/store/schema.sql),$(call embed,$(f),$(call underscored,$(f))))
$(call embed,$(sort $(wildcard reports/queries/*.sql)),queries,-t embed_queries)
$(call embed,$(sort $(wildcard reports/plots/*.gp)),plots,-t embed_plots)

# Measured figures: every preset table in one header.
PRESET_TABLES := $(sort $(wildcard models/presets/*.csv))
ifneq ($(PRESET_TABLES),)
GENERATED += $(GEN)/presets_data.h
$(GEN)/presets_data.h: $(PRESET_TABLES) models/presets models/presets/csv2c.awk
	@mkdir -p $(@D) && LC_ALL=C awk -f models/presets/csv2c.awk $(PRESET_TABLES) >$@.new && mv -f $@.new $@
endif

# ---------------------------------------------------------------- compiling
define room_rules
obj_$(1) := $$(src_$(1):%.c=$$(BUILD)/obj/%.o)
$$(obj_$(1)): FOREIGN := $$(foreign_$(1))
# The folders are prerequisites so that a deleted file leaves the archive too.
$$(call archive,$(1)): $$(obj_$(1)) $$(wildcard $$(dir_$(1)) $$(dir_$(1))/*/)
	@mkdir -p $$(@D)
	@rm -f $$@ && ar rcsD $$@ $$(filter %.o,$$^)
endef
$(foreach r,$(ROOMS),$(eval $(call room_rules,$(r))))

compile = @echo "  cc    $<"; mkdir -p $(@D) && \
    $(CC) $(CPPFLAGS_ALL) $(foreach f,$(FOREIGN),$(cflags_$(f))) $(CFLAGS_ALL) -MMD -MP -c -o $@ $<

$(BUILD)/obj/%.o: %.c $(BUILD)/.flags | $(BUILD)/.tools $(GENERATED)
	$(compile)

$(PROGRAM): $(call archives_for,cli)
	@echo "  link  $@"
	@$(CC) $(OPTIMISE) $(LTO) $(LDFLAGS_ALL) -o $@ $^ $(call libs_for,$(call foreign_for,cli))

# ---------------------------------------------------------------- tests that are programs
# tests/unit/test_<file>.c is linked with the room of <file> and what that room may use, so a layering mistake is a
# link error. `test_<room>_<file>` or `test_<room>` settles the matter when two rooms have a file of that name.
# Stories see the whole simulated world, from the scenario to the verdict, but neither store nor reports.
# Files without `test_` in front are helpers, linked into every program of their folder.
has_file = $(filter %/$(2).c,$(src_$(1)))
first_word = $(firstword $(subst _, ,$(1)))
after_first = $(patsubst $(call first_word,$(1))_%,%,$(1))
room_by_prefix = $(if $(filter $(call first_word,$(1)),$(ROOMS)),\
    $(if $(or $(filter $(1),$(ROOMS)),$(call has_file,$(call first_word,$(1)),$(call after_first,$(1)))),\
        $(call first_word,$(1))))
room_by_file = $(lastword $(foreach r,$(ROOMS),$(if $(call has_file,$(r),$(1)),$(r))))
room_guess = $(filter $(call first_word,$(1)),$(ROOMS))
room_of = $(strip $(firstword $(call room_by_prefix,$(1)) $(call room_by_file,$(1)) $(call room_guess,$(1)) base))
room_of_unit = $(call room_of,$(patsubst test_%,%,$(basename $(notdir $(1)))))

unit_sources := $(sort $(wildcard tests/unit/test_*.c))
unit_helpers := $(filter-out $(unit_sources),$(sort $(wildcard tests/unit/*.c)))
story_sources := $(sort $(wildcard tests/story/test_*.c))
story_helpers := $(filter-out $(story_sources),$(sort $(wildcard tests/story/*.c)))
uses_story := $(filter-out cli reports explore store,$(ROOMS))
foreign_story := glib

UNIT_PROGRAMS := $(unit_sources:%.c=$(BUILD)/%)
STORY_PROGRAMS := $(story_sources:%.c=$(BUILD)/%)

# $(1) source, $(2) room, $(3) helpers
define test_program
$(1:%.c=$(BUILD)/obj/%.o): FOREIGN := $(sort $(call foreign_for,$(2)) $(foreign_$(2)) check)
$(1:%.c=$(BUILD)/%): $(patsubst %.c,$(BUILD)/obj/%.o,$(1) $(3)) $(call archives_for,$(2))
	@echo "  link  $$@"
	@mkdir -p $$(@D)
	@$$(CC) $(if $(filter bench,$(2)),$$(OPTIMISE) $$(LTO),$$(if $$(LTO),-fno-lto)) $$(LDFLAGS_ALL) -o $$@ $$^ $$(call libs_for,check $(call foreign_for,$(2)))
endef
$(foreach t,$(unit_sources),$(eval $(call test_program,$(t),$(call room_of_unit,$(t)),$(unit_helpers))))
$(foreach t,$(story_sources),$(eval $(call test_program,$(t),story,$(story_helpers))))
# Stories with an agenda of their own: it takes the place of the engine's.
tie_sources := $(sort $(wildcard tests/ties/test_*.c))
tie_helpers := $(filter-out $(tie_sources),$(sort $(wildcard tests/ties/*.c)))
STORY_PROGRAMS += $(tie_sources:%.c=$(BUILD)/%)
$(foreach t,$(tie_sources),$(eval $(call test_program,$(t),story,$(tie_helpers) $(story_helpers))))
$(patsubst %.c,$(BUILD)/obj/%.o,$(unit_helpers) $(story_helpers) $(tie_helpers)): FOREIGN := glib check

TEST_PROGRAMS := $(UNIT_PROGRAMS) $(STORY_PROGRAMS) $(BUILD)/tests/fuzz/worlds

# Long runs with known answers are stories too; benchmarks are programs with a main of their own. A file there that has
# a header of its name is a helper.
theory_sources := $(sort $(wildcard tests/theory/test_*.c))
theory_helpers := $(filter-out $(theory_sources),$(sort $(wildcard tests/theory/*.c)))
bench_helpers := $(wildcard $(patsubst %.h,%.c,$(sort $(wildcard tests/bench/*.h))))
bench_sources := $(filter-out $(bench_helpers),$(sort $(wildcard tests/bench/*.c)))
fuzz_sources := $(sort $(wildcard tests/fuzz/fuzz_*.c))
uses_bench := $(ROOMS)
# Random worlds are played by one program without a fuzzing engine.
worlds_sources := $(filter-out $(fuzz_sources),$(sort $(wildcard tests/fuzz/*.c)))
uses_fuzz := $(filter-out cli,$(ROOMS))
THEORY_PROGRAMS := $(theory_sources:%.c=$(BUILD)/%)
BENCH_PROGRAMS := $(bench_sources:%.c=$(BUILD)/%)
FUZZ_PROGRAMS := $(fuzz_sources:%.c=$(BUILD)/%)
WORLDS_PROGRAM := $(BUILD)/tests/fuzz/worlds
$(foreach t,$(theory_sources),$(eval $(call test_program,$(t),story,$(theory_helpers))))
$(foreach t,$(bench_sources),$(eval $(call test_program,$(t),bench,$(bench_helpers))))
$(foreach t,$(fuzz_sources),$(eval $(call test_program,$(t),fuzz,)))
$(eval $(call test_program,tests/fuzz/worlds.c,fuzz,$(filter-out tests/fuzz/worlds.c,$(worlds_sources))))
$(worlds_sources:%.c=$(BUILD)/obj/%.o): FOREIGN := glib
$(theory_helpers:%.c=$(BUILD)/obj/%.o): FOREIGN := glib check
$(FUZZ_PROGRAMS): LDFLAGS += -fsanitize=fuzzer

# What the scripts under tests/ need to know.
export BUILD JOBS
export FAULTLINE = $(BUILD)/faultline

.PHONY: test-programs
test-programs: $(TEST_PROGRAMS)

# ---------------------------------------------------------------- what people type
PACKAGES := gcc libc6-dev pkg-config libglib2.0-dev libsqlite3-dev liblua5.4-dev libmd4c-dev libmd4c-html0-dev check \
    gnuplot-nox fonts-dejavu-core libxml2-utils
# A make inside a make shares its parent's job slots; only the outermost chooses a number.
PARALLEL = $(if $(findstring jobserver,$(MAKEFLAGS)),,-j$(JOBS))
AGAIN = +@$(MAKE) --no-print-directory $(PARALLEL)

.PHONY: deps
deps: ## install what building, demo and check need (Debian; root or sudo only if something is missing)
	@.ci/deps $(PACKAGES)

.PHONY: demo
demo: deps ## install what is missing, build, play the main scenario and draw its report
	$(AGAIN) all
	@rm -rf $(BUILD)/demo
	@$(PROGRAM) run scenarios/catalog/user-subsystem.lua --out $(BUILD)/demo; code=$$?; \
	  if [ $$code -gt 1 ]; then echo "make demo: the run ended with $$code" >&2; exit $$code; fi; \
	  echo; \
	  if [ $$code -eq 1 ]; then echo "The failed expectation is meant to fail: it is what the scenario teaches."; fi; \
	  echo "Open $(BUILD)/demo/report.html"

.PHONY: check
check: deps ## install what is missing, then unit, story, refuse, worlds, golden and tidy; ends with 'N passed, N failed'
	$(AGAIN) all test-programs
	@UNIT_PROGRAMS='$(UNIT_PROGRAMS)' STORY_PROGRAMS='$(STORY_PROGRAMS)' tests/check.sh

.PHONY: unit
unit: $(UNIT_PROGRAMS) ## unit tests: each room alone, with only what it may use
	@tests/programs.sh unit $(UNIT_PROGRAMS)

.PHONY: ties
ties: $(BUILD)/tests/ties/test_matrix ## which events may meet at one instant, and what decides then
	@$(BUILD)/tests/ties/test_matrix --print

.PHONY: story
story: $(STORY_PROGRAMS) $(PROGRAM) ## stories: two or three components, exact trace lines; the command line
	@tests/programs.sh story $(STORY_PROGRAMS)
	@tests/story/cli.sh

.PHONY: refuse
refuse: $(PROGRAM) ## mistakes in scenarios are explained
	@tests/refuse/run.sh

.PHONY: golden
golden: $(PROGRAM) ## rewrite the golden files for review (explain each change in tests/golden/CHANGES.md)
	@tests/golden/run.sh --rewrite
	@tests/golden/generated.sh --rewrite

.PHONY: golden-check
golden-check: $(PROGRAM) ## compare every catalogue and fast regression scenario with its golden files
	@tests/golden/run.sh
	@tests/golden/generated.sh

.PHONY: tidy
tidy: ## layers, headers alone, banned symbols, format, OPEN: count
	$(AGAIN) all
	@tests/tidy/tidy.sh

.PHONY: fmt
fmt: ## reformat every C file (clang-format 14)
	@git ls-files -co --exclude-standard '*.c' '*.h' | xargs clang-format -i

.PHONY: determinism
determinism: ## the same run under other environments, compilers and optimisations; killed at random moments
	$(AGAIN) all
	@tests/determinism/run.sh
	@tests/determinism/kill.sh

.PHONY: theory
theory: $(THEORY_PROGRAMS) $(PROGRAM) ## long runs with known answers
	@tests/programs.sh theory $(THEORY_PROGRAMS)

.PHONY: bench
bench: $(BENCH_PROGRAMS) $(PROGRAM) ## how fast, beside hand-written peers in the same run
	@for p in $(BENCH_PROGRAMS); do $$p || exit; done

.PHONY: bench-instructions
bench-instructions: $(PROGRAM) ## instructions per scenario against tests/bench/instructions.txt (valgrind, minutes)
	@tests/bench/instructions.sh

.PHONY: slow
slow: $(PROGRAM) ## the long regression scenarios
	@$(PROGRAM) check -j $(JOBS) scenarios/regression/slow

.PHONY: asan
asan: ## unit tests and stories under the address sanitizer
	$(AGAIN) BUILD=$(BUILD)/asan SANITIZE=-fsanitize=address OPTIMISE=-O1 unit story

.PHONY: ubsan
ubsan: ## unit tests and stories under the undefined-behaviour sanitizer
	$(AGAIN) BUILD=$(BUILD)/ubsan SANITIZE='-fsanitize=undefined -fno-sanitize-recover=all' OPTIMISE=-O1 unit story

.PHONY: fuzz
fuzz: ## feed noise to whatever reads files, FUZZ_SECONDS=60 each; play random worlds under sanitizers (clang)
	$(AGAIN) BUILD=$(BUILD)/fuzz CC=clang SANITIZE=-fsanitize=address,undefined,fuzzer-no-link OPTIMISE=-O1 fuzz-run
	$(AGAIN) BUILD=$(BUILD)/sane SANITIZE='-fsanitize=address,undefined -fno-sanitize-recover=all' OPTIMISE=-O1 worlds

# Random legal worlds: WORLDS of them from WORLDS_SEED on.
WORLDS ?= 2000
WORLDS_SEED ?= 1
.PHONY: worlds
worlds: $(WORLDS_PROGRAM) ## play WORLDS=2000 random legal worlds from WORLDS_SEED=1 on
	@$(WORLDS_PROGRAM) $(WORLDS) $(WORLDS_SEED)

.PHONY: fuzz-run
fuzz-run: $(FUZZ_PROGRAMS)
	@for p in $(FUZZ_PROGRAMS); do \
	  mkdir -p $(BUILD)/corpus/$${p##*/} && \
	  $$p -max_total_time=$${FUZZ_SECONDS:-60} -print_final_stats=1 $(BUILD)/corpus/$${p##*/} \
	    scenarios/catalog tests/refuse || exit; done

.PHONY: coverage
coverage: ## line coverage of unit tests, stories and golden scenarios, per file, worst first
	$(AGAIN) BUILD=$(BUILD)/coverage SANITIZE=--coverage OPTIMISE=-O0 all test-programs
	-$(AGAIN) BUILD=$(BUILD)/coverage SANITIZE=--coverage OPTIMISE=-O0 --keep-going unit story refuse golden-check
	@tests/coverage.sh $(BUILD)/coverage

.PHONY: plan
plan: $(PROGRAM) ## print the frozen plan of SCENARIO=...
	@$(PROGRAM) lint --plan $(SCENARIO)

.PHONY: report
report: $(PROGRAM) ## play SCENARIO=... and draw its report into build/report
	@$(PROGRAM) run $(SCENARIO) --out $(BUILD)/report; test $$? -le 1

.PHONY: ci
ci: ## exactly what continuous integration runs
	@.ci/run

.PHONY: install
install: $(PROGRAM) ## install the program under PREFIX=/usr/local (DESTDIR is respected)
	@mkdir -p $(DESTDIR)$(PREFIX)/bin
	@install -m 755 $(PROGRAM) $(DESTDIR)$(PREFIX)/bin/faultline

.PHONY: clean
clean: ## remove build/
	@rm -rf $(BUILD)

.PHONY: help
help: ## every target with one line
	@awk -F ':[^#]*## ' '/^[a-z-]+:.*## / { printf "  make %-18s %s\n", $$1, $$2 }' $(firstword $(MAKEFILE_LIST))

# Kept between runs: make would call them intermediate and delete them.
.SECONDARY:

-include $(shell find $(BUILD)/obj -name '*.d' 2>/dev/null)
