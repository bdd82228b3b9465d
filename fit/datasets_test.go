package fit

import (
	"compress/gzip"
	"encoding/csv"
	"io"
	"math"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/predictive-clv/clv/history"
	"github.com/predictive-clv/clv/models"
)

// published returns the histories of a file of the field's data, with columns
// customer, date and, if there are more, amount as the last. The files are not
// part of the project.
func published(t testing.TB, name string, cut time.Time) *history.Table {
	t.Helper()
	return summarized(t, name, cut, func(row []string) (customer, day, amount string) {
		if len(row) > 2 {
			amount = row[len(row)-1]
		}
		return row[0], row[1], amount
	})
}

// uci returns the histories of the UCI online retail log, made of raw invoice
// lines, a quarter of them without a customer.
func uci(t testing.TB) *history.Table {
	t.Helper()
	return summarized(t, "uci_online_retail_lines_to_2011-09-09.csv.gz", time.Time{}, func(row []string) (customer, day, amount string) {
		quantity, _ := strconv.ParseFloat(row[3], 64)
		price, _ := strconv.ParseFloat(row[5], 64)
		return row[6], row[4][:len(time.DateOnly)], strconv.FormatFloat(quantity*price, 'g', -1, 64)
	})
}

func summarized(t testing.TB, name string, cut time.Time, read func(row []string) (customer, day, amount string)) *history.Table {
	t.Helper()
	b := history.NewBuilder(&history.Options{Cut: cut})
	for _, row := range rowsOf(t, name) {
		customer, day, amount := read(row)
		at, err := time.Parse(time.DateOnly, day)
		if err != nil {
			t.Fatal(err)
		}
		paid := math.NaN()
		if amount != "" {
			if paid, err = strconv.ParseFloat(amount, 64); err != nil {
				t.Fatal(err)
			}
		}
		if err := b.Add(history.Transaction{Customer: customer, Time: at, Amount: paid}); err != nil {
			t.Fatal(err)
		}
	}
	log, err := b.Build()
	if err != nil {
		t.Fatal(err)
	}
	return log.Table
}

// rowsOf returns the rows of a file below its header.
func rowsOf(t testing.TB, name string) [][]string {
	t.Helper()
	dir := os.Getenv("CLV_DATA")
	if dir == "" {
		dir = filepath.Join("..", "..", "shared", "data")
	}
	f, err := os.Open(filepath.Join(dir, name))
	if err != nil {
		t.Skipf("set CLV_DATA to the folder of %s", name)
	}
	defer f.Close()
	in := io.Reader(f)
	if strings.HasSuffix(name, ".gz") {
		if in, err = gzip.NewReader(f); err != nil {
			t.Fatal(err)
		}
	}
	rows, err := csv.NewReader(in).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	return rows[1:]
}

// On every data set and in every unit of time, twenty starts that lie apart by
// factors of up to e⁸ end at one optimum with one verdict, where the search from
// the family's own starts ends.
func TestRandomStarts(t *testing.T) {
	const converged, noDropout, sameDropout = Converged, models.NoDropout, models.SameDropout
	for _, d := range []struct {
		name            string
		load            func(t *testing.T) *history.Table
		bg, mbg, pareto string // verdicts
	}{
		{"CDNOW", func(t *testing.T) *history.Table { return cdnow(t) }, converged, converged, converged},
		{"grocery", func(t *testing.T) *history.Table {
			return published(t, "grocery_elog.csv", time.Date(2006, 12, 31, 0, 0, 0, 0, time.UTC))
		}, converged, converged, converged},
		{"apparel", func(t *testing.T) *history.Table {
			return published(t, "fixtures/apparel_transactions.csv", time.Date(2006, 12, 31, 0, 0, 0, 0, time.UTC))
		}, sameDropout, converged, Ridge},
		{"UCI", func(t *testing.T) *history.Table { return uci(t) }, noDropout, noDropout, noDropout},
	} {
		t.Run(d.name, func(t *testing.T) {
			if testing.Short() && d.name != "CDNOW" {
				t.Skip("one data set is enough for -short")
			}
			h := d.load(t)
			t.Run("BG/NBD", func(t *testing.T) { randomStarts(t, models.BGNBD{}, h, d.bg) })
			t.Run("MBG/NBD", func(t *testing.T) { randomStarts(t, models.MBGNBD{}, h, d.mbg) })
			t.Run("Pareto/NBD", func(t *testing.T) { randomStarts(t, models.ParetoNBD{}, h, d.pareto) })
			t.Run("NBD", func(t *testing.T) { randomStarts(t, models.NBD{}, h, Converged) })
			t.Run("Gamma-Gamma", func(t *testing.T) { randomSpendStarts(t, h.Spending()) })
		})
	}
}

