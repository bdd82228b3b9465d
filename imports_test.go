package clv_test

import (
	"encoding/json"
	"errors"
	"io"
	"os/exec"
	"slices"
	"strings"
	"testing"
)

const (
	module    = "github.com/predictive-clv/clv"
	modeltest = "models/modeltest"
)

// layers are the folders of the house, each above those that it may import:
// the arrows never turn round. The conformance suite of the models stands
// beside them and above the engine; only tests may import it.
var layers = map[string][]string{
	"history":    {},
	"models":     {"history"},
	"fit":        {"models", "history"},
	"ingest":     {"history"},
	"forecast":   {"fit", "models", "history"},
	"plots":      {"models", "history"},
	"serve":      {"models", "history"},
	"portfolio":  {"forecast", "fit", "models", "history"},
	"report":     {"plots", "forecast", "fit", "models", "history"},
	"cmd":        {"report", "serve", "plots", "portfolio", "forecast", "ingest", "fit", "models", "history"},
	"benchmarks": {"serve", "plots", "portfolio", "forecast", "ingest", "fit", "models", "history"},
	"notebooks":  {"plots", "portfolio", "forecast", "ingest", "fit", "models", "history"},
	"testdata":   {},
	modeltest:    {"fit", "models", "history"},
}

// owners are libraries that one folder alone may import, by the beginning of
// their path.
var owners = map[string][]string{
	"github.com/urfave/cli":            {"cmd"},
	"github.com/schollz/progressbar":   {"cmd"},
	"golang.org/x/term":                {"cmd"},
	"gonum.org/v1/plot":                {"plots"},
	"gonum.org/v1/gonum/optimize":      {"fit", "benchmarks"},
	"github.com/go-gota":               {"ingest"},
	"github.com/duckdb":                {"ingest"},
	"github.com/marcboeker":            {"ingest"},
	"github.com/jackc/pgx":             {"ingest"},
	"github.com/ClickHouse":            {"ingest"},
	"github.com/trinodb":               {"ingest"},
	"github.com/parquet-go":            {"ingest"},
	"github.com/apache/arrow-go":       {"ingest"},
	"modernc.org/sqlite":               {"ingest"},
	"github.com/prometheus":            {"serve"},
	"net/http":                         {"serve", "benchmarks"},
	"database/sql":                     {"ingest"},
	"github.com/jedib0t/go-pretty":     {"cmd"},
	"github.com/go-echarts/go-echarts": {"plots"},
}

// A pkg is what go list says of a package.
type pkg struct {
	ImportPath                         string
	Standard                           bool
	Imports, TestImports, XTestImports []string
	Deps                               []string
}

// goList asks the go command about packages.
func goList(t *testing.T, args ...string) (pkgs []pkg) {
	t.Helper()
	cmd := exec.Command("go", append([]string{"list", "-json=ImportPath,Standard,Imports,TestImports,XTestImports,Deps"}, args...)...)
	var stderr strings.Builder
	cmd.Stderr = &stderr
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("go list: %v\n%s", err, stderr.String())
	}
	for dec := json.NewDecoder(strings.NewReader(string(out))); ; {
		var p pkg
		if err := dec.Decode(&p); errors.Is(err, io.EOF) {
			return pkgs
		} else if err != nil {
			t.Fatal(err)
		}
		pkgs = append(pkgs, p)
	}
}

// layer returns the top folder of a package of ours, "" for the root and
// others.
func layer(path string) string {
	rest, _ := strings.CutPrefix(path, module+"/")
	if rest == path {
		return ""
	}
	if rest == modeltest {
		return modeltest
	}
	top, _, _ := strings.Cut(rest, "/")
	return top
}

func stdlib(path string) bool {
	first, _, _ := strings.Cut(path, "/")
	return !strings.Contains(first, ".")
}

func TestArrows(t *testing.T) {
	seen := map[string]bool{}
	for _, p := range goList(t, "./...") {
		from := layer(p.ImportPath)
		if from == "" {
			continue
		}
		seen[from] = true
		below, ok := layers[from]
		if !ok {
			t.Errorf("folder %s has no place in the layout: give it one in layers", from)
			continue
		}
		for _, path := range p.Imports {
			if to := layer(path); to != "" && to != from && !slices.Contains(below, to) {
				t.Errorf("%s imports %s: %s may import %v", p.ImportPath, path, from, below)
			}
			for library, owner := range owners {
				if strings.HasPrefix(path, library) && !slices.Contains(owner, from) {
					t.Errorf("%s imports %s: only %v may", p.ImportPath, path, owner)
				}
			}
			if from == "history" && layer(path) == "" && !stdlib(path) {
				t.Errorf("%s imports %s: history needs nothing but the standard library", p.ImportPath, path)
			}
		}
	}
	for _, must := range []string{"history", "models", "fit", "ingest", "plots", "cmd"} {
		if !seen[must] {
			t.Errorf("go list shows no package in %s: the test sees nothing", must)
		}
	}
}

// TestPredictingNeedsLittle: a service that only predicts pulls in the models,
// the histories and special functions, and nothing that draws, optimises,
// parses flags, speaks SQL or needs cgo.
func TestPredictingNeedsLittle(t *testing.T) {
	for _, p := range goList(t, "./models") {
		if !slices.Contains(p.Deps, module+"/history") {
			t.Error("models does not depend on history: the test sees nothing")
		}
		for _, path := range p.Deps {
			known := stdlib(path) || strings.HasPrefix(path, module+"/models/") || path == module+"/history" ||
				strings.HasPrefix(path, "gonum.org/v1/gonum/") || strings.HasPrefix(path, "golang.org/x/exp/rand")
			if !known || path == "gonum.org/v1/gonum/optimize" || path == "database/sql" || path == "runtime/cgo" || path == "flag" || path == "net" || path == "net/http" {
				t.Errorf("models depends on %s", path)
			}
		}
	}
}
