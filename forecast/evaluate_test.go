package forecast

import (
	"bytes"
	"encoding/csv"
	"encoding/json"
	"errors"
	"math"
	"math/rand/v2"
	"reflect"
	"runtime"
	"slices"
	"strings"
	"testing"

	"github.com/predictive-clv/clv/history"
	"github.com/predictive-clv/clv/models"
)

// simulatedLog is a source of a log of 400 BG/NBD customers acquired in the
// first half of 2022, with amounts.
func simulatedLog(t *testing.T) Source {
	t.Helper()
	type row struct {
		id     byte
		id2    byte
		day    history.Date
		amount float64
	}
	rng := rand.New(rand.NewPCG(77, 7))
	var rows []row
	start := day(t, "2022-01-01")
	for i := range 400 {
		born := start + history.Date(rng.IntN(180))
		p := trueBG.Simulate(rng, 104)
		values, _ := trueSpend.Simulate(rng, len(p.Times)+1)
		at := row{byte('A' + i%50), byte('A' + i/50), born, values[0]}
		rows = append(rows, at)
		for k, s := range p.Times {
			at.day, at.amount = born+history.Date(math.Ceil(7*s)), values[k+1]
			rows = append(rows, at)
		}
	}
	return func(cut, end history.Date) (*history.Log, error) {
		b := history.NewBuilder(&history.Options{Unit: history.Week, Cut: cut.Time(), End: end.Time()})
		for _, r := range rows {
			if err := b.AddRow([]byte{r.id, r.id2}, r.day, r.amount); err != nil {
				return nil, err
			}
		}
		return b.Build()
	}
}

func TestEvaluateRollingOrigin(t *testing.T) {
	src := simulatedLog(t)
	cuts := []history.Date{day(t, "2022-05-31"), day(t, "2022-09-30")}
	o := &EvaluateOptions{Cuts: cuts, Horizons: []history.Horizon{{Value: 13, Unit: history.Week}, {Value: 26, Unit: history.Week}}, Futures: 100, Seed: 3}
	candidates := []Candidate{NewCandidate(models.BGNBD{}, nil), NewCandidate(models.NBD{}, nil)}
	e, err := Evaluate(src, candidates, o)
	if err != nil {
		t.Fatal(err)
	}
	if len(e.Windows) != 4 || e.Windows[1].Horizon != "26w" || e.Windows[2].Cut != cuts[1] || e.Windows[1].End != cuts[0]+182 {
		t.Fatalf("windows %+v", e.Windows)
	}
	for _, w := range e.Windows {
		log, err := src(w.Cut, w.End)
		if err != nil {
			t.Fatal(err)
		}
		r := log.Reconciliation
		if w.Customers != log.Table.Len() || w.Orders != float64(r.Holdout.Rows) || !close(*w.Money, r.Holdout.Money, 1e-12) {
			t.Errorf("%v: %d customers, %v orders, %v money; the log has %d, %d, %v", w.Cut, w.Customers, w.Orders, *w.Money, log.Table.Len(), r.Holdout.Rows, r.Holdout.Money)
		}
		if w.Later != (Later{r.CustomersBornAfterCut, r.PurchasesBornAfterCut, r.BornAfterCut.Money}) {
			t.Errorf("%v: later customers %+v", w.Cut, w.Later)
		}
		if len(w.Scores) != 10 {
			t.Fatalf("%d scores, want 3 baselines and 2 models for orders and for money", len(w.Scores))
		}
		for _, s := range w.Scores {
			checkScore(t, &s, w.Customers)
		}
		checkTracking(t, &w, log.Table)
	}
	if e.Windows[0].Later.Customers == 0 || e.Windows[2].Later.Customers != 0 {
		t.Errorf("first seen after the cuts: %+v and %+v", e.Windows[0].Later, e.Windows[2].Later)
	}
	if best, why := e.Best(); best != "bg-nbd" || !strings.Contains(why, "among 2 models") {
		t.Errorf("best is %q (%s), want the family the log was made with", best, why)
	}
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(1))
	o.Cuts, o.Horizons = o.Cuts[:1], o.Horizons[:1]
	again, err := Evaluate(src, candidates, o)
	if err != nil {
		t.Fatal(err)
	}
	a, _ := json.Marshal(e.Windows[0])
	b, _ := json.Marshal(again.Windows[0])
	if !bytes.Equal(a, b) {
		t.Error("one processor gives another evaluation")
	}
}

