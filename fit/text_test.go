package fit

import (
	"math"
	"strings"
	"testing"

	"github.com/predictive-clv/clv/models"
)

func TestResultString(t *testing.T) {
	f := func(p []float64) float64 { return 100*math.Log(p[0]) - 250*p[0] - 50*math.Pow(math.Log(p[1])-2, 2) }
	s := surfaceOf(Log, f, []float64{1, 1})
	s.names = []string{"rate", "α"}
	got := mustFit(t, s, sample(100), &Settings{Level: 0.9}).String()
	want := `parameter  estimate  std. error  90 % interval
rate            0.4        0.04  0.3393 to 0.4715
α           7.38906       0.739  6.268 to 8.71
log-likelihood -191.6291  AIC 387.26  BIC 392.47  customers 100  evaluations `
	if !strings.HasPrefix(got, want) || !strings.Contains(got, "\nverdict: converged\n") {
		t.Errorf("got\n%s\nwant it to begin with\n%s", got, want)
	}
}

func TestResultStringAtLimit(t *testing.T) {
	got := mustFit(t, models.NBD{}, simulated(1, 500, models.NBD{R: 1e7, Alpha: 1e8}), nil).String()
	for _, want := range []string{"not determined", "r/alpha", "verdict: " + models.SameCustomers, "warning: " + models.SameCustomers + ": one Poisson process"} {
		if !strings.Contains(got, want) {
			t.Errorf("got\n%s\nwant %q in it", got, want)
		}
	}
}

func TestCompare(t *testing.T) {
	h := simulated(1, 2000, cdnowLike)
	nbd, bg := mustFit(t, models.NBD{}, h, nil).Candidate("nbd"), mustFit(t, models.BGNBD{}, h, nil).Candidate("bg-nbd")
	broken := bg
	broken.Name, broken.AIC, broken.Verdict = "broken", bg.AIC-100, NotConverged
	table, err := Compare(nbd, broken, bg)
	if err != nil {
		t.Fatal(err)
	}
	var order []string
	var sum float64
	for _, c := range table {
		order = append(order, c.Name)
		sum += c.Weight
	}
	if got := strings.Join(order, " "); got != "bg-nbd nbd broken" {
		t.Errorf("order %q, want bg-nbd nbd broken", got)
	}
	near(t, "sum of the weights", sum, 1, 1e-12)
	near(t, "ΔAIC of nbd", table[1].DeltaAIC, nbd.AIC-bg.AIC, 1e-9)
	near(t, "weight of nbd", table[1].Weight/table[0].Weight, math.Exp((bg.AIC-nbd.AIC)/2), 1e-9)
	if text := table.String(); strings.Count(text, "\n") != 4 || !strings.Contains(text, "not converged") {
		t.Errorf("got\n%s", text)
	}
	if _, err := Compare(nbd, mustFit(t, models.NBD{}, simulated(1, 100, cdnowLike), nil).Candidate("other")); err == nil {
		t.Error("no error for fits on different numbers of customers")
	}
}
