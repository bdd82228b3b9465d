package models

import (
	"bytes"
	"math"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"github.com/predictive-clv/clv/history"
)

// scorerOf returns the Scorer of a purchase model with a spend model.
func scorerOf(t testing.TB, m interface {
	Name() string
	ParamNames() []string
	Params() []float64
}, spend *GammaGamma) *Scorer {
	t.Helper()
	f := &File{Format: FileFormat, Version: FileVersion, Unit: history.Week,
		Purchase: Fitted{Model: m.Name(), Params: Params{Names: m.ParamNames(), Values: m.Params()}}}
	if spend != nil {
		f.Spend = &Fitted{Model: spend.Name(), Params: Params{Names: spend.ParamNames(), Values: spend.Params()}}
	}
	s, err := f.Scorer()
	if err != nil {
		t.Fatal(err)
	}
	return s
}

var cdnowTerms = Terms{Horizon: history.Horizon{Value: 12, Unit: history.Month}, Rate: 0.1, Margin: 0.3}

const scoreDay history.Date = 739000

// randomStates are customers with up to 30 purchases over up to 13 weeks of
// first days, like CDNOW's.
func randomStates(n int) []history.State {
	rng := rand.New(rand.NewPCG(2, 1))
	states := make([]history.State, n)
	for i := range states {
		day := scoreDay - 300 + history.Date(rng.IntN(91))
		for k := int(math.Exp(3.4*rng.Float64()*rng.Float64())) - 1; k >= 0 && day <= scoreDay; k-- {
			if err := states[i].Apply(day, 5+40*rng.Float64()); err != nil {
				panic(err)
			}
			day += 1 + history.Date(rng.IntN(30))
		}
	}
	return states
}

// checkScores compares the scores with the methods of the models, to the last
// bit: P(alive) times what is expected of a new customer given x and T.
func checkScores[M interface {
	Name() string
	ParamNames() []string
	Params() []float64
	ProbAlive(c history.Customer) float64
	Updater[G]
}, G newcomer](t *testing.T, m M) {
	t.Helper()
	s := scorerOf(t, m, &cdnowSpend)
	states := append(randomStates(500), history.State{})
	all := make([]Score, len(states))
	s.ScoreAll(all, states, scoreDay, cdnowTerms)
	year, delta := cdnowTerms.Horizon.In(history.Week), cdnowTerms.Rate.Per(history.Week)
	for i, st := range states {
		c := st.Customer(scoreDay, history.Week)
		g, alive, spend := m.GivenAlive(c.Frequency, c.T), m.ProbAlive(c), cdnowSpend.ExpectedSpend(c)
		want := Score{Alive: alive, Order: alive * g.ProbOrder(history.Customer{}, year), Orders: alive * g.CondExpected(history.Customer{}, year),
			Spend: spend, CLV: alive * g.DET(history.Customer{}, year, delta) * (spend * 0.3), Known: AllQuantities}
		if i == len(states)-1 {
			want.Flags = Newcomer
		}
		if got := s.Score(st, scoreDay, cdnowTerms); got != want || all[i] != want {
			t.Fatalf("%s: score of %+v is %+v, in a batch %+v, want %+v", m.Name(), st, got, all[i], want)
		}
	}
}

func TestScoreIsWhatTheModelsSay(t *testing.T) {
	checkScores(t, cdnowBG)
	checkScores(t, MBGNBD{0.525, 6.183, 0.891, 1.614})
	checkScores(t, cdnowPareto)
	checkScores(t, NBD{0.385, 12.07})
}

func TestScoreWant(t *testing.T) {
	s, st := scorerOf(t, cdnowBG, &cdnowSpend), randomStates(1)[0]
	all := s.Score(st, scoreDay, cdnowTerms)
	for want, score := range map[Quantities]Score{
		Alive: {Alive: all.Alive}, Order: {Order: all.Order}, Orders: {Orders: all.Orders}, Spend: {Spend: all.Spend}, CLV: {CLV: all.CLV},
	} {
		terms := cdnowTerms
		terms.Want, score.Known = want, want
		if got := s.Score(st, scoreDay, terms); got != score {
			t.Errorf("score of %v is %+v, want %+v", want, got, score)
		}
	}
}