// checkScore checks what holds for every score: classes that hold all
// customers and add up, and figures within their limits.
func checkScore(t *testing.T, s *Score, customers int) {
	t.Helper()
	for name, classes := range map[string][]Class{"deciles": s.Deciles, "frequency": s.ByFrequency, "recency": s.ByRecency} {
		n, f, a := 0, 0.0, 0.0
		for _, c := range classes {
			n += c.Customers
			if c.Customers > 0 {
				f += float64(c.Customers) * float64(c.Forecast)
				a += float64(c.Customers) * float64(c.Actual)
			}
		}
		if n != customers || !close(f, s.Forecast, 1e-9) || !close(a, s.Actual, 1e-9) {
			t.Errorf("%s, %s by %s: %d customers, forecast %v, actual %v; want %d, %v, %v", s.Model, s.Quantity, name, n, f, a, customers, s.Forecast, s.Actual)
		}
	}
	if !close(float64(s.Bias), s.Forecast/s.Actual-1, 1e-9) || s.TopShare > s.TopShareBest+1e-12 {
		t.Errorf("%s: bias %v of %v over %v; captured %v of %v", s.Model, s.Bias, s.Forecast, s.Actual, s.TopShare, s.TopShareBest)
	}
	if s.Baseline != (s.Grade == nil) {
		t.Errorf("%s: grade %+v", s.Model, s.Grade)
	}
	if s.Baseline || s.Quantity == "money" {
		return
	}
	if !close(total(s.PIT), 1, 1e-12) || len(s.Coverage) != 2 || !(s.CRPS > 0 && s.CRPS < s.MAE) {
		t.Errorf("%s: PIT %v, coverage %+v, CRPS %v with MAE %v", s.Model, s.PIT, s.Coverage, s.CRPS, s.MAE)
	}
}

// checkTracking checks the tracking of BG/NBD and the classes by frequency
// against the table.
func checkTracking(t *testing.T, w *Window, h *history.Table) {
	t.Helper()
	p := w.Fits[0].Params
	m := models.BGNBD{R: float64(p[0].Value), Alpha: float64(p[1].Value), A: float64(p[2].Value), B: float64(p[3].Value)}
	var atCut, atEnd, x float64
	seven, two := 0, 0
	for i, T := range h.T {
		atCut += m.Expected(T)
		atEnd += m.Expected(T + float64(w.End-w.Cut)/7)
		x += float64(h.Frequency[i])
		switch {
		case h.Frequency[i] >= 7:
			seven++
		case h.Frequency[i] == 2:
			two++
		}
	}
	s := w.Scores[3]
	if !close(float64(s.TrackingAtCut), atCut/x-1, 1e-9) || !close(float64(s.TrackingAtEnd), atEnd/(x+w.Orders)-1, 1e-9) {
		t.Errorf("%s: tracking %v and %v, want %v and %v", s.Model, s.TrackingAtCut, s.TrackingAtEnd, atCut/x-1, atEnd/(x+w.Orders)-1)
	}
	// The Kolmogorov–Smirnov statistic of uniform values exceeds 1.95/√n once in
	// 1,000 times; the family is the true one.
	if limit := 1.95 / math.Sqrt(float64(w.Customers)); !(float64(s.PITDistance) < limit) {
		t.Errorf("%s: the distribution is off by %v, want less than %v", s.Model, s.PITDistance, limit)
	}
	if s.ByFrequency[7].Customers != seven || s.ByFrequency[2].Customers != two {
		t.Errorf("%+v, want %d customers in 7+ and %d in 2", s.ByFrequency, seven, two)
	}
}

func TestNewCoverage(t *testing.T) {
	c := newCoverage(0.8, ends{[]float64{0, 1, 2, 0}, []float64{0, 3, 4, 1}}, []float64{0, 4, 2, 1}, Band{9, 7, 8}, 7)
	if !close(c.Customers, 0.75, 1e-12) || !close(c.Width, 5.0/4, 1e-12) || !c.Held || c.Total.Expected != 9 {
		t.Errorf("%+v, want 3 of 4 inside, width 1.25, 7 held by 7–8", c)
	}
	if c = newCoverage(0.8, ends{[]float64{0}, []float64{1}}, []float64{2}, Band{1, 0, 1.9}, 2); c.Held || c.Customers != 0 {
		t.Errorf("%+v, want nothing inside", c)
	}
}

