package models

import (
	"encoding/csv"
	"math"
	"os"
	"strconv"
	"testing"

	"github.com/predictive-clv/clv/history"
)

// A paretoRow is one row of testdata/pareto: named numbers and the regime. The
// values are mpmath's, computed with 50 digits; logs of numbers below the range
// of float64 are among them.
type paretoRow struct {
	t   *testing.T
	tag string
	v   map[string]float64
}

func paretoGolden(t *testing.T, name string, rows int) []paretoRow {
	t.Helper()
	f, err := os.Open("testdata/pareto/" + name)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	r := csv.NewReader(f)
	r.Comment = '#'
	r.LazyQuotes = true
	lines, err := r.ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	var out []paretoRow
	for _, line := range lines[1:] {
		row := paretoRow{t, "", make(map[string]float64)}
		for i, s := range line {
			if lines[0][i] == "tag" {
				row.tag = s
				continue
			}
			if row.v[lines[0][i]], err = strconv.ParseFloat(s, 64); err != nil && row.v[lines[0][i]] != 0 {
				t.Fatal(err)
			}
		}
		out = append(out, row)
	}
	if len(out) != rows {
		t.Fatalf("%s has %d rows, want %d", name, len(out), rows)
	}
	return out
}

func (r paretoRow) model() ParetoNBD {
	return ParetoNBD{r.v["r"], r.v["alpha"], r.v["s"], r.v["beta"]}
}

func (r paretoRow) customer() history.Customer {
	return history.Customer{Frequency: int(r.v["x"]), Recency: r.v["t_x"], T: r.v["T"], Spend: math.NaN()}
}

// table returns the customer as a table of three customers in one row.
func (r paretoRow) table() *history.Table {
	c := r.customer()
	return &history.Table{Frequency: []int{c.Frequency}, Recency: []float64{c.Recency}, T: []float64{c.T}, N: []float64{3}}
}

// A paretoWorst collects the errors of one quantity.
type paretoWorst struct {
	name     string
	err, tol float64
	tag      string
	n        int
}

// near compares with an error relative to max(floor, |want|).
func (w *paretoWorst) near(r paretoRow, got, want, floor float64) {
	r.t.Helper()
	w.n++
	err := math.Abs(got-want) / max(floor, math.Abs(want))
	if got == want {
		err = 0
	}
	if !(err <= w.tol) {
		r.t.Errorf("%s (%s) of %+v, %+v = %.17g, want %.17g: error %.2g", w.name, r.tag, r.model(), r.customer(), got, want, err)
	}
	if !(err <= w.err) {
		w.err, w.tag = err, r.tag
	}
}

func (w *paretoWorst) log(t *testing.T) {
	t.Helper()
	if w.n < 90 {
		t.Errorf("%s: only %d values compared", w.name, w.n)
	}
	t.Logf("%s: worst error of %d values %.2g (%s), tolerance %.0g", w.name, w.n, w.err, w.tag, w.tol)
}

func TestParetoNBDGoldenLikelihood(t *testing.T) {
	ll := paretoWorst{name: "ℓ", tol: 1e-13}
	score := paretoWorst{name: "θ·∂ℓ/∂θ", tol: 1e-13}
	alive := paretoWorst{name: "ln P(alive)", tol: 1e-13}
	dead := paretoWorst{name: "ln P(dead)", tol: 1e-13}
	means := paretoWorst{name: "E[λ], E[μ]", tol: 1e-13}
	for _, r := range paretoGolden(t, "pnbd_ll.csv", 285) {
		m, c := r.model(), r.customer()
		var grad [4]float64
		ll.near(r, m.Score(grad[:], r.table())/3, r.v["ll"], 1)
		for i, name := range m.ParamNames() {
			p := m.Params()[i]
			score.near(r, p*grad[i]/3, p*r.v["d_"+name], 1)
		}
		ll.near(r, m.LogLikOf(c), r.v["ll"], 1)
		ll.near(r, m.ScoreOf(grad[:], c), r.v["ll"], 1)
		for i, name := range m.ParamNames() {
			p := m.Params()[i]
			score.near(r, p*grad[i], p*r.v["d_"+name], 1)
		}
		alive.near(r, m.weights(c).logAlive(), r.v["log_p_alive"], 1)
		alive.near(r, m.LogOddsAlive(c), r.v["log_p_alive"]-r.v["log_p_dead"], 1)
		dead.near(r, m.weights(c).logDead(), r.v["log_p_dead"], 1)
		p := m.Posterior(c)
		means.near(r, p.MeanRate, r.v["e_lambda"], 0)
		means.near(r, p.MeanDropout, r.v["e_mu"], 0)
	}
	for _, w := range []*paretoWorst{&ll, &score, &alive, &dead, &means} {
		w.log(t)
	}
}

