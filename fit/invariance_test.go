package fit

import (
	"fmt"
	"math"
	"runtime"
	"testing"

	"github.com/predictive-clv/clv/history"
	"github.com/predictive-clv/clv/models"
)

// The same histories in hours, days, weeks, months and years have the same
// predictions, and log-likelihoods that differ by the change of the density's
// unit, Σx·ln(ratio).
func TestUnitInvariance(t *testing.T) {
	h := simulated(2, 1500, cdnowLike)
	t.Run("BG/NBD", func(t *testing.T) { unitInvariance(t, models.BGNBD{}, h) })
	t.Run("MBG/NBD", func(t *testing.T) { unitInvariance(t, models.MBGNBD{}, h) })
	t.Run("Pareto/NBD", func(t *testing.T) { unitInvariance(t, models.ParetoNBD{}, h) })
}

func unitInvariance[M interface {
	Model[M, *history.Table]
	ProbAlive(c history.Customer) float64
	CondExpected(c history.Customer, t float64) float64
}](t *testing.T, m M, weeks *history.Table) {
	want := mustFit(t, m, weeks, nil)
	var purchases float64
	for _, x := range weeks.Frequency {
		purchases += float64(x)
	}
	for _, unit := range []history.Unit{history.Hour, history.Day, history.Month, history.Year} {
		h := weeks.In(unit)
		got := mustFit(t, m, h, nil)
		ratio := history.Week.Days() / unit.Days()
		relative(t, unit.String()+": ℓ", got.LogLik+purchases*math.Log(ratio), want.LogLik, 1e-12)
		for i := range 200 {
			relative(t, unit.String()+": CondExpected", got.Model.CondExpected(h.Customer(i), 39*ratio), want.Model.CondExpected(weeks.Customer(i), 39), 1e-9)
			near(t, unit.String()+": ProbAlive", got.Model.ProbAlive(h.Customer(i)), want.Model.ProbAlive(weeks.Customer(i)), 1e-9)
		}
		if got.Verdict != want.Verdict {
			t.Errorf("%v: verdict %q, in weeks %q", unit, got.Verdict, want.Verdict)
		}
	}
}

// A hundred thousand copies of every customer change nothing but the standard
// errors, which shrink by the root.
func TestDuplicates(t *testing.T) {
	h := simulated(3, 2000, cdnowLike)
	one := mustFit(t, models.BGNBD{}, h, nil)
	many := *h
	many.N = make([]float64, h.Len())
	for i := range many.N {
		many.N[i] = 1e5
	}
	got := mustFit(t, models.BGNBD{}, &many, nil)
	relative(t, "ℓ", got.LogLik, 1e5*one.LogLik, 1e-12)
	for i, e := range got.Params {
		relative(t, e.Name, e.Value, one.Params[i].Value, 1e-9)
		relative(t, e.Name+"'s standard error", e.StdErr, one.Params[i].StdErr/math.Sqrt(1e5), 1e-7)
	}
	if got.Verdict != Converged {
		t.Errorf("verdict %q, want %q", got.Verdict, Converged)
	}
}

// Searches run side by side; what they find has the same bits on one
// processor and on several, also where there is more than one optimum.
func TestProcessors(t *testing.T) {
	tables := []*history.Table{simulated(1, 1500, cdnowLike), simulated(1, 50, cdnowLike), simulated(2, 300, models.NBD{R: 0.8, Alpha: 6})}
	fits := func(processors int) (texts []string) {
		defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(processors))
		for _, h := range tables {
			for _, f := range []func(*history.Table) fitting{fitBG, fitMBG, fitPareto} {
				got := f(h)
				texts = append(texts, fmt.Sprint(got.logLik, got.params, got.warnings))
			}
		}
		return texts
	}
	one, four := fits(1), fits(4)
	for i := range one {
		if one[i] != four[i] {
			t.Errorf("on one processor\n%s\non four\n%s", one[i], four[i])
		}
	}
}
