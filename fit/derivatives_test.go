package fit

import (
	"math"
	"testing"

	"gonum.org/v1/gonum/mat"

	"github.com/predictive-clv/clv/models"
)

// derivativesAgree compares the gradient and the Hessian of the objective with
// differences of its values at u. Steps are those of the smallest error; the
// tolerances are that error, relative to the largest entry.
func derivativesAgree(t *testing.T, o *objective, u []float64) {
	t.Helper()
	dim := len(u)
	grad, numeric := make([]float64, dim), make([]float64, dim)
	hess, differences := mat.NewSymDense(dim, nil), mat.NewSymDense(dim, nil)
	o.gradient(grad, u)
	o.hessian(hess, u)
	plain := newObjective(likelihood{0, func(_, _, theta []float64) float64 {
		return o.eval(make([]float64, dim), make([]float64, dim*dim), theta)
	}}, o.n, o.links, o.prior)
	plain.numericalGradient(numeric, u)
	plain.value(u)
	plain.secondDifferences(differences, u)
	scale := max(norm(numeric), mat.Norm(differences, math.Inf(1)), math.Abs(o.value(u)))
	for i := range u {
		near(t, "∂f", grad[i]/scale, numeric[i]/scale, 1e-8)
		for j := range u {
			near(t, "∂²f", hess.At(i, j)/scale, differences.At(i, j)/scale, 1e-6)
		}
	}
}

// The chain rule of every link, and the prior, with a likelihood that gives its
// own derivatives: ℓ = −Σ i·(θᵢ−0.3)² − θ₁θ₂θ₃.
func TestChainRule(t *testing.T) {
	full := likelihood{2, func(grad, hess, p []float64) float64 {
		l := -p[0] * p[1] * p[2]
		for i := range p {
			w := float64(i + 1)
			j, k := (i+1)%3, (i+2)%3
			l -= w * (p[i] - 0.3) * (p[i] - 0.3)
			grad[i] = -2*w*(p[i]-0.3) - p[j]*p[k]
			hess[3*i+i], hess[3*i+j], hess[3*i+k] = -2*w, -p[k], -p[j]
		}
		return l
	}}
	score := likelihood{1, func(grad, _, p []float64) float64 { return full.eval(grad, make([]float64, 9), p) }}
	prior := []penalty{{0.2, 4}, {}, {-1, 0.25}}
	for _, like := range []likelihood{full, score} {
		for _, links := range [][]Link{{Log, Log, Log}, {Identity, Identity, Identity}, {Logit, Logit, Logit}, {Log, Identity, Logit}} {
			o := newObjective(like, 7, links, prior)
			derivativesAgree(t, o, []float64{-0.5, 0.2, 0.7})
			derivativesAgree(t, o, []float64{0.1, -1.2, -0.4})
		}
	}
}

func TestFamilyDerivatives(t *testing.T) {
	h := simulated(1, 300, cdnowLike).Compress()
	spend := simulatedSpend(1, 300, models.GammaGamma{P: 6, Q: 4, V: 15})
	links := make([]Link, 4)
	for _, u := range [][]float64{{-1.4, 1.5, -0.2, 0.9}, {0.5, 3, 1, -1}, {2, 2, -3, 3}} {
		for _, like := range []likelihood{newLikelihood(models.BGNBD{}, h), newLikelihood(models.MBGNBD{}, h), newLikelihood(models.ParetoNBD{}, h)} {
			derivativesAgree(t, newObjective(like, h.Customers(), links, nil), u)
		}
		derivativesAgree(t, newObjective(newLikelihood(models.NBD{}, h), h.Customers(), links[:2], nil), u[:2])
		derivativesAgree(t, newObjective(newLikelihood(models.GammaGamma{}, spend), spend.Customers(), links[:3], nil), u[:3])
	}
}