func TestParetoNBDGoldenHessian(t *testing.T) {
	scaled := paretoWorst{name: "θ·H·θ", tol: 1e-8}
	names := ParetoNBD{}.ParamNames()
	for _, r := range paretoGolden(t, "pnbd_hess.csv", 132) {
		m, c := r.model(), r.customer()
		var hess, batch [16]float64
		var grad [4]float64
		m.Hessian(batch[:], grad[:], r.table())
		m.HessianOf(hess[:], grad[:], c)
		var largest float64
		for i, a := range names {
			for j := i; j < 4; j++ {
				largest = max(largest, math.Abs(r.v["h_"+a+"_"+names[j]]*m.Params()[i]*m.Params()[j]))
			}
		}
		for i, a := range names {
			for j, b := range names {
				want, ok := r.v["h_"+a+"_"+b]
				if !ok {
					want = r.v["h_"+b+"_"+a]
				}
				scale := m.Params()[i] * m.Params()[j]
				scaled.near(r, hess[4*i+j]*scale, want*scale, largest)
				scaled.near(r, batch[4*i+j]/3*scale, want*scale, largest)
			}
		}
	}
	scaled.log(t)
}

func TestParetoNBDGoldenExpectation(t *testing.T) {
	surv := paretoWorst{name: "ln P(τ>t)", tol: 1e-14}
	expected := paretoWorst{name: "E[X(t)]", tol: 1e-13}
	det := paretoWorst{name: "DET and DERT", tol: 1e-13}
	for _, r := range paretoGolden(t, "pnbd_expect.csv", 180) {
		m, at, delta := r.model(), r.v["t"], r.v["delta"]
		surv.near(r, m.logSurvival(at), r.v["log_surv"], 1)
		surv.near(r, m.ProbAliveAt(history.Customer{}, at), math.Exp(r.v["log_surv"]), 1)
		expected.near(r, m.Expected(at), r.v["e_x"], 0)
		expected.near(r, m.CondExpected(history.Customer{}, at), r.v["e_x"], 0)
		det.near(r, m.DET(history.Customer{}, at, delta), r.v["det_t"], 0)
		det.near(r, m.DERT(history.Customer{}, delta), r.v["det_inf"], 0)
	}
	for _, w := range []*paretoWorst{&surv, &expected, &det} {
		w.log(t)
	}
}

func TestParetoNBDGoldenCounts(t *testing.T) {
	prob := paretoWorst{name: "ln P(X(t)=n)", tol: 1e-13}
	tail := paretoWorst{name: "ln P(X(t)≥n)", tol: 1e-12}
	for _, r := range paretoGolden(t, "pnbd_pmf.csv", 270) {
		m, n, at := r.model(), int(r.v["n"]), r.v["t"]
		prob.near(r, m.LogProb(n, at), r.v["log_pmf"], 1)
		tail.near(r, m.LogTail(n, at), r.v["log_tail"], 1)
	}
	prob.log(t)
	tail.log(t)
}

func TestParetoNBDGoldenConditional(t *testing.T) {
	w := paretoWorst{name: "logarithms of conditional quantities", tol: 1e-13}
	e := paretoWorst{name: "E, DET, DERT, relative", tol: 1e-13}
	for _, r := range paretoGolden(t, "pnbd_cond.csv", 222) {
		m, c, n, at, delta := r.model(), r.customer(), int(r.v["n"]), r.v["t"], r.v["delta"]
		w.near(r, m.weights(c).logAlive(), r.v["log_p_alive"], 1)
		w.near(r, m.weights(c).logAlive()+m.given(c).logSurvival(at), r.v["log_p_alive_t"], 1)
		w.near(r, m.LogCondProb(c, n, at), r.v["log_cpmf"], 1)
		w.near(r, m.weights(c).logAlive()+m.given(c).LogTail(1, at), r.v["log_p_active"], 1)
		for _, q := range []struct{ got, log float64 }{
			{m.ProbAliveAt(c, at), r.v["log_p_alive_t"]}, {m.ProbOrder(c, at), r.v["log_p_active"]},
			{m.CondExpected(c, at), r.v["log_ce"]}, {m.DERT(c, delta), r.v["log_dert"]}, {m.DET(c, at, delta), r.v["log_det"]},
		} {
			if q.log > -700 { // below, float64 underflows
				e.near(r, math.Log(q.got), q.log, 1)
			}
		}
	}
	w.log(t)
	e.log(t)
}

func TestParetoNBDGoldenPosterior(t *testing.T) {
	w := paretoWorst{name: "ln densities of λ and μ", tol: 1e-13}
	for _, r := range paretoGolden(t, "pnbd_post.csv", 106) {
		m, c, lambda, mu := r.model(), r.customer(), r.v["lambda"], r.v["mu"]
		w.near(r, m.LogPosteriorRate(c, lambda), r.v["log_post_lambda"], 1)
		w.near(r, m.LogPosteriorDropout(c, mu), r.v["log_post_mu"], 1)
		w.near(r, m.LogPosterior(c, lambda, mu), r.v["log_post_joint"], 1)
		prior := logGamma(m.R, m.Alpha, lambda) + logGamma(m.S, m.Beta, mu)
		w.near(r, prior+r.v["ind_ll"]-m.LogLikOf(c), r.v["log_post_joint"], max(1, math.Abs(r.v["ind_ll"]), math.Abs(prior)))
	}
	w.log(t)
}
