package models

import (
	"math"
	"math/rand/v2"
	"runtime"
	"slices"
	"sync/atomic"
	"testing"

	"github.com/predictive-clv/clv/history"
)

// dailyTable simulates n customers of a BG/NBD model with CDNOW's parameters,
// who came on the days of up to the given number of days ago and are observed
// daily, in weeks.
func dailyTable(n, days int) *history.Table {
	rng := rand.New(rand.NewPCG(1, 2))
	h := &history.Table{Unit: history.Week}
	for range n {
		age := 1 + rng.IntN(days)
		path := BGNBD{0.25, 4.4, 0.8, 2.4}.Simulate(rng, float64(age)/7)
		x, last := 0, 0.0
		for _, t := range path.Times {
			if day := math.Floor(7 * t); day > last {
				x, last = x+1, day
			}
		}
		h.Append(history.Customer{Frequency: x, Recency: last / 7, T: float64(age) / 7, Spend: math.NaN()})
	}
	return h
}

// scatteredTable has hardly two equal times, and purchases in the thousands.
func scatteredTable(n int) *history.Table {
	rng := rand.New(rand.NewPCG(1, 3))
	h := &history.Table{}
	for range n {
		c := history.Customer{Frequency: int(math.Exp(9 * rng.Float64() * rng.Float64())), T: 1e-3 + 300*rng.Float64()*rng.Float64()}
		if c.Frequency--; c.Frequency > 0 {
			c.Recency = c.T * (1 - rng.Float64()*rng.Float64())
		}
		h.Append(c)
	}
	return h
}

// A futureModel is a purchase model as far as its predictions are a product.
type futureModel interface {
	ProbAlive(c history.Customer) float64
	ProbAliveAt(c history.Customer, t float64) float64
	ProbOrder(c history.Customer, t float64) float64
	CondExpected(c history.Customer, t float64) float64
	CondExpectedBetween(c history.Customer, t1, t2 float64) float64
	CondProb(c history.Customer, n int, t float64) float64
	DERT(c history.Customer, delta float64) float64
	DET(c history.Customer, t, delta float64) float64
	ResidualLifetime(c history.Customer) float64
}

// futures are quantities of a customer that are P(alive) times the same of a
// new customer of the model given x and T.
var futures = map[string]func(m futureModel, c history.Customer) float64{
	"P(alive at T+26)": func(m futureModel, c history.Customer) float64 { return m.ProbAliveAt(c, 26) },
	"P(order)":         func(m futureModel, c history.Customer) float64 { return m.ProbOrder(c, 26) },
	"P(order), short":  func(m futureModel, c history.Customer) float64 { return m.ProbOrder(c, 1e-6) },
	"E[Y(52)]":         func(m futureModel, c history.Customer) float64 { return m.CondExpected(c, 52) },
	"E[Y(50, 52)]":     func(m futureModel, c history.Customer) float64 { return m.CondExpectedBetween(c, 50, 52) },
	"P(Y(26) = 1)":     func(m futureModel, c history.Customer) float64 { return m.CondProb(c, 1, 26) },
	"P(Y(26) = 7)":     func(m futureModel, c history.Customer) float64 { return m.CondProb(c, 7, 26) },
	"DERT":             func(m futureModel, c history.Customer) float64 { return m.DERT(c, 0.0018) },
	"DERT, no rate":    func(m futureModel, c history.Customer) float64 { return m.DERT(c, 0) },
	"DET":              func(m futureModel, c history.Customer) float64 { return m.DET(c, 52, 0.0018) },
	"lifetime":         func(m futureModel, c history.Customer) float64 { return m.ResidualLifetime(c) },
}

// checkGivenAlive compares every quantity of a history with P(alive) times the
// same of a new customer.
func checkGivenAlive[M interface {
	futureModel
	Updater[G]
}, G futureModel](t *testing.T, m M) {
	t.Helper()
	for _, c := range []history.Customer{{}, {T: 40}, cdnowCustomer, {Frequency: 1, Recency: 1, T: 39}, {Frequency: 30, Recency: 20, T: 20}, {Frequency: 4000, Recency: 150, T: 151}} {
		alive, g := m.ProbAlive(c), m.GivenAlive(c.Frequency, c.T)
		for name, q := range futures {
			approx(t, name, q(m, c), times(alive, q(g, history.Customer{})), 1e-12)
		}
		approx(t, "P(Y(26) = 0)", m.CondProb(c, 0, 26), 1-alive+alive*g.CondProb(history.Customer{}, 0, 26), 1e-12)
	}
}

func TestGivenAlive(t *testing.T) {
	for _, p := range [][4]float64{{0.243, 4.414, 0.793, 2.426}, {2.5, 30, 3, 9}} {
		checkGivenAlive(t, BGNBD{p[0], p[1], p[2], p[3]})
		checkGivenAlive(t, MBGNBD{p[0], p[1], p[2], p[3]})
		checkGivenAlive(t, ParetoNBD{p[0], p[1], p[2], 4 * p[3]})
		checkGivenAlive(t, NBD{p[0], p[1]})
	}
}