func TestScoreFlags(t *testing.T) {
	s := scorerOf(t, cdnowBG, &cdnowSpend)
	s.file.Range = &FileRange{Frequency: 10, T: 52}
	noMean := scorerOf(t, cdnowBG, &GammaGamma{6, 0.9, 15})
	repeat := history.State{First: scoreDay - 100, Last: scoreDay - 10, Count: 3, Money: 50}
	with := func(change func(s *history.State)) history.State { st := repeat; change(&st); return st }
	for _, tt := range []struct {
		name  string
		s     *Scorer
		state history.State
		flags ScoreFlags
		known Quantities
	}{
		{"plain", s, repeat, 0, AllQuantities},
		{"no purchase", s, history.State{}, Newcomer, AllQuantities},
		{"old", s, with(func(s *history.State) { s.First -= 400 }), BeyondTraining, AllQuantities},
		{"frequent", s, with(func(s *history.State) { s.Count = 12 }), BeyondTraining, AllQuantities},
		{"later", s, with(func(s *history.State) { s.Last = scoreDay + 1 }), AfterAt, AllQuantities},
		{"no money", s, with(func(s *history.State) { s.Money = math.NaN() }), UnknownMoney, AllQuantities},
		{"refunds", s, with(func(s *history.State) { s.Money = -5 }), NegativeMoney, AllQuantities},
		{"doubts", s, with(func(s *history.State) { s.Doubts = history.LateRefund }), Doubtful, AllQuantities},
		{"impossible", s, with(func(s *history.State) { s.Last = 1 }), Impossible, 0},
		{"no spend model", scorerOf(t, cdnowBG, nil), repeat, NoSpend, Alive | Order | Orders},
		{"no mean", noMean, history.State{}, Newcomer | NoSpend, Alive | Order | Orders},
		{"no mean, repeat purchases", noMean, repeat, 0, AllQuantities},
	} {
		got := tt.s.Score(tt.state, scoreDay, cdnowTerms)
		if got.Flags != tt.flags || got.Known != tt.known {
			t.Errorf("%s: flags %q, known %q; want %q, %q", tt.name, got.Flags, got.Known, tt.flags, tt.known)
		}
		for _, v := range []float64{got.Alive, got.Order, got.Orders, got.Spend, got.CLV} {
			if math.IsNaN(v) || math.IsInf(v, 0) {
				t.Errorf("%s: %+v", tt.name, got)
			}
		}
		if got.Known&Alive != 0 && !(got.Alive > 0) {
			t.Errorf("%s: %+v", tt.name, got)
		}
	}
	if got, want := (Newcomer | NoSpend).String(), "newcomer, no_spend"; got != want {
		t.Errorf("flags %q, want %q", got, want)
	}
}

func TestTermsCheck(t *testing.T) {
	for _, bad := range []Terms{{}, {Horizon: history.Horizon{Value: 1}}, {Horizon: history.Horizon{Value: math.Inf(1), Unit: history.Day}},
		{Horizon: cdnowTerms.Horizon, Rate: -1}, {Horizon: cdnowTerms.Horizon, Rate: history.Rate(math.NaN())}, {Horizon: cdnowTerms.Horizon, Margin: math.NaN()}} {
		if bad.Check() == nil {
			t.Errorf("%+v are taken", bad)
		}
	}
	if err := cdnowTerms.Check(); err != nil {
		t.Error(err)
	}
}

// TestScoringAllocatesNothing, for every family and in batches.
func TestScoringAllocatesNothing(t *testing.T) {
	states := randomStates(300)
	dst := make([]Score, len(states))
	for _, s := range []*Scorer{scorerOf(t, cdnowBG, &cdnowSpend), scorerOf(t, cdnowPareto, &cdnowSpend), scorerOf(t, NBD{0.4, 12}, nil)} {
		for _, st := range append(states[:20:20], history.State{First: 1, Last: scoreDay, Count: 700000}) {
			if n := testing.AllocsPerRun(3, func() { dst[0] = s.Score(st, scoreDay, cdnowTerms) }); n != 0 {
				t.Errorf("%s: %v allocations for %+v", s.file.Purchase.Model, n, st)
			}
		}
		if n := testing.AllocsPerRun(10, func() { s.ScoreAll(dst, states, scoreDay, cdnowTerms) }); n != 0 {
			t.Errorf("%s: %v allocations for a batch", s.file.Purchase.Model, n)
		}
	}
}

func TestScorerIsSafeForConcurrentUse(t *testing.T) {
	s, states := scorerOf(t, cdnowPareto, &cdnowSpend), randomStates(200)
	want := make([]Score, len(states))
	s.ScoreAll(want, states, scoreDay, cdnowTerms)
	var wg sync.WaitGroup
	for range 8 {
		wg.Go(func() {
			got := make([]Score, len(states))
			s.ScoreAll(got, states, scoreDay, cdnowTerms)
			for i, st := range states {
				if one := s.Score(st, scoreDay, cdnowTerms); one != want[i] || got[i] != want[i] {
					t.Errorf("%+v and %+v, want %+v", one, got[i], want[i])
				}
			}
		})
	}
	wg.Wait()
}

