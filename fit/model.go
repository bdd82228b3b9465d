package fit

import (
	"math/rand/v2"

	"github.com/predictive-clv/clv/models"
)

// Data is what a model is fitted to.
type Data interface {
	comparable
	Customers() float64 // the number of observations, Σ of the weights
}

// A Model is a family of distributions, by one of its members. Params lists
// the parameters and WithParams returns the member with others in their place;
// the slices are not kept.
type Model[M any, D Data] interface {
	ParamNames() []string
	Params() []float64
	WithParams(p []float64) M
	LogLik(d D) float64
}

// What a model may offer beyond Model. The engine looks for each and does
// without where it is missing.
type (
	// A Starter gives starting values made from the data, best first. Without
	// it the model that MLE is called with is the start.
	Starter[M any, D Data] interface{ Starts(d D) []M }

	// A Scorer returns the log-likelihood and stores its gradient with respect
	// to the parameters.
	Scorer[D Data] interface {
		Score(grad []float64, d D) float64
	}

	// A Hessianer also stores the second derivatives, row by row. With it the
	// engine takes Newton steps.
	Hessianer[D Data] interface {
		Hessian(hess, grad []float64, d D) float64
	}

	// A RowScorer returns the score of every row of the data, row by row, with
	// the number of observations that share the row: Σ weight·score is the
	// gradient of the log-likelihood. Robust standard errors need it.
	RowScorer[D Data] interface {
		RowScores(d D) (scores, weights []float64)
	}

	// A Linker says how each parameter maps to the real line. Without it every
	// parameter is positive.
	Linker interface{ Links() []Link }

	// A Checker refuses data on which the likelihood has no maximum.
	Checker[D Data] interface{ Check(d D) error }

	// A Reviewer looks at the fitted model beside its data.
	Reviewer[D Data] interface{ Review(d D) []models.Finding }

	// A Limiter names the directions in which the family degenerates.
	Limiter interface{ Limits() []models.Limit }

	// A Compressor merges equal observations; the engine fits what it returns.
	Compressor[D Data] interface{ Compress() D }

	// A Resampler draws as many observations from the data as there are, with
	// replacement. The case bootstrap needs it; tables and spending of package
	// history can be resampled without it.
	Resampler[D Data] interface{ Resample(rng *rand.Rand) D }
)
