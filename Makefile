# Everything that a new machine needs is installed here, and nothing by hand.
SHELL := /bin/bash
.ONESHELL:
.SHELLFLAGS := -eu -o pipefail -c

LIBRARIES := libssh-dev libssl-dev libedit-dev libpq-dev libsqlite3-dev libcmark-gfm-dev libcmark-gfm-extensions-dev
COMMANDS := pkg-config openssh-client
TEST_PACKAGES := shellcheck asciinema openssh-server python3 python3-venv tmux parallel perl postgresql cmark-gfm chromium libreoffice-calc-nogui \
  man-db mandoc zsh fish strace
TEST_MODULES := pytest pexpect jsonschema pyte junitparser lxml PyYAML
LAB := .build/release/lab
# Where `make install` puts lab; packagers can put DESTDIR in front of it.
PREFIX ?= /usr/local
SHARE := $(PREFIX)/share
# Where zsh looks; a package of Debian's kind has another folder.
ZSH_COMPLETIONS ?= $(SHARE)/zsh/site-functions
# The completion file of each shell.
define COMPLETIONS
bash $(DESTDIR)$(SHARE)/bash-completion/completions/lab
zsh $(DESTDIR)$(ZSH_COMPLETIONS)/_lab
fish $(DESTDIR)$(SHARE)/fish/vendor_completions.d/lab.fish
endef
export COMPLETIONS
# Only pages of ours: others may begin with lab- as well.
REMOVE_PAGES = { grep -ls "Made by 'lab manual'" "$$to"/share/man/man1/lab*.1 || true; } | while read -r page; do rm -f "$$page"; done

.DEFAULT_GOAL := start
.PHONY: help check start build install uninstall deb dist test test-unit test-end-to-end prove recordings bench lint format install-build install-tests install-bench sandbox-tools clean

## help: what can be made here
help:
	@sed -n 's/^## \([a-z-]*\): /\1|/p' Makefile | while IFS='|' read -r name what; do
	  printf '%-16s %s\n' "$$name" "$$what" | fold -s -w 100 | sed '2,$$s/^/                 /'
	done

## start: install what is missing, build, make the practice machines if there are none, and open lab
start: build sandbox-tools
	@export PATH="$(CURDIR)/.build/release:$$PATH"
	if [ ! -e "$${XDG_CONFIG_HOME:-$$HOME/.config}/lab/machines.yaml" ]; then
	  if ! $(LAB) sandbox status >/dev/null 2>&1; then
	    echo "Starting the practice machines. The first time this makes their image, which takes one to two minutes."
	    $(LAB) sandbox up || echo "Practice machines are not available here (see above). lab still works with your own machines."
	  fi
	fi
	if [ -t 0 ]; then exec $(LAB); else exec $(LAB) </dev/null; fi

## build: the program, in .build/release/lab
build: install-build
	@if [ ! -x $(LAB) ]; then echo "Building lab. The first time this takes about five minutes on two cores."; fi
	# With Swift's own libraries linked in, if the toolchain has them: the program starts in two thirds of the time, and runs without Swift installed.
	static=
	resources=$$(swiftc -print-target-info | sed -n 's/.*"runtimeResourcePath": "\(.*\)".*/\1/p')
	if [ -d "$${resources}_static" ]; then static=--static-swift-stdlib; fi
	sh packaging/link-inputs "$(CURDIR)/.build/link" $(LAB)
	PKG_CONFIG_PATH="$(CURDIR)/.build/link/archives$${PKG_CONFIG_PATH:+:$$PKG_CONFIG_PATH}" \
	  swift build -c release --product lab $$static -Xlinker "$(CURDIR)/.build/link/commit.o" 2>&1 | { grep -vE '^\[[0-9]+/[0-9]+\] (Compiling|Emitting|Wrapping|Write)|`mktemp. is dangerous' || true; }
	test -x $(LAB)

## install: copy what was built to PREFIX (/usr/local): bin/lab; in share, the course (lab), man pages, and completions for bash, zsh and fish
install:
	@umask 022
	if [ ! -x $(LAB) ]; then echo "lab is not built yet: make build" >&2; exit 1; fi
	to="$(DESTDIR)$(PREFIX)"
	install -d "$$to/bin" "$$to/share"
	# Remove the old course first: a step that it no longer has must not stay. In a home, courses that 'lab get' installed are beside it.
	rm -rf "$$to/share/lab/"{labs,checks,sandbox,schemas}
	install -d "$$to/share/lab"
	cp -R labs checks sandbox schemas "$$to/share/lab/"
	# Without its symbols the program is a third smaller. Debuggers look for them in .debug beside it.
	if command -v objcopy >/dev/null; then
	  install -d "$$to/bin/.debug"
	  objcopy --only-keep-debug $(LAB) "$$to/bin/.debug/lab.debug"
	  objcopy --strip-all --add-gnu-debuglink="$$to/bin/.debug/lab.debug" $(LAB) "$$to/bin/lab"
	  chmod 755 "$$to/bin/lab"
	  chmod 644 "$$to/bin/.debug/lab.debug"
	else
	  install -m 755 $(LAB) "$$to/bin/lab"
	fi
	install -d "$$to/share/man/man1"
	$(REMOVE_PAGES)
	eval "$$(sh packaging/source)"
	SOURCE_DATE_EPOCH=$$epoch $(LAB) manual "$$to/share/man/man1"
	while read -r shell file; do
	  install -d "$$(dirname "$$file")"
	  $(LAB) --generate-completion-script "$$shell" >"$$file"
	done <<<"$$COMPLETIONS"
	echo "Installed: $$to/bin/lab, and in $$to/share the course (lab), man pages, and completions for bash, zsh and fish"