// TestModelFilesOfEveryVersion: a file of each version that was ever written
// loads and says what it said then. The numbers of a customer with five
// purchases are those of the program that added the file.
func TestModelFilesOfEveryVersion(t *testing.T) {
	names, _ := filepath.Glob("testdata/files/*.json")
	versions := map[int]bool{}
	st := history.State{First: scoreDay - 364, Last: scoreDay - 84, Count: 5, Money: 140}
	terms := Terms{Horizon: history.Horizon{Value: 52, Unit: history.Week}, Rate: 0.1}
	for _, name := range names {
		text, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		s, err := LoadScorer(bytes.NewReader(text))
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		versions[s.file.Version] = true
		got := s.Score(st, scoreDay, terms)
		approx(t, name+": P(alive)", got.Alive, goldenScore.Alive, 1e-9) // the two files are fits of the same log, equal to 1e-12
		approx(t, name+": P(order)", got.Order, goldenScore.Order, 1e-9)
		approx(t, name+": orders", got.Orders, goldenScore.Orders, 1e-9)
		approx(t, name+": spend", got.Spend, goldenScore.Spend, 1e-9)
		approx(t, name+": CLV", got.CLV, goldenScore.CLV, 1e-9)
	}
	for v := 1; v <= FileVersion; v++ {
		if !versions[v] {
			t.Errorf("there is no file of version %d in testdata/files", v)
		}
	}
}

var goldenScore = Score{Alive: 0.755939227286873, Order: 0.719009701009785, Orders: 2.67929102472038, Spend: 34.8336773955836, CLV: 89.2544302585791}

// TestScorerRefuses: a file whose parameters or checks were changed, and
// families that are not known.
func TestScorerRefuses(t *testing.T) {
	text, err := os.ReadFile("testdata/files/v2-bg-nbd.json")
	if err != nil {
		t.Fatal(err)
	}
	f, err := ReadFile(bytes.NewReader(text))
	if err != nil || len(f.Checks) != 4 || f.Range == nil {
		t.Fatalf("the file has no checks: %+v, %v", f, err)
	}
	for want, change := range map[string]func(f *File){
		"its parameters were changed":     func(f *File) { f.Purchase.Params.Values[2] *= 1 + 1e-7 },
		"spend of a customer":             func(f *File) { f.Spend.Params.Values[1] *= 1 + 1e-7 },
		"spend is there in one of":        func(f *File) { f.Spend = nil },
		"recency":                         func(f *File) { f.Checks[2].Recency = 1e9 },
		"neither may be negative":         func(f *File) { f.Checks[2].Horizon = -1 },
		`there is no model "weibull"`:     func(f *File) { f.Purchase.Model = "weibull" },
		"must be positive":                func(f *File) { f.Purchase.Params.Values[0] = 0 },
		"the parameters are":              func(f *File) { f.Purchase.Params.Names[0] = "q" },
		"is a weibull, not a gamma-gamma": func(f *File) { f.Spend.Model = "weibull" },
		"there is no unit of time":        func(f *File) { f.Unit = 0 },
	} {
		f, _ := ReadFile(bytes.NewReader(text))
		change(f)
		if _, err := f.Scorer(); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("error %v, want %q", err, want)
		}
	}
}

// Net is what clv predict says by the same formula, here from the models alone.
func TestScoreNet(t *testing.T) {
	s := scorerOf(t, cdnowBG, &cdnowSpend)
	terms := cdnowTerms
	terms.Costs = Costs{Order: 2, Year: 6, CAC: 11}
	m := s.purchase.(scoringModel[BGNBD, BGNBD]).m
	year, delta := terms.Horizon.In(history.Week), terms.Rate.Per(history.Week)
	for _, st := range append(randomStates(2), history.State{}) {
		got, c := s.Score(st, scoreDay, terms), st.Customer(scoreDay, history.Week)
		// ∫ e^(-δu) P(alive at u) du by 20,000 trapezoids.
		var life float64
		const n = 20000
		for k := range n + 1 {
			weight := 1.0
			if k == 0 || k == n {
				weight = 0.5
			}
			u := year * float64(k) / n
			life += weight * math.Exp(-delta*u) * m.ProbAliveAt(c, u) * year / n
		}
		want := m.DET(c, year, delta)*(got.Spend*terms.Margin-2) - 6*7/365.25*life
		if c.T == 0 {
			want -= 11
		}
		if math.Abs(got.Net-want) > 1e-7*math.Abs(want) { // of the trapezoids
			t.Errorf("net value of %+v is %v, want %v", c, got.Net, want)
		}
		if got.Known != AllQuantities|Net || got.CLV <= got.Net {
			t.Errorf("known %v, CLV %v and net %v", got.Known, got.CLV, got.Net)
		}
		if n := testing.AllocsPerRun(3, func() { s.Score(st, scoreDay, terms) }); n != 0 {
			t.Errorf("a score with costs allocates %v times", n)
		}
	}
	terms.Costs.Order = -1
	if terms.Check() == nil {
		t.Error("a negative cost is accepted")
	}
}
