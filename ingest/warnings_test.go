package ingest

import (
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/predictive-clv/clv/history"
)

// randomLog has customers who come at an even rate over two years and buy at
// random, once in 30 days on average.
func randomLog(rng *rand.Rand, customers int) []history.Transaction {
	var rows []history.Transaction
	for c := range customers {
		for day := float64(rng.IntN(600)); day < 730; day += 30 * rng.ExpFloat64() {
			rows = append(rows, history.Transaction{Customer: fmt.Sprint(c), Time: drawnDay(int(day)), Amount: 1})
		}
	}
	return rows
}

func buildLog(t *testing.T, rows []history.Transaction, o *history.Options) *history.Log {
	t.Helper()
	b := history.NewBuilder(o)
	for _, r := range rows {
		if err := b.Add(r); err != nil {
			t.Fatal(err)
		}
	}
	log, err := b.Build()
	if err != nil {
		t.Fatal(err)
	}
	return log
}

func kinds(ws []Warning) string {
	var names []string
	for _, w := range ws {
		names = append(names, w.Kind)
	}
	return strings.Join(names, " ")
}

func TestWarnings(t *testing.T) {
	rng := rand.New(rand.NewPCG(7, 1))
	rows := randomLog(rng, 500)
	without := func(from, to int) []history.Transaction {
		var kept []history.Transaction
		for _, r := range rows {
			if r.Time.Before(drawnDay(from)) || r.Time.After(drawnDay(to)) {
				kept = append(kept, r)
			}
		}
		return kept
	}
	var contracts []history.Transaction
	for c := range 100 {
		for day := drawnDay(7 * c); day.Before(drawnDay(800)); day = day.AddDate(0, 1, 0) {
			contracts = append(contracts, history.Transaction{Customer: fmt.Sprint(c), Time: day, Amount: 1})
		}
	}
	counter := randomLog(rng, 200)
	for i := range 700 {
		counter = append(counter[:len(counter):len(counter)], history.Transaction{Customer: "counter", Time: drawnDay(i), Amount: 1})
	}
	for _, tc := range []struct {
		name string
		rows []history.Transaction
		o    history.Options
		want string
	}{
		{"an even log", rows, history.Options{}, ""},
		{"an even log in months", rows, history.Options{Unit: history.Month, Cut: drawnDay(500)}, ""},
		{"contracts", contracts, history.Options{}, "contract"},
		{"contracts in years", contracts, history.Options{Unit: history.Year}, "contract"},
		{"a log that begins late", without(0, 300), history.Options{}, "left_truncation"},
		{"a counter", counter, history.Options{}, "one_customer"},
		{"a fortnight is missing", without(400, 413), history.Options{}, "calendar_gap"},
		{"five days are missing", without(400, 404), history.Options{}, ""},
		{"an end far away", rows, history.Options{End: drawnDay(800)}, "late_end"},
		{"an end at hand", rows, history.Options{End: drawnDay(733)}, ""},
	} {
		t.Run(tc.name, func(t *testing.T) {
			if got := Warnings(buildLog(t, tc.rows, &tc.o)); kinds(got) != tc.want {
				t.Errorf("warnings %v, want %s", got, tc.want)
			}
		})
	}
	got, err := json.Marshal(Warnings(buildLog(t, without(400, 413), nil)))
	const want = `[{"kind":"calendar_gap","value":14,"text":"there is no purchase from 1998-02-05 to 1998-02-18, 14 days: is a file missing?"}]`
	if err != nil || string(got) != want {
		t.Errorf("%s, %v; want %s", got, err, want)
	}
}

// Random buyers are no contracts, whatever their mean gap: the seed may be any.
func TestWarningsRandom(t *testing.T) {
	for seed := range uint64(20) {
		if got := Warnings(buildLog(t, randomLog(rand.New(rand.NewPCG(seed, 2)), 300), nil)); got != nil {
			t.Errorf("seed %d: %v", seed, got)
		}
	}
}

// A cohort, whose customers all come in the first weeks, is no truncated log;
// the retailer's log is one, and it has a gap at Christmas.
func TestWarningsReal(t *testing.T) {
	d := mustRead(t, &Options{In: []string{realData(t, "cdnow_sample_2357.csv")}, Cut: civil("1997-09-30")})
	if got := Warnings(d.Log); got != nil {
		t.Errorf("CDNOW: %v", got)
	}
	d = mustRead(t, &Options{In: []string{realData(t, "uci_online_retail_lines_to_2011-09-09.csv.gz")}})
	if got := kinds(Warnings(d.Log)); got != "left_truncation" && got != "left_truncation calendar_gap" {
		t.Errorf("UCI: %v", Warnings(d.Log))
	}
}

// A summary has no days: what needs them is left out.
func TestWarningsSummary(t *testing.T) {
	d := text(t, "frequency,recency,T\n"+strings.Repeat("2,60,90\n", 50))
	if got := kinds(Warnings(d.Log)); got != "contract" {
		t.Errorf("warnings %v", Warnings(d.Log))
	}
}
