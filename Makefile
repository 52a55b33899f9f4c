# `make` lists the targets. Each makes .venv and installs what it needs, locked by hash, on a machine with
# nothing but Python 3.11, git and make; a second run finds everything in place.

VENV := .venv
PYTHON_IN_VENV := $(VENV)/bin/python
DONE := $(VENV)/done
INSTALL := $(PYTHON_IN_VENV) -m pip install --quiet --disable-pip-version-check
INSTALL_LOCKED := $(INSTALL) --require-hashes --no-deps --no-compile

# An environment whose interpreter has gone (the system's Python was replaced) is made anew.
ifneq ($(wildcard $(VENV)),)
ifneq ($(shell $(PYTHON_IN_VENV) -c 'print("works")' 2>&1),works)
$(shell rm -rf $(VENV))
endif
endif

ON_LINUX := $(filter Linux,$(shell uname))

# One more than there are processors: most of the time an end-to-end test waits for what it drives.
WORKERS := $(shell n=$$(getconf _NPROCESSORS_ONLN 2>/dev/null || echo 2); echo $$((n < 7 ? n + 1 : 8)))

# Folders are in the list too: their time tells of a file that was removed.
# The wheel holds the manual page, which those of packaging and the changelog make.
SOURCES := pyproject.toml README.md LICENSE CHANGELOG.md packaging/wheel_hook.py packaging/catalogues.py packaging/linux/manual.py \
           packaging/project.py $(shell find tray -name __pycache__ -prune -o -print)

# Two installations into one environment would meet; only `check` runs things side by side.
ifeq ($(MAKELEVEL),0)
.NOTPARALLEL:
endif

# No module is imported from the working folder: what runs is the wheel that was installed.
export PYTHONSAFEPATH := 1

.PHONY: help demo run test quick test-packages test-windows installed-packages icons bundle package package-linux package-windows \
        check bench simulation soak fuzz desktops lock clean \
        messages documents lint format-check types-linux types-darwin types-win32 contracts workflows coverage format

help:
	@echo 'make demo    play with the tray on an embedded Identity Center: needs no AWS account'
	@echo 'make run     the tray on your own ~/.aws'
	@echo 'make test    every test, against the installed wheel; choose some with ARGS="-k name"'
	@echo 'make quick   the tests of pure functions and of files, in less than half a minute'
	@echo 'make test-packages  every end-to-end test against bundle, tarball and .deb'
	@echo 'make test-windows  the tests of Windows under Wine, and the program for Windows driven with a mouse'
	@echo 'make bundle  the program in a folder that needs no Python: dist/sso-tray/'
	@echo 'make package all that can be built on this machine, into dist/; it says what it leaves out, and why'
	@echo 'make package-linux  the bundle, the tarball and the Debian package alone'
	@echo 'make icons   the icons of every system, from assets/sso-tray.svg'
	@echo 'make check   ruff, mypy for three systems, import-linter, branch coverage of core, actionlint, zizmor'
	@echo 'make simulation  years of working days against the truth about each sign-in, and the figures'
	@echo 'make fuzz    every property with 20 times as many inputs, new ones each time; more with TIMES=100'
	@echo 'make soak    24 days of a person in about ten minutes, and what the tray holds before and after; longer with ARGS="--days 100"'
	@echo 'make bench   every budget: start, memory, wake-ups, latency, prompt, size; ends with 1 if one is exceeded'
	@echo 'make desktops  the program in every desktop that Debian has, driven and looked at; 1.3 GB of packages, as root;'
	@echo '              one of them with DESKTOP=gnome-x11, pictures of the screen with PICTURES=folder'
	@echo 'make messages brings the catalogues of other languages up to date, and lists what is not translated'
	@echo 'make documents the tables of docs/settings.md, from the keys and the words of the settings page'
	@echo 'make format  let ruff put the source in order'
	@echo 'make lock    pin the dependencies of pyproject.toml; newer ones with ARGS=--upgrade'
	@echo 'make clean   remove what make made'

demo: $(DONE)/project
	@$(PYTHON_IN_VENV) -m tray demo

run: $(DONE)/project
	@$(PYTHON_IN_VENV) -m tray run

test: export TESTS_NEED_WHEEL := 1
test: $(DONE)/development $(DONE)/project
	@packaging/install-test-programs.sh packaging/debian-packages-test.txt
	@packaging/npm/install.sh
	@# On a desk that has not all that packages are made with, the tests of them are skipped.
	@$(if $(ON_LINUX),$(MAKE) --no-print-directory installed-packages || test "$$CI" != true)
	@$(PYTHON_IN_VENV) -m pytest --numprocesses=$(WORKERS) $(ARGS)

# Needs none of the programs that other tests drive. Against the wheel too: it is made in a second, and a child process
# that a test starts finds no other.
quick: $(DONE)/development $(DONE)/project
	@$(PYTHON_IN_VENV) -m pytest -q --quick --hypothesis-profile=slow --numprocesses=auto --maxprocesses=4 \
	    tests $(patsubst %,--ignore=tests/%,bench end_to_end packages simulation windows wine) $(ARGS)

