"""Fails if a cell of an executed notebook wrote to stderr: a Go program that
panics is no error to Jupyter."""

import json
import sys

for name in sys.argv[1:]:
    with open(name, encoding="utf-8") as file:
        cells = json.load(file)["cells"]
    for number, cell in enumerate(cells, 1):
        for output in cell.get("outputs", []):
            if output.get("name") == "stderr" or output["output_type"] == "error":
                sys.exit(f"{name}: cell {number}: {''.join(output.get('text', output.get('traceback', '')))}")
