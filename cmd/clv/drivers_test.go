package main

import (
	"encoding/json"
	"math"
	"strings"
	"testing"

	"github.com/predictive-clv/clv/portfolio"
)

// The value of a new customer without costs is that of clv predict --new.
func TestDriversAgreeWithPredict(t *testing.T) {
	workspace(t)
	var d portfolio.Drivers
	if err := json.Unmarshal([]byte(must(t, "drivers", "--model-file", "model.json", "--margin", "0.3", "--json", "--tornado", "t.svg").out), &d); err != nil {
		t.Fatal(err)
	}
	want := parseTable(t, must(t, "predict", "--model-file", "model.json", "--new", "--margin", "0.3", "--columns", "clv").out).floats(t, "clv_12m")[0]
	if math.Abs(d.Value-want) > 1e-9*want {
		t.Errorf("the value is %v, and clv predict says %v", d.Value, want)
	}
	if svg := readFile(t, "t.svg"); !strings.Contains(svg, "order value") {
		t.Error("the figure does not name order value")
	}
}

func TestDriversRefuse(t *testing.T) {
	workspace(t)
	for args, want := range map[string]string{
		"--change 0":             "--change",
		"--tornado t.gif":        "use .svg, .png or .pdf",
		"--segments log.csv":     "name it with --in",
		"--horizon 3":            "has no unit",
		"--margin 3":             "margin is 3",
		"--economics model.json": "economics",
	} {
		r := clv(append([]string{"drivers", "--model-file", "model.json"}, strings.Fields(args)...)...)
		if r.code == exitOK || !strings.Contains(r.err, want) {
			t.Errorf("clv drivers %s: exit code %d, %q does not say %q", args, r.code, r.err, want)
		}
	}
}
