"""What a module's peers run on: its version, and the file of the reference BLAS if its products come from there."""

import importlib
import json
import sys

version = importlib.import_module(sys.argv[1]).__version__
try:
    with open("/proc/self/maps") as maps:
        files = {line.split()[-1] for line in maps}
except OSError:  # not Linux
    files = set()
reference = sorted(file for file in files if "/blas/libblas.so" in file)
print(json.dumps({"version": version, "referenceBlas": reference[0] if reference else None}))
