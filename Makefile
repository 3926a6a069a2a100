# make demo    segments the sample head (or SCAN=...) and shows where the results are
# make test    linters, type checker and all tests that need no GPU
# Both set everything up in .venv first; nothing else is changed on the computer.

PYTHON ?= $(shell command -v python3.11 || command -v python3.12 || command -v python3.13 || command -v python3)
SCAN ?= Resources/SampleData/synthetic-head.nii.gz
BIN = .venv/bin

.PHONY: demo test lint clean

demo: .venv/ready
	$(BIN)/medai run "$(SCAN)" --model brain-mr -o output/demo --scene
	@echo "Look at the picture: output/demo/overview.png; open output/demo/scene.mrb in 3D Slicer."

# Two processes of one thread each: most tests are short, and threads of PyTorch would wait for each other.
test: .venv/ready lint
	$(BIN)/python Testing/libraries.py
	OMP_NUM_THREADS=1 $(BIN)/pytest --numprocesses 2 --dist loadfile

lint: .venv/ready
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

# Torch goes first and alone: pip would otherwise be free to choose another build of it for what depends on it.
.venv/ready: pyproject.toml constraints.txt
	@"$(PYTHON)" -c "import sys; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 13))" || \
		(echo "This needs Python 3.11 to 3.13; name one with: make PYTHON=/path/to/python3" && exit 2)
	"$(PYTHON)" -m venv .venv
	$(BIN)/pip install --quiet --disable-pip-version-check torch==2.13.0
	$(BIN)/pip install --quiet --disable-pip-version-check --constraint constraints.txt --editable ".[test]"
	touch $@

clean:
	rm -rf .venv output .mypy_cache .ruff_cache .pytest_cache
