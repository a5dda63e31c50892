# checkhook: build, test, check, install. `make help` lists the targets.

VERSION := 0.1.0
MODE    ?= release#          release, debug, asan or fuzz; each has its own folder below build/
PREFIX  ?= /usr/local
DESTDIR ?=
V       ?= 0#                V=1 shows whole command lines
JOBS    ?= $(shell nproc 2>/dev/null || echo 1)

ifeq ($(origin CC),default)
CC := gcc
endif
MODE    := $(strip $(MODE))
OUT     := build/$(MODE)
quiet    = $(if $(filter 0,$(V)),@printf '%-5s %s\n' $(1) $(2);)
.DEFAULT_GOAL := all
.DELETE_ON_ERROR:
.SUFFIXES:
MAKEFLAGS += --no-builtin-rules

# --- what we stand on: pkg-config module and Debian package (libcsv has no module, only a header)

CORE_MODULES := libcurl sqlite3 libconfig libcjson libsodium libmicrohttpd
TUI_MODULES  := formw menuw panelw ncursesw
TEST_MODULES := cmocka openssl
TERM_MODULES := vterm
PACKAGE_OF   := formw=libncurses-dev menuw=libncurses-dev panelw=libncurses-dev \
    ncursesw=libncurses-dev libcurl=libcurl4-openssl-dev sqlite3=libsqlite3-dev \
    libconfig=libconfig-dev libcjson=libcjson-dev libsodium=libsodium-dev \
    libmicrohttpd=libmicrohttpd-dev cmocka=libcmocka-dev openssl=libssl-dev vterm=libvterm-dev
package_of    = $(patsubst $(1)=%,%,$(filter $(1)=%,$(PACKAGE_OF)))

BUILD_PACKAGES := gcc libc6-dev make pkg-config libcsv-dev \
    $(sort $(foreach m,$(CORE_MODULES) $(TUI_MODULES),$(call package_of,$(m))))
TEST_PACKAGES  := openssl curl tmux $(foreach m,$(TEST_MODULES) $(TERM_MODULES),$(call package_of,$(m)))
BENCH_PACKAGES := nginx-light wrk
COMPARED_PACKAGES := sqlite3 jq# measured beside the checks
TERMINAL_PACKAGES := htop tig# measured beside the console
PICTURE_PACKAGES := xvfb xterm imagemagick xdotool x11-utils fonts-dejavu-core
GATE_PACKAGES  := clang clang-tidy clang-format cppcheck valgrind
FUZZ_PACKAGES  := clang libclang-rt-14-dev
PEER_PACKAGES  := nginx slapd ldap-utils postgresql $(if $(shell command -v npm),,npm)

modules_cflags = $(shell pkg-config --cflags $(1) 2>/dev/null)
modules_libs   = $(shell pkg-config --libs $(1) 2>/dev/null)
CORE_LIBS := $(call modules_libs,$(CORE_MODULES)) -lcsv
TUI_LIBS  := $(call modules_libs,$(TUI_MODULES))
TEST_LIBS := $(call modules_libs,$(TEST_MODULES))
TERM_LIBS := $(call modules_libs,$(TERM_MODULES)) -lutil

# --- flags

CFLAGS_release := -O2 -D_FORTIFY_SOURCE=2 -fstack-protector-strong -fPIE
CFLAGS_debug   := -O0
CFLAGS_asan    := -O1 -fsanitize=address,undefined -fno-sanitize-recover=all -fno-omit-frame-pointer
CFLAGS_fuzz    := -O1 -fsanitize=fuzzer-no-link,address,undefined -fno-sanitize-recover=all -fno-omit-frame-pointer
# The C library first: nearly all symbols of nearly all libraries are looked for in it.
LDFLAGS_release := -pie -Wl,-z,relro,-z,now -lc
LDFLAGS_asan    := -fsanitize=address,undefined
LDFLAGS_fuzz    := -fsanitize=fuzzer,address,undefined
ifeq ($(filter release debug asan fuzz,$(MODE)),)
$(error MODE is '$(MODE)'; it may be release, debug, asan or fuzz)
endif

WARNINGS := -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wsign-conversion -Wstrict-prototypes \
    -Wmissing-prototypes -Wold-style-definition -Wformat=2 -Wvla -Wwrite-strings -Wundef -Werror
DEFINES  := -D_GNU_SOURCE -DCHECKHOOK_VERSION='"$(VERSION)"' \
    -DCHECKHOOK_SHARE_DIR='"$(PREFIX)/share/checkhook"'
