package fit

import (
	"errors"
	"fmt"

	"gonum.org/v1/gonum/stat/combin"
	"gonum.org/v1/gonum/stat/distuv"
)

// A Test is a likelihood-ratio test.
type Test struct {
	Statistic float64 // 2(ℓ of the richer model − ℓ of the simpler one)
	DF        int     // parameters that the richer model has more
	Boundary  int     // of these, how many lie on the boundary of their range under the simpler model
	P         float64 // probability of a statistic at least as large if the simpler model is true
}

// LikelihoodRatio tests a model against a richer one that contains it, both
// fitted to the same data.
//
// The statistic follows χ² with DF degrees of freedom, unless the simpler model
// lies on the boundary of the richer one, as a model without dropout does. Each
// parameter on its boundary stays there in half of all samples, and then
//
//	Σ C(b,j)·2⁻ᵇ·χ²(DF−b+j),  j = 0 … b,
//
// which is ½χ²₀ + ½χ²₁ for one parameter. That is exact for b = 1, and for more
// if their estimates are independent. Where a parameter of the richer model has
// no meaning in the simpler one, as b of the BG/NBD model at a = 0, no such
// formula holds; use [ParametricBootstrap] for an exact test.
//
// It is an error if a fit did not converge, if the fits do not rest on the same
// number of observations, if priors took part, or if the richer model ended
// below the simpler one: its fit has then missed the optimum. LikelihoodRatio
// panics unless 0 ≤ boundary ≤ DF.
//
// Source: Self and Liang (1987), Asymptotic properties of maximum likelihood
// estimators and likelihood ratio tests under nonstandard conditions, cases 5
// to 7.
func LikelihoodRatio[A, B any](simpler *Result[A], richer *Result[B], boundary int) (Test, error) {
	t := Test{Statistic: 2 * (richer.LogLik - simpler.LogLik), DF: len(richer.Params) - len(simpler.Params), Boundary: boundary}
	switch {
	case simpler.Verdict == NotConverged || richer.Verdict == NotConverged:
		return t, errors.New("fit: a likelihood-ratio test needs two fits that converged")
	case simpler.Customers != richer.Customers:
		return t, fmt.Errorf("fit: a likelihood-ratio test needs the same data: the fits rest on %v and %v customers", simpler.Customers, richer.Customers)
	case simpler.o.prior != nil || richer.o.prior != nil:
		return t, errors.New("fit: a likelihood-ratio test needs fits without priors")
	case t.DF < 1:
		return t, fmt.Errorf("fit: the richer model has %d parameters and the simpler one %d", len(richer.Params), len(simpler.Params))
	case t.Statistic < -2*sameLogLik:
		return t, fmt.Errorf("fit: the richer model ended at a log-likelihood of %.4f, below the simpler one's %.4f: "+
			"its fit missed the optimum, or the models are not nested; fit it with more Starts", richer.LogLik, simpler.LogLik)
	case boundary < 0 || boundary > t.DF:
		panic("fit: more parameters on the boundary than the models differ in")
	}
	t.Statistic = max(0, t.Statistic)
	weight := 1.0
	for range boundary {
		weight /= 2
	}
	for j := range boundary + 1 {
		t.P += weight * float64(combin.Binomial(boundary, j)) * chiSquaredTail(t.DF-boundary+j, t.Statistic)
	}
	return t, nil
}

// chiSquaredTail returns P(χ² ≥ x) with k degrees of freedom; χ²₀ is 0.
func chiSquaredTail(k int, x float64) float64 {
	switch {
	case x <= 0:
		return 1
	case k == 0:
		return 0
	}
	return distuv.ChiSquared{K: float64(k)}.Survival(x)
}
