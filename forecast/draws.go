package forecast

import (
	"errors"
	"fmt"
	"math"
	"math/rand/v2"

	"gonum.org/v1/gonum/floats"
	"gonum.org/v1/gonum/mat"
)

const (
	// No draw moves a parameter by more than a factor e⁵: where a covariance
	// asks for that, the parameter is not determined and the models' numbers
	// would be taken to where they mean nothing.
	farthest = 5
	// An error of the logarithm above this is called wide, as in package fit: a
	// 95 % interval then spans a factor of 400.
	wideLogError = 1.5
)

// block is the number of replicates that are a fair picture of the whole by
// themselves.
const block = 40

// logDraws returns draws of parameters whose logarithms are normal around those
// given, in blocks of which each has the covariance cov exactly. clipped tells
// that some draw was shortened to the farthest.
func logDraws(rng *rand.Rand, params []float64, cov mat.Symmetric, blocks int) (draws [][]float64, clipped bool, err error) {
	dim := len(params)
	if cov.SymmetricDim() != dim || dim > block/4 {
		return nil, false, fmt.Errorf("the covariance is of %d parameters; there are %d, and at most %d can be drawn", cov.SymmetricDim(), dim, block/4)
	}
	var root mat.Cholesky
	if !root.Factorize(cov) {
		return nil, false, errors.New("the covariance is not positive definite")
	}
	var lower mat.TriDense
	root.LTo(&lower)
	for _, z := range directions(rng, dim, blocks) {
		step := make([]float64, dim)
		mat.NewVecDense(dim, step).MulVec(&lower, mat.NewVecDense(dim, z))
		clipped = shorten(step) || clipped
		for j := range step {
			step[j] = params[j] * math.Exp(step[j])
		}
		draws = append(draws, step)
	}
	return draws, clipped, nil
}

// towardBlocks bounds the replicates that need the likelihood, some evaluations
// each.
const towardBlocks = 5

// towardDraws returns the replicates that lie in such directions.
func towardDraws(rng *rand.Rand, toward func(z []float64) []float64, dim, blocks int) [][]float64 {
	zs := directions(rng, dim, blocks)
	draws := make([][]float64, len(zs))
	parallel(len(zs), func(i int) { draws[i] = toward(zs[i]) })
	return draws
}

// directions returns blocks of standard normal z: half a block and its mirror
// images, scaled so that the covariance of every block is the identity exactly.
func directions(rng *rand.Rand, dim, blocks int) (zs [][]float64) {
	for range blocks {
		half := whitened(rng, block/2, dim)
		for i := range block / 2 {
			up := half.RawRowView(i)
			zs = append(zs, up, floats.ScaleTo(make([]float64, dim), -1, up))
		}
	}
	return zs
}

// shorten shortens a step of the logarithms to the farthest, and reports
// whether it did.
func shorten(step []float64) bool {
	far := floats.Norm(step, math.Inf(1))
	if !(far > farthest) {
		return false
	}
	floats.Scale(farthest/far, step)
	return true
}

// drawn returns at least n draws of parameters, whole blocks of them, none too
// far from those given.
func drawn(rng *rand.Rand, params []float64, draw func(rng *rand.Rand) []float64, n int) (draws [][]float64) {
	for len(draws) < (n+block-1)/block*block {
		at := draw(rng)
		step := make([]float64, len(at))
		for j, p := range at {
			step[j] = math.Log(p / params[j])
		}
		if shorten(step) {
			for j := range at {
				at[j] = params[j] * math.Exp(step[j])
			}
		}
		draws = append(draws, at)
	}
	return draws
}

// whitened returns rows of independent normal numbers, scaled so that
// ZᵀZ = rows·I.
func whitened(rng *rand.Rand, rows, dim int) *mat.Dense {
	z := mat.NewDense(rows, dim, nil)
	for i := range rows {
		for j := range dim {
			z.Set(i, j, rng.NormFloat64())
		}
	}
	second := mat.NewSymDense(dim, nil)
	second.SymOuterK(1/float64(rows), z.T())
	var chol mat.Cholesky
	if !chol.Factorize(second) {
		panic("forecast: fewer independent draws than parameters")
	}
	var upper, inverse mat.TriDense
	chol.UTo(&upper)
	if err := inverse.InverseTri(&upper); err != nil {
		panic("forecast: fewer independent draws than parameters")
	}
	z.Mul(z, &inverse)
	return z
}

func wide(cov mat.Symmetric) bool {
	for i := range cov.SymmetricDim() {
		if cov.At(i, i) > wideLogError*wideLogError {
			return true
		}
	}
	return false
}

// positive returns an error unless all parameters are positive and finite.
func positive(params []float64) error {
	for i, p := range params {
		if !(p > 0) || math.IsInf(p, 0) {
			return fmt.Errorf("parameter %d is %v: it must be positive and finite", i+1, p)
		}
	}
	return nil
}

// stream returns a source of random numbers of its own for each seed and key.
func stream(seed uint64, key ...uint64) *rand.Rand {
	h := uint64(0)
	for _, k := range key {
		h = mix(h ^ k)
	}
	return rand.New(rand.NewPCG(mix(seed), h))
}

// mix is the finalizer of SplitMix64, a bijection in which every bit of x
// changes half the bits of the result.
//
// Source: Steele, Lea and Flood (2014), Fast splittable pseudorandom number
// generators.
func mix(x uint64) uint64 {
	x += 0x9e3779b97f4a7c15
	x = (x ^ x>>30) * 0xbf58476d1ce4e5b9
	x = (x ^ x>>27) * 0x94d049bb133111eb
	return x ^ x>>31
}