test-windows: $(DONE)/wine $(DONE)/windows $(DONE)/project
	@packaging/wine/test.sh $(ARGS)

test-packages: export SSO_TRAY_TEST_PACKAGES := all
test-packages: $(DONE)/development $(DONE)/project
	@packaging/install-test-programs.sh packaging/debian-packages-test.txt
	@packaging/npm/install.sh
	@$(MAKE) --no-print-directory installed-packages
	@$(PYTHON_IN_VENV) -m pytest --numprocesses=$(WORKERS) tests/end_to_end tests/packages $(ARGS)

# Each package in a system of its own, as people have it, for the tests to drive.
installed-packages: $(DONE)/linux-packages
	@PYTHONPATH=tests $(PYTHON_IN_VENV) -m support.programs

documents: $(DONE)/project
	@$(PYTHON_IN_VENV) packaging/settings_table.py

icons: $(DONE)/development
	@packaging/install-test-programs.sh packaging/debian-packages-package.txt
	@$(PYTHON_IN_VENV) packaging/icons.py assets
	@$(PYTHON_IN_VENV) packaging/tray_icons.py .

# The same source makes the same bytes: no time and no random order of this run goes into them.
bundle package package-linux installed-packages $(DONE)/bundle $(DONE)/linux-packages: export PYTHONHASHSEED := 1
bundle package package-linux installed-packages $(DONE)/bundle $(DONE)/linux-packages: export SOURCE_DATE_EPOCH ?= $(shell git log -1 --format=%ct 2>/dev/null || stat -c %Y CHANGELOG.md)

bundle: $(DONE)/bundle

package: $(DONE)/bundle $(DONE)/distributions $(if $(ON_LINUX),package-linux package-windows)
	@cd dist && sha256sum -- $$(find . -maxdepth 1 -type f ! -name SHA256SUMS -printf '%P\n' | sort) >SHA256SUMS && cat SHA256SUMS

package-linux: $(DONE)/linux-packages

# Asks first whether it can be made here: Wine, which the bundle for Windows takes, not everybody has.
package-windows: $(DONE)/distributions
	@packaging/windows/package.sh

bench: $(DONE)/development $(DONE)/project $(if $(ON_LINUX),$(DONE)/bundle)
	@packaging/install-test-programs.sh packaging/debian-packages-test.txt
	@# The locked packages were installed without byte code, which a program that people start would have.
	@$(PYTHON_IN_VENV) -m compileall -q $(VENV)/lib || true
	@PYTHONPATH=tests $(PYTHON_IN_VENV) -m bench $(ARGS)

simulation: $(DONE)/development $(DONE)/project
	@PYTHONPATH=tests $(PYTHON_IN_VENV) -m simulation $(ARGS)

# What fails is kept in .hypothesis and tried first the next time. A single property may take long.
fuzz: export TESTS_NEED_WHEEL := 1
fuzz: export TIMES ?= 20
fuzz: $(DONE)/development $(DONE)/project
	@packaging/install-test-programs.sh packaging/debian-packages-test.txt
	@$(PYTHON_IN_VENV) -m pytest -q -m hypothesis --hypothesis-profile=fuzz --timeout=0 --numprocesses=auto tests $(ARGS)

soak: $(DONE)/development $(DONE)/project
	@packaging/install-test-programs.sh packaging/debian-packages-test.txt
	@PYTHONPATH=tests $(PYTHON_IN_VENV) -m soak $(ARGS)

# Installs what it needs, and says first how much that is. For people to run, before a release: no part of .ci/run.
desktops: $(DONE)/development $(DONE)/project $(DONE)/distributions
	@PYTHONPATH=tests $(PYTHON_IN_VENV) -m desktops $(if $(DESKTOP),--desktop $(DESKTOP)) \
	    $(if $(PICTURES),--pictures $(PICTURES)) $(ARGS)

check: $(DONE)/development
	@$(MAKE) --no-print-directory --keep-going -j2 coverage types-linux types-darwin types-win32 contracts workflows lint format-check

lint: $(DONE)/development
	@$(VENV)/bin/ruff check --quiet .

format-check: $(DONE)/development
	@$(VENV)/bin/ruff format --quiet --check .