// checkBatch compares the predictions of a whole table with those of its
// customers.
func checkBatch[M interface {
	futureModel
	Updater[G]
}, G futureModel](t *testing.T, m M, h *history.Table) {
	t.Helper()
	b := NewBatch(h)
	alive := b.ProbAlive(m)
	odds := Predict(b, func(c history.Customer) history.Customer { return c })
	one := make([]float64, h.Len())
	for i := range one {
		c := h.Customer(i)
		one[i] = m.ProbAlive(c)
		approx(t, "P(alive)", alive[i], one[i], 1e-12)
		if o := odds[i]; o.Frequency != c.Frequency || o.Recency != c.Recency || o.T != c.T || !math.IsNaN(o.Spend) {
			t.Fatalf("row %d: the prediction is of %+v, the customer is %+v", i, o, c)
		}
	}
	for name, q := range futures {
		got := Future(b, m, one, func(g G) float64 { return q(g, history.Customer{}) })
		for i, v := range got {
			if want := q(m, h.Customer(i)); !(math.Abs(v-want) <= 2e-12*want) && v != want { // tolerances of GivenAlive and of the interpolation
				t.Fatalf("%s of %+v under %+v = %.17g in a batch, alone %.17g", name, h.Customer(i), m, v, want)
			}
		}
	}
}

func TestBatch(t *testing.T) {
	daily, scattered := dailyTable(3000, 400), scatteredTable(300)
	for name, h := range map[string]*history.Table{"daily": daily, "states": daily.Compress(), "scattered": scattered, "one": dailyTable(1, 10), "none": {}} {
		t.Run(name, func(t *testing.T) {
			checkBatch(t, cdnowBG, h)
			checkBatch(t, BGNBD{2.5, 3000, 3, 9}, h)
			checkBatch(t, MBGNBD{0.525, 6.183, 0.891, 1.614}, h)
			checkBatch(t, cdnowPareto, h)
			checkBatch(t, NBD{0.4, 6}, h)
		})
	}
}

// What is not smooth in T is not interpolated.
func TestFutureOfAStep(t *testing.T) {
	h := dailyTable(2000, 400)
	step := func(g BGNBD) float64 { return math.Floor(g.Alpha) }
	one := make([]float64, h.Len())
	for i := range one {
		one[i] = 1
	}
	for i, v := range Future(NewBatch(h), cdnowBG, one, step) {
		if want := math.Floor(cdnowBG.Alpha + h.T[i]); v != want {
			t.Fatalf("a step at T = %v is %v, want %v", h.T[i], v, want)
		}
	}
}

// A Batch calls f once for each state, and gives the same bits on any number
// of processors.
func TestBatchDeterministic(t *testing.T) {
	h := dailyTable(50_000, 200)
	run := func() (pareto, bg, dert []float64) {
		b := NewBatch(h)
		return b.ProbAlive(cdnowPareto), b.ProbAlive(cdnowBG), Future(b, cdnowBG, h.T, func(g BGNBD) float64 { return g.DERT(history.Customer{}, 0.01) })
	}
	key := func(row int) batchKey { return batchKey{x: h.Frequency[row], t: h.T[row]} }
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(1))
	pareto, bg, dert := run()
	one := group(h.Len(), key)
	for i, k := range one.of {
		if one.keys[k] != key(i) {
			t.Fatalf("row %d is in the group of %v, want %v", i, one.keys[k], key(i))
		}
	}
	for _, workers := range []int{2, 5} {
		runtime.GOMAXPROCS(workers)
		if p, b, d := run(); !slices.Equal(p, pareto) || !slices.Equal(b, bg) || !slices.Equal(d, dert) {
			t.Errorf("%d workers change the predictions", workers)
		}
		if g := group(h.Len(), key); !slices.Equal(g.keys, one.keys) || !slices.Equal(g.of, one.of) {
			t.Errorf("%d workers change the groups", workers)
		}
	}
	var calls atomic.Int64
	Predict(NewBatch(h), func(history.Customer) bool { calls.Add(1); return true })
	if states := h.Compress().Len(); int(calls.Load()) != states {
		t.Errorf("%d evaluations for %d states", calls.Load(), states)
	}
}

func TestBatchPanics(t *testing.T) {
	h := &history.Table{}
	h.Append(history.Customer{Frequency: 1, T: 3})
	for name, f := range map[string]func(){
		"impossible history": func() { NewBatch(h) },
		"columns":            func() { NewBatch(&history.Table{Frequency: []int{0}, T: []float64{1}}) },
		"wrong length":       func() { Future(NewBatch(&history.Table{}), cdnowBG, []float64{1}, BGNBD.lifetime) },
		"negative count":     func() { cdnowBG.GivenAlive(-1, 3) },
		"negative age":       func() { cdnowPareto.GivenAlive(1, -3) },
		"infinite age":       func() { cdnowBG.GivenAlive(1, math.Inf(1)) },
	} {
		func() {
			defer func() {
				if recover() == nil {
					t.Errorf("%s: no panic", name)
				}
			}()
			f()
		}()
	}
}

// TestBatchExact: the predictions of an exact batch have the bits of the
// methods, whoever else is in the table.
func TestBatchExact(t *testing.T) {
	h := dailyTable(3000, 200)
	b := NewBatch(h)
	b.Exact = true
	alive := b.ProbAlive(cdnowPareto)
	expected := Future(b, cdnowPareto, alive, func(g ParetoNBD) float64 { return g.Expected(52) })
	inexact := NewBatch(h).ProbAlive(cdnowPareto)
	differ := 0
	for i := range alive {
		c := h.Customer(i)
		if p := cdnowPareto.ProbAlive(c); alive[i] != p || expected[i] != p*cdnowPareto.GivenAlive(c.Frequency, c.T).Expected(52) {
			t.Fatalf("%+v: P(alive) %v, expected %v", c, alive[i], expected[i])
		}
		if inexact[i] != alive[i] {
			differ++
		}
	}
	if differ == 0 {
		t.Error("the tables of a batch have the bits of the methods too: the test sees nothing")
	}
}