// The baselines by hand. Cut on day 40, horizon 20 days: customer b bought on
// days 0, 25 and 41; c on day 30 and 35, so that its only repeat purchase is in
// the last period; d on day 40.
func TestBaselines(t *testing.T) {
	start := day(t, "2021-01-01")
	src := func(cut, end history.Date) (*history.Log, error) {
		b := history.NewBuilder(&history.Options{Unit: history.Day, Cut: cut.Time(), End: end.Time(), Purchases: true})
		for _, r := range []struct {
			id     string
			day    int
			amount float64
		}{{"a", 0, 5}, {"a", 10, 7}, {"a", 60, 1}, {"b", 0, 5}, {"b", 25, 9}, {"b", 41, 5}, {"c", 30, 2}, {"c", 35, 4}, {"d", 40, 8}} {
			if err := b.AddRow([]byte(r.id), start+history.Date(r.day), r.amount); err != nil {
				return nil, err
			}
		}
		return b.Build()
	}
	log, err := src(start+40, start+60)
	if err != nil {
		t.Fatal(err)
	}
	bs, err := baselines(src, log)
	if err != nil {
		t.Fatal(err)
	}
	for i, want := range []baseline{
		{StatusQuo, []float64{0.5, 0.5, 2, 0}, []float64{3.5, 4.5, 8, 0}},
		{LastPeriod, []float64{0, 1, 1, 0}, []float64{0, 9, 4, 0}},
		{Average, []float64{2. / 3, 2. / 3, 2. / 3, 2. / 3}, []float64{40. / 9, 40. / 9, 40. / 9, 40. / 9}},
		// 20 spent since by those whose first orders of 5, 5 and 2 were 40, 40 and 10
		// days ago, and 8 is of today: 20/420 a day and unit of value.
		{FirstOrder, nil, []float64{100. / 21, 100. / 21, 40. / 21, 160. / 21}},
	} {
		got := bs[i]
		same := func(a, b []float64) bool {
			return slices.EqualFunc(a, b, func(x, y float64) bool { return close(x, y, 1e-12) })
		}
		if got.name != want.name || !same(got.orders, want.orders) || !same(got.money, want.money) {
			t.Errorf("%+v, want %+v", got, want)
		}
	}
}

func TestEvaluateRefuses(t *testing.T) {
	src := fakeLog(t)
	ok := EvaluateOptions{Cuts: []history.Date{day(t, "2020-03-31")}, Horizons: []history.Horizon{{Value: 30, Unit: history.Day}}}
	broken := Candidate{"broken", func(*history.Table) (*Fit, error) { return nil, errors.New("no luck") }}
	for name, c := range map[string]struct {
		change func(o *EvaluateOptions) []Candidate
		want   string
	}{
		"no cut":    {func(o *EvaluateOptions) []Candidate { o.Cuts = nil; return nil }, "a cut and a horizon"},
		"level":     {func(o *EvaluateOptions) []Candidate { o.Levels = []float64{1}; return nil }, "level 1"},
		"too far":   {func(o *EvaluateOptions) []Candidate { o.Horizons[0].Value = 400; return nil }, "the log on 2020"},
		"too early": {func(o *EvaluateOptions) []Candidate { o.Cuts[0] = day(t, "2019-01-01"); return nil }, "before the first transaction"},
		"candidate": {func(o *EvaluateOptions) []Candidate { return []Candidate{broken} }, "no luck"},
	} {
		o := ok
		o.Cuts, o.Horizons = slices.Clone(ok.Cuts), slices.Clone(ok.Horizons)
		candidates := c.change(&o)
		if _, err := Evaluate(src, candidates, &o); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: %v, want %s", name, err, c.want)
		}
	}
}