# The tests run on Linux, and those of Windows alone there.
types-linux: CHECKED := tray tests --exclude '^tests/(windows/|.*_windows\.py$$)'
types-darwin: CHECKED := tray
types-win32: CHECKED := tray tests/windows $(wildcard tests/*/*_windows.py)
types-linux types-darwin types-win32: types-%: $(DONE)/development
	@$(PYTHON_IN_VENV) -m mypy --platform $* --cache-dir .mypy_cache/$* --no-error-summary $(CHECKED)

# Of the source here, so that what is reported can be opened: core starts no program that could find another one.
coverage: export PYTHONPATH := $(CURDIR)
coverage: $(DONE)/development
	@found=$$($(PYTHON_IN_VENV) -m coverage run -m pytest -q -p no:cacheprovider tests/core) || { echo "$$found"; exit 1; }
	@found=$$($(PYTHON_IN_VENV) -m coverage report) || { echo "$$found"; exit 1; }

contracts: $(DONE)/development
	@$(PYTHON_IN_VENV) -c 'from importlinter.cli import lint_imports_command; lint_imports_command()' --no-logo

workflows: $(DONE)/development
	@$(VENV)/bin/actionlint
	@found=$$($(VENV)/bin/zizmor --quiet --offline --persona=auditor --strict-collection .github) || { echo "$$found"; exit 1; }

format: $(DONE)/development
	@$(VENV)/bin/ruff check --quiet --fix .
	@$(VENV)/bin/ruff format --quiet .

LOCK := $(VENV)/bin/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes \
        --no-emit-index-url --no-annotate --no-header $(ARGS)

lock: $(DONE)/environment
	$(INSTALL) uv
	$(LOCK) pyproject.toml --group dev --output-file packaging/requirements-dev.lock
	$(LOCK) pyproject.toml --constraints packaging/requirements-dev.lock --output-file packaging/requirements.lock
	$(LOCK) --group build --constraints packaging/requirements-dev.lock --output-file packaging/requirements-build.lock
	$(LOCK) pyproject.toml --group build --group package --group test --constraints packaging/requirements-dev.lock --output-file packaging/requirements-test.lock

messages: $(DONE)/development
	@$(PYTHON_IN_VENV) packaging/catalogues.py $(ARGS)

clean:
	rm -rf $(VENV) .wine .wine32 .wine32.log build dist packaging/*/node_modules
	rm -rf .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache .coverage*

$(DONE)/environment: packaging/create-venv.sh
	@packaging/create-venv.sh $(VENV)
	@mkdir -p $(DONE) && touch $@

$(DONE)/runtime: packaging/requirements.lock packaging/requirements-build.lock | $(DONE)/environment
	@echo 'Installing the locked dependencies into $(VENV)'
	@$(INSTALL_LOCKED) -r packaging/requirements.lock -r packaging/requirements-build.lock
	@touch $@

# This lock holds all of the other two.
$(DONE)/development: packaging/requirements-dev.lock | $(DONE)/environment
	@echo 'Installing the locked dependencies and development tools into $(VENV)'
	@$(INSTALL_LOCKED) -r packaging/requirements-dev.lock
	@touch $@ $(DONE)/runtime

$(DONE)/project: $(SOURCES) $(DONE)/runtime
	@echo 'Building and installing the wheel'
	@$(INSTALL) --no-build-isolation --no-deps --no-index --force-reinstall .
	@touch $@

$(DONE)/distributions: $(SOURCES) $(DONE)/development
	@mkdir -p dist && rm -f dist/*.whl dist/sso_tray-*.tar.gz
	@$(PYTHON_IN_VENV) -m hatchling build --directory dist
	@touch $@

BUNDLE_SOURCES := packaging/sso-tray.spec $(wildcard packaging/bundle/*.py) assets/sso-tray.ico assets/sso-tray.icns

$(DONE)/bundle: $(BUNDLE_SOURCES) $(DONE)/development $(DONE)/project
	@packaging/install-test-programs.sh packaging/debian-packages-package.txt
	@packaging/bundle/need-libpython.sh $(PYTHON_IN_VENV)
	@echo 'Making the bundle'
	@$(PYTHON_IN_VENV) -m PyInstaller --noconfirm --clean --log-level ERROR --distpath dist --workpath build packaging/sso-tray.spec
	@touch $@

$(DONE)/linux-packages: $(DONE)/bundle $(wildcard packaging/linux/*) CHANGELOG.md $(shell find assets/hicolor)
	@rm -f dist/sso-tray-*.tar.gz dist/sso-tray_*.deb
	@PYTHONPATH=packaging $(PYTHON_IN_VENV) -m linux dist/sso-tray dist
	@touch $@

$(DONE)/wine: packaging/wine/create.sh packaging/wine/environment.sh packaging/wine/requirements-python.lock \
              packaging/requirements-test.lock packaging/debian-packages-windows.txt | $(DONE)/environment
	@packaging/install-test-programs.sh packaging/debian-packages-windows.txt
	@packaging/wine/create.sh
	@touch $@

# For tests; what people get is built on Windows.
$(DONE)/windows: packaging/wine/build.sh $(BUNDLE_SOURCES) $(DONE)/wine $(DONE)/distributions
	@echo 'Building the program for Windows'
	@rm -rf dist/windows build/windows
	@packaging/wine/build.sh dist/sso_tray-*.whl
	@touch $@