INCLUDES := -I. $(call modules_cflags,$(CORE_MODULES) $(TUI_MODULES))
COMPILE   = $(CC) -std=c11 $(DEFINES) $(INCLUDES) $(WARNINGS) -g -fvisibility=hidden $(CFLAGS_$(MODE)) $(CFLAGS)
LINK      = $(CC) $(CFLAGS_$(MODE)) $(CFLAGS) $(LDFLAGS_$(MODE)) $(LDFLAGS)

# --- what is built from what

CORE_SOURCES    := $(wildcard core/*.c core/*/*.c)
FORMS_SOURCES   := $(wildcard forms/*.c)
TUI_SOURCES     := $(filter-out tui/main.c,$(wildcard tui/*.c))
MAIN_SOURCES    := $(wildcard tui/main.c)
TERM_SOURCES    := $(wildcard tests/support/term*.c) tests/support/golden.c
SUPPORT_SOURCES := $(filter-out $(TERM_SOURCES),$(wildcard tests/support/*.c))
UNIT_SOURCES    := $(wildcard tests/unit/test_*.c)
E2E_SOURCES     := $(wildcard tests/e2e/test_*.c)
CAMPAIGN_SOURCES := $(wildcard tests/campaign/test_*.c)
CONSOLE_CAMPAIGN_SOURCES := $(wildcard tests/campaign/test_console_*.c)
BENCHES         := deliver console checks# each is tests/bench/NAME.c with main, and what they share
BENCH_SOURCES   := $(wildcard tests/bench/*.c)
BENCH_SHARED    := $(filter-out $(BENCHES:%=tests/bench/%.c),$(BENCH_SOURCES))
FUZZ_MAIN       := tests/fuzz/main.c
FUZZ_SOURCES    := $(filter-out $(FUZZ_MAIN),$(wildcard tests/fuzz/*.c))
SHOWCASE_SOURCES := $(filter-out tests/showcase/frozen.c,$(wildcard tests/showcase/*.c))
PRODUCT_SOURCES := $(CORE_SOURCES) $(FORMS_SOURCES) $(TUI_SOURCES) $(MAIN_SOURCES)
TEST_SOURCES    := $(SUPPORT_SOURCES) $(TERM_SOURCES) $(UNIT_SOURCES) $(E2E_SOURCES) $(BENCH_SOURCES) \
    $(CAMPAIGN_SOURCES) $(FUZZ_SOURCES) $(FUZZ_MAIN) $(wildcard tests/showcase/*.c)
HEADERS         := $(wildcard core/*.h core/*/*.h forms/*.h tui/*.h tests/support/*.h tests/bench/*.h tests/showcase/*.h \
    tests/unit/*.h tests/fuzz/*.h)
objects          = $(patsubst %.c,$(OUT)/%.o,$(1))

LIBCORE    := $(OUT)/libcore.a
LIBFORMS   := $(OUT)/libforms.a
LIBTUI     := $(OUT)/libtui.a
LIBSUPPORT := $(OUT)/libsupport.a
LIBFUZZ    := $(OUT)/libfuzz.a
PROGRAM    := $(if $(MAIN_SOURCES),$(OUT)/checkhook)
UNIT_TESTS := $(patsubst %.c,$(OUT)/%,$(UNIT_SOURCES))
E2E_TESTS  := $(patsubst %.c,$(OUT)/%,$(E2E_SOURCES))
CAMPAIGNS  := $(patsubst %.c,$(OUT)/%,$(CAMPAIGN_SOURCES))
CONSOLE_CAMPAIGNS := $(patsubst %.c,$(OUT)/%,$(CONSOLE_CAMPAIGN_SOURCES))

.PHONY: all
all: $(LIBCORE) $(LIBFORMS) $(LIBTUI) $(PROGRAM) ## Build the program (MODE=release, debug or asan)

$(LIBCORE): $(call objects,$(CORE_SOURCES))
$(LIBFORMS): $(call objects,$(FORMS_SOURCES))
$(LIBTUI): $(call objects,$(TUI_SOURCES))
$(LIBSUPPORT): $(call objects,$(SUPPORT_SOURCES))
$(LIBFUZZ): $(call objects,$(FUZZ_SOURCES))
$(OUT)/%.a: $(OUT)/flags
	$(call quiet,AR,$@)rm -f $@ && ar rcs $@ $(filter %.o,$^)

# Archives stand in the order of the layers, so that a call upwards does not link.
$(OUT)/checkhook: $(call objects,$(MAIN_SOURCES)) $(LIBTUI) $(LIBFORMS) $(LIBCORE)
	$(call quiet,LINK,$@)$(LINK) -o $@ $^ $(TUI_LIBS) $(CORE_LIBS)

$(UNIT_TESTS) $(filter-out $(CONSOLE_CAMPAIGNS),$(CAMPAIGNS)): $(OUT)/%: $(OUT)/%.o $(LIBSUPPORT) \
    $(LIBFUZZ) $(LIBFORMS) $(LIBCORE)
	$(call quiet,LINK,$@)$(LINK) -o $@ $^ $(TEST_LIBS) $(CORE_LIBS)

$(E2E_TESTS) $(CONSOLE_CAMPAIGNS): $(OUT)/%: $(OUT)/%.o $(call objects,$(TERM_SOURCES)) $(LIBSUPPORT) $(LIBTUI) \
    $(LIBFORMS) $(LIBCORE)
	$(call quiet,LINK,$@)$(LINK) -o $@ $^ $(TEST_LIBS) $(TERM_LIBS) $(TUI_LIBS) $(CORE_LIBS)

# A home with the data of the reference screens, and the clock that stands still there. What is
# preloaded is built without sanitizers: it comes before them.
$(OUT)/showcase: $(call objects,$(SHOWCASE_SOURCES)) $(LIBCORE)
	$(call quiet,LINK,$@)$(LINK) -o $@ $^ $(CORE_LIBS)

$(OUT)/frozen.so: tests/showcase/frozen.c
	$(call quiet,CC,$<)mkdir -p $(@D) && $(CC) -std=c11 $(DEFINES) $(WARNINGS) -O1 -fPIC -shared -o $@ $<

$(E2E_TESTS) $(CONSOLE_CAMPAIGNS): | $(OUT)/showcase $(OUT)/frozen.so

$(BENCHES:%=$(OUT)/bench-%): $(OUT)/bench-%: $(OUT)/tests/bench/%.o $(call objects,$(BENCH_SHARED)) \
    $(LIBSUPPORT) $(LIBCORE)
	$(call quiet,LINK,$@)$(LINK) -o $@ $^ $(TEST_LIBS) $(CORE_LIBS)

$(OUT)/%.o: %.c Makefile $(OUT)/flags | libraries
	$(call quiet,CC,$<)mkdir -p $(@D) && $(COMPILE) -MMD -MP -c -o $@ $<

# Rewritten only when a flag changed (another PREFIX, another CC), and then everything is rebuilt.
$(OUT)/flags: FORCE
	@mkdir -p $(@D); printf '%s\n' '$(subst ','\'',$(COMPILE) $(LINK))' | cmp -s - $@ || \
	    printf '%s\n' '$(subst ','\'',$(COMPILE) $(LINK))' >$@

FORCE:
-include $(patsubst %.c,$(OUT)/%.d,$(PRODUCT_SOURCES) $(TEST_SOURCES))

.PHONY: libraries
libraries:
	@ok=1; say() { echo "$$1 is missing: run \`make deps\`, or install $$2" >&2; ok=0; }; \
	if ! command -v pkg-config >/dev/null; then say pkg-config pkg-config; else \
	$(foreach m,$(CORE_MODULES) $(TUI_MODULES), \
	    pkg-config --exists $(m) || say $(m) $(call package_of,$(m));) fi; \
	if ! command -v $(CC) >/dev/null; then say '$(CC)' 'it, or set CC'; else \
	echo '#include <csv.h>' | $(CC) -E -x c - >/dev/null 2>&1 || say libcsv libcsv-dev; fi; \
	[ $$ok = 1 ]

# --- tests

PEERS := build/peers#         servers of others that tests talk to
TEST_JOBS ?= $(shell expr 2 \* $(JOBS))#     tests wait more than they work
RUN_TESTS = CHECKHOOK_BIN=$(CURDIR)/$(OUT)/checkhook tests/run -j $(TEST_JOBS)

.PHONY: test unit e2e campaign one asan valgrind demo
test: deps-test ## Install what is missing, build and run all tests
	@$(MAKE) --no-print-directory -j$(JOBS) all-tests
	@$(RUN_TESTS) $(UNIT_TESTS) $(E2E_TESTS) $(CAMPAIGNS)

.PHONY: all-tests peers run-valgrind
all-tests: all peers $(UNIT_TESTS) $(E2E_TESTS) $(CAMPAIGNS)

peers:
	@tests/peers/fetch $(PEERS)

unit: all peers $(UNIT_TESTS) ## Build and run the unit tests
	@$(RUN_TESTS) $(UNIT_TESTS)

e2e: all peers $(E2E_TESTS) ## Build and run the end-to-end tests
	@$(RUN_TESTS) $(E2E_TESTS)

# CAMPAIGN_SEED=… repeats one; the other parameters stand at the top of each program.
campaign: deps-test ## Run the long form of the campaigns, one after the other
	@$(MAKE) --no-print-directory -j$(JOBS) all $(CAMPAIGNS)
	@CAMPAIGN_LONG=1 $(RUN_TESTS) -v -j 1 -t 3600 $(CAMPAIGNS)

one: all peers $(filter %/$(T),$(UNIT_TESTS) $(E2E_TESTS) $(CAMPAIGNS)) ## Build and run one test with its output: make one T=test_url
	@$(if $(filter %/$(T),$^),$(RUN_TESTS) -v $(filter %/$(T),$^),echo "T='$(T)' is no test; say e.g. T=$(notdir $(firstword $(UNIT_TESTS)))" >&2; exit 2)

asan: ## Run all tests under AddressSanitizer and UBSan
	@$(MAKE) --no-print-directory MODE=asan test

valgrind: ## Run the unit tests under valgrind
	@tests/gates/need valgrind
	@$(MAKE) --no-print-directory -j$(JOBS) MODE=debug all-tests
	@$(MAKE) --no-print-directory MODE=debug run-valgrind

run-valgrind:
	@$(RUN_TESTS) -t 600 -w 'valgrind -q --leak-check=full --error-exitcode=99' $(UNIT_TESTS)

demo: deps-build ## Install what is missing, build, and show the main job
	@$(MAKE) --no-print-directory -j$(JOBS) all
	@share/demo/run.sh $(CURDIR)/$(OUT)/checkhook

# --- fuzzing

FUZZ_SECONDS ?= 60#          for each target
FUZZ_JOBS    ?= $(shell expr 3 \* $(JOBS))#     at once
FUZZ_TARGETS ?=#             all, unless named
FUZZ_CC      ?= clang

.PHONY: fuzz
fuzz: ## Fuzz every parser for a minute (FUZZ_SECONDS=…, FUZZ_TARGETS='json url')
	@.ci/deps $(BUILD_PACKAGES) $(FUZZ_PACKAGES)
	@$(MAKE) --no-print-directory -j$(JOBS) MODE=fuzz CC='$(FUZZ_CC)' build/fuzz/fuzz
	@tests/fuzz/run -j $(FUZZ_JOBS) -t $(FUZZ_SECONDS) build/fuzz/fuzz build/fuzz/work $(FUZZ_TARGETS)

$(OUT)/fuzz: $(call objects,$(FUZZ_MAIN)) $(LIBFUZZ) $(LIBCORE)
	$(call quiet,LINK,$@)$(LINK) -o $@ $^ $(CORE_LIBS)

# --- benchmarks

.PHONY: bench-deliver
bench-deliver: deps-build ## Measure deliveries against a bare libcurl loop and wrk
	@.ci/deps $(BENCH_PACKAGES)
	@$(MAKE) --no-print-directory -j$(JOBS) all $(OUT)/bench-deliver
	@CHECKHOOK_BIN=$(CURDIR)/$(OUT)/checkhook $(OUT)/bench-deliver

.PHONY: bench-console
bench-console: deps-build ## Measure the console on a million users and a million deliveries
	@.ci/deps $(TERMINAL_PACKAGES)
	@$(MAKE) --no-print-directory -j$(JOBS) all $(OUT)/bench-console
	@CHECKHOOK_BIN=$(CURDIR)/$(OUT)/checkhook $(OUT)/bench-console build/bench-home

# BENCH_USERS=… takes other numbers than 1,000,000 and a tenth of it, BENCH_ROUNDS=… others than 3.
.PHONY: bench-checks
bench-checks: deps-build ## Measure imports and runs of the checks against sqlite3, Python and jq
	@.ci/deps $(COMPARED_PACKAGES)
	@$(MAKE) --no-print-directory -j$(JOBS) all $(OUT)/bench-checks
	@CHECKHOOK_BIN=$(CURDIR)/$(OUT)/checkhook $(OUT)/bench-checks

# --- pictures

.PHONY: screenshots
screenshots: deps-build ## Draw the pictures in screenshots/ anew
	@.ci/deps $(PICTURE_PACKAGES)
	@$(MAKE) --no-print-directory -j$(JOBS) all $(OUT)/showcase $(OUT)/frozen.so
	@mkdir -p screenshots
	@tests/pictures/draw $(OUT) screenshots $(NAMES)

# --- gates

.PHONY: check format format-check layers headers pictures clang lint
check: format-check layers headers pictures clang lint asan valgrind test ## All gates, then the tests

format: ## Format all sources in place
	clang-format -i $(PRODUCT_SOURCES) $(TEST_SOURCES) $(HEADERS)

format-check: ## Fail when a source is not formatted
	@tests/gates/need clang-format
	@clang-format --dry-run -Werror $(PRODUCT_SOURCES) $(TEST_SOURCES) $(HEADERS)

layers: ## Fail on an include upwards, sideways or in a circle
	@tests/gates/test-layers
	@tests/gates/layers .

headers: libraries ## Fail when a header does not compile alone
	@printf '%s\n' $(HEADERS) | xargs -P $(JOBS) -n 1 tests/gates/header $(CC) -std=c11 $(DEFINES) $(INCLUDES) $(WARNINGS)

pictures: ## Fail when a screen has no picture
	@tests/gates/pictures .

clang: ## Fail when clang warns
	@tests/gates/need clang
	@$(MAKE) --no-print-directory -j$(JOBS) CC=clang OUT=build/clang all

lint: libraries ## clang-tidy, cppcheck and the size limits
	@tests/gates/lint -j $(JOBS) $(PRODUCT_SOURCES) -- -std=c11 $(DEFINES) $(INCLUDES)

# --- the rest

.PHONY: deps deps-build deps-test install uninstall clean help
deps: ## Install what building, testing and checking need (Debian)
	@.ci/deps $(BUILD_PACKAGES) $(TEST_PACKAGES) $(GATE_PACKAGES) $(FUZZ_PACKAGES) $(PEER_PACKAGES)
	@tests/peers/fetch $(PEERS)

deps-build:
	@.ci/deps $(BUILD_PACKAGES)

deps-test:
	@.ci/deps $(BUILD_PACKAGES) $(TEST_PACKAGES)

SHARE := $(DESTDIR)$(PREFIX)/share
MAN   := $(OUT)/checkhook.1
UNIT  := $(OUT)/checkhook.service
UNITS := $(DESTDIR)$(PREFIX)/lib/systemd/system
DATA  := $(wildcard share/checks/*.conf share/samples/*)

# The reference parts of the manual come from the program's own tables.
$(MAN): share/man/checkhook.1.in $(OUT)/checkhook $(wildcard share/checks/*.conf)
	$(call quiet,MAN,$@)$(OUT)/checkhook help manual $< >$@

$(UNIT): share/systemd/checkhook.service.in $(OUT)/flags
	$(call quiet,UNIT,$@)sed 's|@BINDIR@|$(PREFIX)/bin|' $< >$@

install: all $(MAN) $(UNIT) ## Install into DESTDIR and PREFIX (/usr/local)
	install -D -m 755 $(OUT)/checkhook $(DESTDIR)$(PREFIX)/bin/checkhook
	@$(foreach f,$(DATA),install -D -m 644 $(f) $(SHARE)/checkhook/$(f:share/%=%) &&) true
	install -D -m 644 $(MAN) $(SHARE)/man/man1/checkhook.1
	install -D -m 644 $(UNIT) $(UNITS)/checkhook.service

uninstall: ## Remove what install put there
	rm -f $(DESTDIR)$(PREFIX)/bin/checkhook
	rm -f $(SHARE)/man/man1/checkhook.1
	rm -f $(UNITS)/checkhook.service
	rm -rf $(SHARE)/checkhook

clean: ## Remove everything that was built
	rm -rf build compile_commands.json

compile_commands.json: FORCE ## Describe the compilation for clangd
	@{ sep='['; for f in $(PRODUCT_SOURCES) $(TEST_SOURCES); do \
	printf '%s\n{"directory":"%s","file":"%s","command":"%s -c %s"}' "$$sep" '$(CURDIR)' "$$f" \
	    '$(subst ",\",$(subst ','\'',$(COMPILE)))' "$$f"; sep=,; done; echo ']'; } >$@

help: ## This list
	@awk -F ' *## *' '/^[a-z][a-z0-9_.-]*:.*## / { sub(/:.*/, "", $$1); printf "  %-22s %s\n", $$1, $$2 }' $(firstword $(MAKEFILE_LIST))
