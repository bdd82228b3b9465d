package fit

import (
	"math"
	"testing"
	"time"

	"github.com/predictive-clv/clv/history"
	"github.com/predictive-clv/clv/models"
)

// cdnow returns the 1/10 sample of the CDNOW cohort, calibration to 1997-09-30
// in weeks.
func cdnow(t testing.TB) *history.Table {
	t.Helper()
	return published(t, "cdnow_sample_2357.csv", time.Date(1997, 9, 30, 0, 0, 0, 0, time.UTC))
}

// The estimates of Fader, Hardie and Lee (2005) for BG/NBD, of Fader and
// Hardie's notes for Pareto/NBD (2005) and Gamma-Gamma (2013), and of Batislam,
// Denizel and Filiztekin's model, recomputed independently to the digits given.
func TestPublishedFits(t *testing.T) {
	h := cdnow(t)
	check := func(name string, verdict string, evals, most int, logLik, want float64, es []Estimate, params ...float64) {
		t.Helper()
		if verdict != Converged || evals > most {
			t.Errorf("%s: verdict %q after %d evaluations, want %q after at most %d", name, verdict, evals, Converged, most)
		}
		if math.Abs(logLik-want) > 1e-6 {
			t.Errorf("%s: ℓ = %.9f, want %.6f", name, logLik, want)
		}
		for i, p := range params {
			relative(t, name+" "+es[i].Name, es[i].Value, p, 1e-6)
		}
	}
	bg := mustFit(t, models.BGNBD{}, h, nil)
	check("BG/NBD", bg.Verdict, bg.Evals, 20, bg.LogLik, -9582.429207, bg.Params, .2425945, 4.4136017, .7929223, 2.4259084)
	mbg := mustFit(t, models.MBGNBD{}, h, nil)
	check("MBG/NBD", mbg.Verdict, mbg.Evals, 30, mbg.LogLik, -9582.135716, mbg.Params, .5248431, 6.1830855, .8913599, 1.6140033)
	pareto := mustFit(t, models.ParetoNBD{}, h, nil)
	check("Pareto/NBD", pareto.Verdict, pareto.Evals, 40, pareto.LogLik, -9594.976179, pareto.Params, .553277, 10.5776829, .6062398, 11.6687283)
	gg := mustFit(t, models.GammaGamma{}, h.Spending(), nil)
	check("Gamma-Gamma", gg.Verdict, gg.Evals, 20, gg.LogLik, -4055.917695, gg.Params, 6.2495703, 3.7442252, 15.4435287)
}

// An online grocery's 1,525 customers in their first 52 weeks: the estimates of
// an independent program, to the digits it printed.
func TestGroceryFits(t *testing.T) {
	h := published(t, "grocery_elog.csv", time.Date(2006, 12, 31, 0, 0, 0, 0, time.UTC))
	for _, tt := range []struct {
		name   string
		fit    func(*history.Table) fitting
		logLik float64
		params []float64
	}{
		{"BG/NBD", fitBG, -15836.57, []float64{.3486, 2.582, .5038, 3.644}},
		{"MBG/NBD", fitMBG, -15781.94, []float64{1.257, 6.039, .3683, .7158}},
		{"Pareto/NBD", fitPareto, -15782.39, []float64{.7864, 5.679, .3862, 5.718}},
	} {
		got := tt.fit(h)
		if got.err != nil || got.verdict != Converged || math.Abs(got.logLik-tt.logLik) > 0.005 {
			t.Errorf("%s: ℓ = %.4f, want %.2f, verdict %q, error %v", tt.name, got.logLik, tt.logLik, got.verdict, got.err)
		}
		for i, p := range tt.params {
			relative(t, tt.name+" "+got.params[i].Name, got.params[i].Value, p, 5e-4)
		}
	}
}
