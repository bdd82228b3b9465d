package main

import (
	"context"
	"io"
	"iter"
	"math"
	"math/rand/v2"
	"runtime"
	"strconv"
	"strings"

	"github.com/predictive-clv/clv/history"
	"github.com/predictive-clv/clv/ingest"
)

// crowdSize is the number of customers who share a source of random numbers.
const crowdSize = 1 << 14

// A crowd is some customers who were simulated together.
type crowd struct {
	sales []sale // by customer and day
	truth []trueCustomer
}

// A sale is one simulated transaction.
type sale struct {
	customer int
	day      int // days after the start
	amount   float64
}

// A trueCustomer is what no log shows.
type trueCustomer struct {
	lambda, dropout, lifetime float64
	mean                      float64 // value of a purchase; NaN without a spend model
}

// crowds hands over all customers, the crowds in order and each made on a core
// of its own, until ctx ends.
func (s *simulation) crowds(ctx context.Context) iter.Seq[*crowd] {
	return func(yield func(*crowd) bool) {
		n := (s.customers + crowdSize - 1) / crowdSize
		var queue []chan *crowd
		for k := 0; k < n || len(queue) > 0; k++ {
			if k < n {
				made := make(chan *crowd, 1)
				go func() { made <- s.crowd(ctx, k) }()
				if queue = append(queue, made); len(queue) <= runtime.GOMAXPROCS(0) {
					continue
				}
			}
			c := <-queue[0]
			queue = queue[1:]
			if ctx.Err() != nil || !yield(c) {
				return
			}
		}
	}
}

// crowd makes crowd k. Its random numbers depend on nothing but seed and k; the
// golden ratio keeps the states of the sources apart.
func (s *simulation) crowd(ctx context.Context, k int) *crowd {
	rng := rand.New(rand.NewPCG(s.seed, uint64(k)*0x9e3779b97f4a7c15))
	c := &crowd{}
	for i := k * crowdSize; i < min((k+1)*crowdSize, s.customers) && ctx.Err() == nil; i++ {
		first := rng.Float64() * s.entry
		path := s.purchase.Simulate(rng, (s.span-first)/s.unit.Days())
		amounts, mean := make([]float64, len(path.Times)+1), math.NaN()
		if s.spend != nil {
			amounts, mean = s.spend.Simulate(rng, len(amounts))
		}
		c.sales = append(c.sales, sale{i, int(first), amounts[0]})
		for n, age := range path.Times {
			day := int(first + age*s.unit.Days())
			if last := &c.sales[len(c.sales)-1]; last.day == day {
				last.amount += amounts[n+1]
				continue
			}
			c.sales = append(c.sales, sale{i, day, amounts[n+1]})
		}
		c.truth = append(c.truth, trueCustomer{path.Lambda, path.Dropout, path.Lifetime, mean})
	}
	for i := range c.sales {
		c.sales[i].amount = cents(c.sales[i].amount)
	}
	return c
}

// cents is an amount of money that can be paid.
func cents(amount float64) float64 {
	v, _ := strconv.ParseFloat(strconv.FormatFloat(max(amount, 0.01), 'f', 2, 64), 64) // of a number there is no error
	return v
}

// id names customer i, so that names sort like numbers.
func (s *simulation) id(i int) string {
	digits, most := strconv.Itoa(i+1), len(strconv.Itoa(s.customers))
	return "C" + strings.Repeat("0", most-len(digits)) + digits
}

// sell simulates the log.
func (s *simulation) sell(ctx context.Context, w *words) (*ledger, error) {
	bar := newProgress(w, "simulating")
	defer bar.finish()
	l := newLedger(int(s.span)+1, s.tempDir)
	done := 0
	for c := range s.crowds(ctx) {
		for _, sale := range c.sales {
			if err := l.add(sale); err != nil {
				l.close()
				return nil, err
			}
		}
		done += len(c.truth)
		bar.set(int64(done), int64(s.customers))
	}
	return l, ctx.Err()
}

// writeTruth makes the customers again: to keep them would take more memory
// than their sales.
func (s *simulation) writeTruth(ctx context.Context, w io.Writer) error {
	next, stop := iter.Pull(s.crowds(ctx))
	defer stop()
	c := &crowd{}
	truth := func(i int) *trueCustomer {
		if i%crowdSize == 0 {
			if got, ok := next(); ok {
				c = got
			}
		}
		if ctx.Err() != nil {
			return &trueCustomer{}
		}
		return &c.truth[i%crowdSize]
	}
	var t *trueCustomer
	return ingest.WriteCSV(ctx, w, s.customers, []ingest.OutColumn{
		{Name: "customer_id", Text: func(i int) string { t = truth(i); return s.id(i) }},
		{Name: "lambda", Number: func(int) float64 { return t.lambda }},
		{Name: "dropout", Number: func(int) float64 { return t.dropout }},
		{Name: "lifetime", Number: func(int) float64 { return t.lifetime }},
		{Name: "mean_value", Number: func(int) float64 { return t.mean }},
	})
}

// log returns the columns of the log. An error of reading its file goes to fail.
func (s *simulation) log(l *ledger, fail func(error)) []ingest.OutColumn {
	r, start := l.read(fail), history.DateOf(s.start)
	columns := []ingest.OutColumn{
		{Name: "customer_id", Text: func(i int) string { return s.id(r.at(i).customer) }},
		{Name: "date", Day: func(i int) history.Date { return start + history.Date(r.at(i).day) }},
	}
	if s.spend != nil {
		columns = append(columns, ingest.OutColumn{Name: "amount", Number: func(i int) float64 { return r.at(i).amount }, Decimals: 2})
	}
	return columns
}