## uninstall: remove what install put into PREFIX
uninstall:
	@to="$(DESTDIR)$(PREFIX)"
	rm -rf "$$to/bin/lab" "$$to/bin/.debug/lab.debug" "$$to/share/lab/"{labs,checks,sandbox,schemas}
	rmdir "$$to/share/lab" 2>/dev/null || true
	$(REMOVE_PAGES)
	while read -r shell file; do rm -f "$$file"; done <<<"$$COMPLETIONS"
	rmdir "$(DESTDIR)$(PREFIX)/bin/.debug" 2>/dev/null || true

## deb: a package for Debian and Ubuntu, in .build/packages
deb: build
	@bash packaging/deb $(LAB) .build/packages

## dist: a tarball of the last commit, with checksums, in .build/packages
dist:
	@bash packaging/dist .build/packages

## test: everything: unit tests, the course's data, and end-to-end tests on four practice machines
test: install-tests sandbox-tools
	@bash Tests/run-all

## test-unit: the fast loop
test-unit: install-tests
	@bash Tests/run-unit

## test-end-to-end: end-to-end tests on practice machines of their own, beside yours; STAGE=nothing, fresh, walked or cluster runs only those that need as much
test-end-to-end: install-tests sandbox-tools build
	@bash Tests/EndToEnd/run $(STAGE)

## prove: the longer proofs: course and drills on every platform (docs/platforms.md), words that checks look for against every release, repairs as printed, faults without a cause, deaths of the primary, undo tasks, a class of three, every VBoxManage command with the real program, packages in clean Debian 12 and 13; with PLATFORM=NAME only that platform
prove: install-tests sandbox-tools build
	@if [ -n "$(PLATFORM)" ]; then LAB_PLATFORM="$(PLATFORM)" bash Tests/EndToEnd/run prove_platforms.py; else bash Tests/EndToEnd/run proofs; fi

## recordings: record again what lab replay shows if you have no walk of your own; needed after the course has changed
recordings: sandbox-tools build
	@bash labs/postgresql-cluster/recordings/make

## check: style, rooms, the course's data and every piece of shell; quick, and first in make test
check: install-tests
	@swift format lint --strict --recursive Sources Tests Package.swift
	bash Tests/check-rooms
	swift build --quiet --product lab
	.build/debug/lab lint
	.build-tests/bin/python Tests/check-shell

## lint: check the course's data
lint: build
	@$(LAB) lint

## format: format the source as .swift-format says
format:
	swift format --in-place --recursive Sources Tests Package.swift

## bench: measure a round of checks, the start, and a class beside OpenSSH and other programs: ratios within the same run; with BASE=COMMIT the whole course beside that commit's lab
bench: build install-bench sandbox-tools
	@if [ -n "$(BASE)" ]; then bash bench/real "$(BASE)"; else bash bench/run; fi

# Other systems name these packages differently; there the build reports what is missing.
install-build:
	@missing=
	for package in $(LIBRARIES) $(COMMANDS); do
	  dpkg -s "$$package" >/dev/null 2>&1 || missing="$$missing $$package"
	done
	command -v swift >/dev/null || { echo "Swift 6 is not installed. See https://www.swift.org/install" >&2; exit 1; }
	if [ -n "$$missing" ] && ! command -v apt-get >/dev/null; then
	  echo "There is no apt-get here, so nothing is installed. lab needs what Debian calls:$$missing" >&2
	  missing=
	fi
	if [ -n "$$missing" ]; then
	  as_root=; [ "$$(id -u)" = 0 ] || as_root=sudo
	  echo "Installing:$$missing"
	  $$as_root apt-get update -qq
	  DEBIAN_FRONTEND=noninteractive $$as_root apt-get install -y -qq $$missing >/dev/null
	fi

install-tests: install-build
	@missing=
	for package in $(TEST_PACKAGES); do dpkg -s "$$package" >/dev/null 2>&1 || missing="$$missing $$package"; done
	if [ -n "$$missing" ]; then
	  as_root=; [ "$$(id -u)" = 0 ] || as_root=sudo
	  echo "Installing for the tests:$$missing"
	  $$as_root apt-get update -qq
	  DEBIAN_FRONTEND=noninteractive $$as_root apt-get install -y -qq $$missing >/dev/null
	fi
	if [ "$$(cat .build-tests/installed 2>/dev/null)" != "$(TEST_MODULES)" ]; then
	  /usr/bin/python3 -m venv .build-tests
	  .build-tests/bin/pip install --quiet --disable-pip-version-check $(TEST_MODULES)
	  echo "$(TEST_MODULES)" > .build-tests/installed
	fi

# Programs to compare with. If they cannot be installed, the rest is measured.
install-bench: install-tests
	@bash bench/install-peers || echo "bench: the peers cannot be installed here; lab is measured without them." >&2

sandbox-tools:
	@sh sandbox/install

clean:
	rm -rf .build .build-tests .build-peers .build-bench
