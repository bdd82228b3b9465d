package special

import (
	"encoding/csv"
	"math"
	"os"
	"strconv"
	"testing"
)

// specfun returns the rows of the Pareto family's table of building blocks
// that hold fn, as p1…p5, v1, v2. The values are mpmath's, with 50 digits.
func specfun(t *testing.T, fn string) [][]float64 {
	t.Helper()
	f, err := os.Open("../../testdata/pareto/specfun.csv")
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	r := csv.NewReader(f)
	r.Comment = '#'
	lines, err := r.ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	var rows [][]float64
	for _, line := range lines[1:] {
		if line[0] != fn {
			continue
		}
		row := make([]float64, len(line)-1)
		for i, s := range line[1:] {
			if row[i], err = strconv.ParseFloat(s, 64); err != nil {
				t.Fatal(err)
			}
		}
		rows = append(rows, row)
	}
	if len(rows) < 60 {
		t.Fatalf("%d rows of %s", len(rows), fn)
	}
	return rows
}

// check compares got with want, relative to max(1, |want|), and returns the
// error.
func check(t *testing.T, name string, got, want, tol float64) float64 {
	t.Helper()
	err := math.Abs(got-want) / max(1, math.Abs(want))
	if !(err <= tol) {
		t.Errorf("%s = %.17g, want %.17g: error %.3g", name, got, want, err)
	}
	return err
}

func TestPochhammer(t *testing.T) {
	var worst float64
	for _, r := range specfun(t, "poch") {
		worst = max(worst, check(t, "ln Γ(r+x)/Γ(r)", LogGammaDiff(r[0], r[1]), r[5], 2e-15))
		worst = max(worst, check(t, "ψ(r+x)−ψ(r)", DigammaDiff(r[0], r[1]), r[6], 2e-15))
	}
	t.Logf("worst error %.2g", worst)
}

func TestParetoIntegral(t *testing.T) {
	var worst, worstMean, worstLog float64
	var n ParetoNodes
	for _, r := range specfun(t, "kernel") {
		k := ParetoIntegral{P: r[0], Q: r[1], A: r[2], B: r[3], W: r[4]}
		factor := -k.P*math.Log(k.A) - k.Q*math.Log(k.B) // the table has (A+v)^−P·(B+v)^−Q
		n.Set(k)
		worst = max(worst, check(t, "Value", factor+math.Log(n.Value), r[5], 1e-13))
		worstLog = max(worstLog, check(t, "Log", factor+k.Log(), r[5], 1e-13))
		var mean, one float64
		for i, w := range n.Weight[:n.N] {
			mean += w * n.LogA[i]
			one += w
		}
		check(t, "ΣWeight", one, 1, 1e-14)
		worstMean = max(worstMean, math.Abs(mean/r[6]-1))
	}
	if worstMean > 1e-12 {
		t.Errorf("mean of ln(1+V/A): relative error %.2g", worstMean)
	}
	t.Logf("worst errors: Value %.2g, Log %.2g, mean %.2g relative", worst, worstLog, worstMean)
}

// With A = B the integral over [0, ∞) is A/(P+Q−1), and for P = 0 it is
// B/(Q−1), however slowly the integrand decays.
func TestParetoIntegralToInfinity(t *testing.T) {
	for _, q := range []float64{1e-4, 0.02, 0.3, 1, 30, 1e6} {
		equal := ParetoIntegral{P: 1, Q: q, A: 7, B: 7, W: math.Inf(1)}
		check(t, "A = B", equal.Log(), math.Log(7/q), 1e-13)
		for _, a := range []float64{1e-9, 1, 1e9} {
			single := ParetoIntegral{P: 0, Q: 1 + q, A: a, B: 7, W: math.Inf(1)}
			check(t, "P = 0", single.Log(), math.Log(7/q), 1e-12)
		}
	}
}

// A long range splits into two with the integrand restarted at the cut; the
// parts and the whole use different nodes.
func TestParetoIntegralAdditive(t *testing.T) {
	var n ParetoNodes
	for _, k := range []ParetoIntegral{
		{0.3, 1.2, 1e-4, 3, 1e5}, {0.01, 1.01, 1e-6, 1e3, 1e3}, {4, 1.5, 20, 1e-3, 1e4}, {200, 1.5, 20, 10, 40}, {1, 1, 2, 2, 1e8},
	} {
		n.Set(k)
		whole := n.Value
		cut := k.W / 17
		n.Set(ParetoIntegral{k.P, k.Q, k.A, k.B, cut})
		sum := n.Value
		n.Set(ParetoIntegral{k.P, k.Q, k.A + cut, k.B + cut, k.W - cut})
		sum += n.Value * math.Exp(-k.P*math.Log1p(cut/k.A)-k.Q*math.Log1p(cut/k.B))
		check(t, "sum of parts/whole", sum/whole, 1, 4e-14)
	}
}

func TestLogExpIntegral(t *testing.T) {
	var worst float64
	for _, r := range specfun(t, "expEs") {
		worst = max(worst, check(t, "ln e^z E_s(z)", LogExpIntegral(r[0], r[1], math.Inf(1)), r[5], 1e-14))
	}
	t.Logf("worst error %.2g", worst)
}

func TestLogExpIntegralSpecialCases(t *testing.T) {
	inf := math.Inf(1)
	for _, c := range []struct{ s, z, w, want float64 }{
		{0.7, 0.3, 0, -inf},
		{0.7, 0, inf, inf},
		{1, 0, inf, inf},
		{3, 0, inf, math.Log(0.5)},
		{1, 0, math.E - 1, 0},                    // ∫du/(1+u) = ln(1+w)
		{0, 2, 3, math.Log(-math.Expm1(-6) / 2)}, // ∫e^−2u
		{0, 1e-12, 5, math.Log(5) - 2.5e-12},     // the same, z → 0
		{2, 1e-300, inf, 0},                      // ∫(1+u)^−2 = 1
		{1e5, 0, 1e-3, math.Log(-math.Expm1(-99999*math.Log1p(1e-3)) / 99999)},
	} {
		if got := LogExpIntegral(c.s, c.z, c.w); got != c.want && !(math.Abs(got-c.want) < 1e-14*max(1, math.Abs(c.want))) {
			t.Errorf("LogExpIntegral(%g, %g, %g) = %.17g, want %.17g", c.s, c.z, c.w, got, c.want)
		}
	}
}
