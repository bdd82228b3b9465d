package special

import (
	"bytes"
	"encoding/csv"
	"math"
	"os"
	"strconv"
	"testing"
)

// The golden tables hold values computed by mpmath with 50 digits or more. A
// column tol_v is 32·2⁻⁵²·S, S the sum of the absolute terms of the formula for
// v: what a careful double-precision evaluation can keep.

// golden returns the rows of testdata/name as maps from column to value.
func golden(t *testing.T, name string) []map[string]float64 {
	t.Helper()
	data, err := os.ReadFile("testdata/" + name)
	if err != nil {
		t.Fatal(err)
	}
	r := csv.NewReader(bytes.NewReader(data))
	r.Comment = '#'
	lines, err := r.ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	var rows []map[string]float64
	for _, line := range lines[1:] {
		row := make(map[string]float64)
		for i, s := range line {
			if row[lines[0][i]], err = strconv.ParseFloat(s, 64); err != nil {
				t.Fatal(err)
			}
		}
		rows = append(rows, row)
	}
	if len(rows) < 90 {
		t.Fatalf("%s has %d rows", name, len(rows))
	}
	return rows
}

// worst keeps the largest ratio of error to tolerance of one quantity.
type worst struct {
	name  string
	ratio float64
	at    map[string]float64
}

func (w *worst) compare(t *testing.T, row map[string]float64, got, want, tol float64) {
	t.Helper()
	ratio := math.Abs(got-want) / tol
	if got == want {
		ratio = 0
	}
	if !(ratio <= w.ratio) {
		w.ratio, w.at = ratio, row
	}
	if !(ratio <= 1) {
		t.Errorf("%s at %v = %.17g, want %.17g: error %.3g, tolerance %.3g", w.name, row, got, want, got-want, tol)
	}
}

func (w *worst) log(t *testing.T) {
	t.Helper()
	t.Logf("%s: worst error %.3f of the tolerance, at %v", w.name, w.ratio, w.at)
}

func TestGolden(t *testing.T) {
	for _, c := range []struct {
		file, value string
		f           func(r map[string]float64) float64
	}{
		{"core_lgdiff.csv", "lgdiff", func(r map[string]float64) float64 { return LogGammaDiff(r["z"], r["h"]) }},
		{"core_lgdiff.csv", "psidiff", func(r map[string]float64) float64 { return DigammaDiff(r["z"], r["h"]) }},
		{"core_lbratio.csv", "lbratio", func(r map[string]float64) float64 { return LogBetaRatio(r["a"], r["b"], r["X"]) }},
		{"core_H.csv", "H", func(r map[string]float64) float64 { return H(r["R"], r["t"]/r["A"], r["a"], r["b"]) }},
		{"core_incbeta.csv", "ln_Iz", func(r map[string]float64) float64 {
			v, _ := LogRegIncBeta(r["n"], r["R"], r["t"]/(r["A"]+r["t"]), r["A"]/(r["A"]+r["t"]))
			return v
		}},
		{"core_incbeta.csv", "ln_Iq", func(r map[string]float64) float64 {
			_, v := LogRegIncBeta(r["n"], r["R"], r["t"]/(r["A"]+r["t"]), r["A"]/(r["A"]+r["t"]))
			return v
		}},
		{"core_hyp2f1.csv", "hyp", func(r map[string]float64) float64 {
			return math.Exp(LogHyp2F1One(r["c_minus_b"], r["b"], r["omz"]))
		}},
	} {
		t.Run(c.value, func(t *testing.T) {
			w := worst{name: c.value}
			for _, r := range golden(t, c.file) {
				w.compare(t, r, c.f(r), r[c.value], r["tol_"+c.value])
			}
			w.log(t)
		})
	}
}
