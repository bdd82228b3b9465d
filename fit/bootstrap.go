package fit

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"math"
	"math/rand/v2"
	"runtime"
	"slices"
	"sync"
)

// BootstrapOptions steer a bootstrap. The zero value, and a nil pointer, work
// as documented on each field.
type BootstrapOptions struct {
	Replicates int                   // 0 means 1000
	Seed       uint64                // of the random numbers; the same seed gives the same replicates on any number of cores
	Workers    int                   // 0 means one a core
	Progress   func(done, total int) // called after each replicate, by one goroutine at a time; nil for none
}

// A Bootstrap holds the models fitted to the replicates of a sample.
type Bootstrap[M any] struct {
	Models   []M       // of the replicates that reached an optimum, in their order
	LogLik   []float64 // ℓ of each, on its own replicate
	Failed   int       // replicates that reached none
	estimate M
	params   func(m M) []float64
	names    []string
	level    float64
}

// Bootstrap draws as many customers from the data as there are, with
// replacement, fits the model anew, and so on: the spread of the fits is that
// of the estimates, with no assumption that the model is true. Every fit starts
// from the optimum of the whole sample or, where that lies at a limit of the
// family, from before the limit and from the first start.
//
// It returns an error if the context is done, or if the data of the fit cannot
// be resampled.
func (r *Result[M]) Bootstrap(ctx context.Context, o *BootstrapOptions) (*Bootstrap[M], error) {
	if r.resample == nil {
		return nil, errors.New("fit: these data cannot be resampled: they lack a Resample method")
	}
	return r.replicate(ctx, o, func(rng *rand.Rand) (*objective, error) {
		like, n := r.resample(rng)
		return newObjective(like, n, r.o.links, r.o.prior), nil
	})
}

// ParametricBootstrap fits the model anew to data that simulate makes from the
// fitted model, of the size and the kind of the original ones. The spread of
// the fits is that of the estimates if the model is true.
//
// It returns an error if the context is done.
func ParametricBootstrap[M Model[M, D], D Data](ctx context.Context, r *Result[M], simulate func(rng *rand.Rand, m M) D, o *BootstrapOptions) (*Bootstrap[M], error) {
	return r.replicate(ctx, o, func(rng *rand.Rand) (*objective, error) {
		data := compressed(simulate(rng, r.Model))
		if c, ok := any(r.Model).(Checker[D]); ok {
			if err := c.Check(data); err != nil {
				return nil, err
			}
		}
		return newObjective(newLikelihood(r.Model, data), data.Customers(), r.o.links, r.o.prior), nil
	})
}

// A replicate is one refit: nil if it reached no optimum.
type replicate struct {
	u      []float64
	logLik float64
}

func (r *Result[M]) replicate(ctx context.Context, o *BootstrapOptions, draw func(rng *rand.Rand) (*objective, error)) (*Bootstrap[M], error) {
	if o == nil {
		o = &BootstrapOptions{}
	}
	fits := make([]*replicate, cmp.Or(o.Replicates, 1000))
	each(len(fits), o, func(k int) bool {
		if ctx.Err() != nil {
			return false
		}
		if obj, err := draw(rand.New(rand.NewPCG(o.Seed, uint64(k)))); err == nil {
			fits[k] = refit(obj, r.refits)
		}
		return true
	})
	if err := ctx.Err(); err != nil {
		return nil, fmt.Errorf("fit: bootstrap: %w", err)
	}
	b := &Bootstrap[M]{estimate: r.Model, names: r.names, level: r.level}
	b.params = func(m M) []float64 { return any(m).(interface{ Params() []float64 }).Params() }
	for _, f := range fits {
		if f == nil {
			b.Failed++
			continue
		}
		b.Models = append(b.Models, r.at(f.u))
		b.LogLik = append(b.LogLik, f.logLik)
	}
	return b, nil
}

// refit returns the best optimum that the starts lead to, nil if there is none.
func refit(o *objective, starts [][]float64) (best *replicate) {
	grad := make([]float64, len(o.links))
	for _, start := range starts {
		u := minimize(o, start, nil)
		o.gradient(grad, u)
		if l := o.logLik(u); norm(grad) <= convergedByGradient && (best == nil || l > best.logLik) {
			best = &replicate{u, l}
		}
	}
	return best
}

// each calls f for 0 … n−1 on several goroutines until it returns false.
func each(n int, o *BootstrapOptions, f func(k int) bool) {
	var mu sync.Mutex
	var next, done int
	take := func() int {
		mu.Lock()
		defer mu.Unlock()
		next++
		return next - 1
	}
	work := func() {
		for k := take(); k < n && f(k); k = take() {
			mu.Lock()
			done++
			if o.Progress != nil {
				o.Progress(done, n)
			}
			mu.Unlock()
		}
	}
	var wg sync.WaitGroup
	for range min(n, cmp.Or(o.Workers, runtime.GOMAXPROCS(0))) - 1 {
		wg.Go(work)
	}
	work()
	wg.Wait()
}

// Params returns the estimates of the parameters with the standard deviations
// over the replicates and their percentile intervals.
func (b *Bootstrap[M]) Params() []Estimate {
	es := make([]Estimate, len(b.names))
	for i, name := range b.names {
		es[i] = b.Of(name, func(m M) float64 { return b.params(m)[i] })
	}
	return es
}

// Of returns the estimate of a function of the model with the standard
// deviation over the replicates and the percentile interval. StdErr is NaN with
// fewer than two replicates.
func (b *Bootstrap[M]) Of(name string, f func(m M) float64) Estimate {
	values := make([]float64, len(b.Models))
	var mean float64
	for i, m := range b.Models {
		values[i] = f(m)
		mean += values[i] / float64(len(values))
	}
	var square float64
	for _, v := range values {
		square += (v - mean) * (v - mean)
	}
	slices.Sort(values)
	tail := (1 - b.level) / 2
	return Estimate{Name: name, Value: f(b.estimate), StdErr: math.Sqrt(square / float64(len(values)-1)),
		Lower: quantile(values, tail), Upper: quantile(values, 1-tail)}
}

// quantile interpolates between the order statistics, the p·(n+1)-th; NaN
// without values.
func quantile(sorted []float64, p float64) float64 {
	n := len(sorted)
	if n == 0 {
		return math.NaN()
	}
	at := min(max(p*float64(n+1)-1, 0), float64(n-1))
	lo := int(at)
	hi := min(lo+1, n-1)
	return sorted[lo] + (at-float64(lo))*(sorted[hi]-sorted[lo])
}