func randomStarts[M interface {
	Model[M, *history.Table]
	ProbAlive(c history.Customer) float64
	CondExpected(c history.Customer, t float64) float64
}](t *testing.T, zero M, weeks *history.Table, verdict string) {
	want := mustFit(t, zero, weeks, nil)
	if want.Verdict != verdict {
		t.Errorf("verdict %q, want %q\n%s", want.Verdict, verdict, want)
	}
	purchases := 0
	for _, x := range weeks.Frequency {
		purchases += x
	}
	for _, unit := range []history.Unit{history.Hour, history.Day, history.Week, history.Month, history.Year} {
		h, ratio := weeks.In(unit), history.Week.Days()/unit.Days()
		rng := rand.New(rand.NewPCG(1, 1))
		var logLik, forecasts float64 // largest differences
		for range 20 {
			p := startsOf(zero, h)[0]
			for i := range p {
				p[i] *= math.Exp(8*rng.Float64() - 4)
			}
			got := mustFit(t, zero.WithParams(p), h, nil)
			if got.Verdict != verdict {
				t.Errorf("%v: verdict %q from %.3g, want %q", unit, got.Verdict, p, verdict)
			}
			logLik = max(logLik, math.Abs(got.LogLik+float64(purchases)*math.Log(ratio)-want.LogLik))
			for i := 0; i < h.Len(); i += h.Len() / 20 {
				c, w := h.Customer(i), weeks.Customer(i)
				x := want.Model.CondExpected(w, 39)
				forecasts = max(forecasts, math.Abs(got.Model.CondExpected(c, 39*ratio)-x)/x, math.Abs(got.Model.ProbAlive(c)-want.Model.ProbAlive(w)))
			}
		}
		t.Logf("%v: 20 starts, ℓ within %.1e, forecasts within %.1e relative", unit, logLik, forecasts)
		if !(logLik <= 1e-8 && forecasts <= 1e-6) {
			t.Errorf("%v: ℓ differs by up to %.2g, want 1e-8, forecasts by %.2g relative, want 1e-6", unit, logLik, forecasts)
		}
	}
}

// The same for spending, in the currency's unit and in hundredths and thousands
// of it.
func randomSpendStarts(t *testing.T, whole *history.Spending) {
	if whole.Len() == 0 {
		t.Skip("no amounts")
	}
	want := mustFit(t, models.GammaGamma{}, whole, nil)
	for _, scale := range []float64{1, 100, 1e-3} {
		s := *whole
		s.Mean = make([]float64, len(whole.Mean))
		for i, m := range whole.Mean {
			s.Mean[i] = scale * m
		}
		rng := rand.New(rand.NewPCG(1, 1))
		var logLik, means float64
		for range 20 {
			p := startsOf(models.GammaGamma{}, &s)[0]
			for i := range p {
				p[i] *= math.Exp(8*rng.Float64() - 4)
			}
			got := mustFit(t, models.GammaGamma{}.WithParams(p), &s, nil)
			if got.Verdict != Converged {
				t.Errorf("in units of %g: verdict %q from %.3g, want %q", 1/scale, got.Verdict, p, Converged)
			}
			logLik = max(logLik, math.Abs(got.LogLik+s.Customers()*math.Log(scale)-want.LogLik))
			for i, x := range s.Frequency {
				c := history.Customer{Frequency: x, Spend: s.Mean[i]}
				w := history.Customer{Frequency: x, Spend: whole.Mean[i]}
				means = max(means, math.Abs(got.Model.ExpectedSpend(c)/(scale*want.Model.ExpectedSpend(w))-1))
			}
		}
		t.Logf("in units of %g: 20 starts, ℓ within %.1e, forecasts within %.1e relative", 1/scale, logLik, means)
		if !(logLik <= 1e-8 && means <= 1e-6) {
			t.Errorf("in units of %g: ℓ differs by up to %.2g, want 1e-8, forecasts by %.2g relative, want 1e-6", 1/scale, logLik, means)
		}
	}
}