// Losses of a model beside two baselines: the best of either counts, question
// by question.
func TestGrade(t *testing.T) {
	score := func(name string, baseline bool, bias, rmse, gini, decile float64) Score {
		return Score{Model: name, Baseline: baseline, Bias: Figure(bias), RMSE: Figure(rmse), TiedGini: Figure(gini), DecileError: Figure(decile)}
	}
	baselines := []Score{score("quo", true, 0.5, 2, 0.6, 0.9), score("average", true, -0.3, 2.5, 0, math.NaN())}
	for _, c := range []struct {
		model        Score
		word, better string
	}{
		{score("m", false, -0.1, 1.5, 0.7, 0.2), Good, "totals error ranking calibration"},
		{score("m", false, 0.29, 1.5, 0.6, 0.2), Good, "totals error calibration"},
		{score("m", false, 0.1, 1.5, 0.5, 0.2), Useful, "totals error calibration"},
		{score("m", false, 0.4, 1.5, 0.5, 0.2), Poor, "error calibration"},
		{score("m", false, 0.3, 2.01, 0.6, 0.9), Poor, ""},
	} {
		all := append(slices.Clone(baselines), c.model)
		gradeAll(all)
		g := all[2].Grade
		if g.Word != c.word || strings.Join(g.Better, " ") != c.better || !strings.HasPrefix(g.Text, c.word+": ") {
			t.Errorf("%+v: %s, better in %v (%s); want %s, %s", c.model, g.Word, g.Better, g.Text, c.word, c.better)
		}
	}
}

func TestEvaluationWrite(t *testing.T) {
	e, err := Evaluate(simulatedLog(t), []Candidate{NewCandidate(models.BGNBD{}, nil)}, &EvaluateOptions{Cuts: []history.Date{day(t, "2022-09-30")},
		Horizons: []history.Horizon{{Value: 13, Unit: history.Week}}, Futures: 40})
	if err != nil {
		t.Fatal(err)
	}
	var scores, classes, table, fits bytes.Buffer
	if err := errors.Join(e.WriteCSV(&scores), e.WriteClassesCSV(&classes), e.WriteTable(&table), e.WriteFits(&fits)); err != nil {
		t.Fatal(err)
	}
	rows, err := csv.NewReader(&scores).ReadAll()
	if err != nil || len(rows) != 9 || len(rows[0]) != 8+len(scoreColumns)+8 || rows[1][4] != "400" || rows[1][6] != StatusQuo || rows[4][6] != "bg-nbd" {
		t.Errorf("%v, %v", rows, err)
	}
	if rows, err = csv.NewReader(&classes).ReadAll(); err != nil || len(rows) != 1+8*(10+8+5) {
		t.Errorf("%d rows of classes, %v", len(rows), err)
	}
	for text, wants := range map[string][]string{table.String(): {"status quo", "first seen after the cut", "80 % intervals", "bg-nbd, money: "}, fits.String(): {"log-likelihood", e.Windows[0].Fits[0].Verdict}} {
		for _, want := range wants {
			if !strings.Contains(text, want) {
				t.Errorf("there is no %q in\n%s", want, text)
			}
		}
	}
	js, err := json.Marshal(e)
	var back Evaluation
	if err != nil || json.Unmarshal(js, &back) != nil || len(back.Windows) != 1 || !math.IsNaN(float64(back.Windows[0].Scores[0].Brier)) ||
		!reflect.DeepEqual(back.Windows[0].Scores[3].Deciles, e.Windows[0].Scores[3].Deciles) {
		t.Errorf("JSON does not come back: %v", err)
	}
}

// Quick leaves out what takes time and changes nothing else.
func TestEvaluateQuick(t *testing.T) {
	o := &EvaluateOptions{Cuts: []history.Date{day(t, "2022-09-30")}, Horizons: []history.Horizon{{Value: 13, Unit: history.Week}}, Futures: 40}
	candidates := []Candidate{NewCandidate(models.BGNBD{}, nil)}
	full, err := Evaluate(simulatedLog(t), candidates, o)
	if err != nil {
		t.Fatal(err)
	}
	o.Quick = true
	quick, err := Evaluate(simulatedLog(t), candidates, o)
	if err != nil {
		t.Fatal(err)
	}
	a, b := full.Windows[0].Scores[3], quick.Windows[0].Scores[3]
	if a.RMSE != b.RMSE || a.Brier != b.Brier || a.Grade.Text != b.Grade.Text || b.Coverage != nil || !math.IsNaN(float64(b.CRPS)) {
		t.Errorf("%+v and %+v", a, b)
	}
}
