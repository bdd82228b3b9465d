package portfolio

import (
	"errors"
	"fmt"
	"math"
	"math/rand/v2"

	"gonum.org/v1/gonum/mat"

	"github.com/predictive-clv/clv/fit"
)

// The spread between groups is estimated as if one more group had been seen,
// whose parameters lie 0.3 on the log scale from the whole's. With few groups the
// marginal likelihood alone is often greatest at a spread of 0, where the
// intervals of small groups would be too narrow.
const (
	usualSpread  = 0.3
	spreadRounds = 4   // of fits
	spreadSteps  = 500 // of EM in each
)

// A poolable is a family with positive parameters, fitted to data D.
type poolable[M any, D fit.Data] interface {
	fit.Model[M, D]
	fit.Scorer[D]
	fit.Hessianer[D]
}

// A Pool is a model for all customers and one for each group of them, drawn
// toward the first as far as the group's data leave room.
//
// With u the logarithms of the parameters and u₀ those that fit all customers
// best, the groups differ as u_g ~ Normal(u₀, diag τ²). Each u_g is the mode of
// ℓ_g(u) − Σ (u−u₀)²/2τ² ([fit.Prior]). The spreads τ are those that maximise the
// marginal likelihood of the groups in Laplace's approximation, by EM,
//
//	τ_j² = (Σ_g [(û_gj − u₀j)² + C_gjj] + 0.3²) / (G + 1),
//
// C_g the inverse information of the mode; 0.3 stands for a group more, so that
// τ does not collapse to 0 where there are few.
//
// A group without data has u₀; one with very much has its own best fit.
//
// Source: Morris (1983), "Parametric Empirical Bayes Inference"; Gelman et al.
// (2013), Bayesian Data Analysis, section 13.6 for the EM.
type Pool[M any] struct {
	Whole  *fit.Result[M]
	Spread []float64 // τ, a parameter each
	Groups []M

	with   func(p []float64) M
	params func(m M) []float64
	centre []float64    // u₀
	at     []groupPoint // a group each
}

// A groupPoint is a mode with the covariance C around it and the information of
// the group's data alone, C⁻¹ − diag τ⁻².
type groupPoint struct {
	u         []float64
	cov, data *mat.SymDense
}

// NewPool fits the model to the whole and to each group. It returns an error if
// the whole cannot be fitted.
func NewPool[M poolable[M, D], D fit.Data](m M, whole D, groups []D) (*Pool[M], error) {
	res, err := fit.MLE(m, whole, nil)
	if err != nil {
		return nil, fmt.Errorf("fit all customers: %w", err)
	}
	p := &Pool[M]{Whole: res, with: m.WithParams, params: func(m M) []float64 { return m.Params() }, centre: logs(res.Model.Params())}
	for range p.centre {
		p.Spread = append(p.Spread, usualSpread)
	}
	for round := range spreadRounds {
		p.at, p.Groups = p.at[:0], p.Groups[:0]
		for _, g := range groups {
			at, err := p.mode(func(s *fit.Settings) (u []float64, cov *mat.SymDense, err error) {
				r, err := fit.MLE(restrained[M, D]{res.Model}, g, s)
				if err != nil {
					return nil, nil, err
				}
				return logs(r.Model.m.Params()), r.LogScale, nil
			}, res.Model.ParamNames(), g.Customers() > 0)
			if err != nil {
				return nil, err
			}
			p.at, p.Groups = append(p.at, at), append(p.Groups, m.WithParams(exps(at.u)))
		}
		if round < spreadRounds-1 {
			p.estimateSpread()
		}
	}
	return p, nil
}

// restrained is a family without its rules about data that determine nothing:
// the prior takes care of those.
type restrained[M poolable[M, D], D fit.Data] struct{ m M }

func (r restrained[M, D]) ParamNames() []string { return r.m.ParamNames() }
func (r restrained[M, D]) Params() []float64    { return r.m.Params() }
func (r restrained[M, D]) WithParams(p []float64) restrained[M, D] {
	return restrained[M, D]{r.m.WithParams(p)}
}
func (r restrained[M, D]) LogLik(d D) float64                { return r.m.LogLik(d) }
func (r restrained[M, D]) Score(grad []float64, d D) float64 { return r.m.Score(grad, d) }
func (r restrained[M, D]) Hessian(hess, grad []float64, d D) float64 {
	return r.m.Hessian(hess, grad, d)
}

// mode returns the mode of a group under the present spreads; without data that
// of the prior.
func (p *Pool[M]) mode(find func(s *fit.Settings) ([]float64, *mat.SymDense, error), names []string, data bool) (groupPoint, error) {
	dim := len(p.centre)
	at := groupPoint{u: p.centre, data: mat.NewSymDense(dim, nil)}
	if data {
		s := &fit.Settings{}
		for j, name := range names {
			s.Priors = append(s.Priors, fit.Prior{Param: name, Median: math.Exp(p.centre[j]), Spread: p.Spread[j]})
		}
		u, cov, err := find(s)
		switch {
		case errors.As(err, new(*fit.ConvergenceError)): // nothing is learnt from the group
		case err != nil:
			return at, err
		case cov != nil:
			at.u, at.data = u, informationOf(cov, p.Spread)
		}
	}
	at.cov = posterior(at.data, p.Spread)
	return at, nil
}

// informationOf returns C⁻¹ − diag τ⁻² with what rounding or a ridge made
// negative set to 0.
func informationOf(cov *mat.SymDense, spread []float64) *mat.SymDense {
	dim := len(spread)
	out := mat.NewSymDense(dim, nil)
	var chol mat.Cholesky
	if !chol.Factorize(cov) || chol.InverseTo(out) != nil {
		return mat.NewSymDense(dim, nil)
	}
	for j, s := range spread {
		out.SetSym(j, j, out.At(j, j)-1/(s*s))
	}
	var eigen mat.EigenSym
	if !eigen.Factorize(out, true) {
		return mat.NewSymDense(dim, nil)
	}
	var v mat.Dense
	eigen.VectorsTo(&v)
	out.Zero()
	for k, value := range eigen.Values(nil) {
		out.SymRankOne(out, max(value, 0), v.ColView(k))
	}
	return out
}

// posterior returns (data + diag τ⁻²)⁻¹.
func posterior(data *mat.SymDense, spread []float64) *mat.SymDense {
	dim := len(spread)
	precision := mat.NewSymDense(dim, nil)
	precision.CopySym(data)
	for j, s := range spread {
		precision.SetSym(j, j, precision.At(j, j)+1/(s*s))
	}
	cov := mat.NewSymDense(dim, nil)
	var chol mat.Cholesky
	if chol.Factorize(precision) {
		chol.InverseTo(cov)
	}
	return cov
}

// estimateSpread sets τ to the maximum of the marginal likelihood, with the
// likelihood of each group taken as normal around its mode.
func (p *Pool[M]) estimateSpread() {
	dim := len(p.centre)
	pull := make([]*mat.VecDense, len(p.at)) // C⁻¹(û − u₀), which does not depend on τ
	for g, at := range p.at {
		d := mat.NewVecDense(dim, nil)
		for j := range dim {
			d.SetVec(j, at.u[j]-p.centre[j])
		}
		pull[g] = mat.NewVecDense(dim, nil)
		pull[g].MulVec(at.data, d)
		for j, s := range p.Spread {
			pull[g].SetVec(j, pull[g].AtVec(j)+d.AtVec(j)/(s*s))
		}
	}
	for range spreadSteps {
		next := make([]float64, dim)
		for j := range next {
			next[j] = usualSpread * usualSpread
		}
		for g, at := range p.at {
			cov := posterior(at.data, p.Spread)
			var shift mat.VecDense
			shift.MulVec(cov, pull[g])
			for j := range next {
				next[j] += shift.AtVec(j)*shift.AtVec(j) + cov.At(j, j)
			}
		}
		for j, v := range next {
			p.Spread[j] = math.Sqrt(v / float64(len(p.at)+1))
		}
	}
}

// Draw returns the models of the whole and of the groups at parameters drawn
// from what is not known about them: those of the whole from its own
// uncertainty; those of a group from the normal approximation around its mode,
// which moves with the whole as far as the prior holds it there.
func (p *Pool[M]) Draw(rng *rand.Rand) (whole M, groups []M) {
	whole = p.Whole.Draw(rng)
	moved := logs(p.params(whole))
	for _, at := range p.at {
		u := append([]float64(nil), at.u...)
		var chol mat.Cholesky
		var l mat.TriDense
		if chol.Factorize(at.cov) {
			chol.LTo(&l)
		}
		z := make([]float64, len(u))
		for k := range z {
			z[k] = rng.NormFloat64()
		}
		for i := range u {
			for k := range u {
				u[i] += at.cov.At(i, k) / (p.Spread[k] * p.Spread[k]) * (moved[k] - p.centre[k])
				if k <= i && !l.IsEmpty() {
					u[i] += l.At(i, k) * z[k]
				}
			}
		}
		groups = append(groups, p.with(exps(u)))
	}
	return whole, groups
}

// Weight returns the share of what was not known about a positive function of
// the parameters of a group, given the whole, that the group's own data have
// taken away,
//
//	1 − (∇ln f)′·C·(∇ln f) / (∇ln f)′·diag τ²·(∇ln f):
//
// 0 without data, near 1 where the group speaks for itself.
func (p *Pool[M]) Weight(g int, f func(m M) float64) float64 {
	const h = 1e-5
	at := p.at[g]
	grad := mat.NewVecDense(len(at.u), nil)
	u := append([]float64(nil), at.u...)
	var before float64
	for j := range u {
		u[j] = at.u[j] + h
		up := math.Log(f(p.with(exps(u))))
		u[j] = at.u[j] - h
		grad.SetVec(j, (up-math.Log(f(p.with(exps(u)))))/(2*h))
		u[j] = at.u[j]
		before += grad.AtVec(j) * grad.AtVec(j) * p.Spread[j] * p.Spread[j]
	}
	return min(max(1-mat.Inner(grad, at.cov, grad)/before, 0), 1)
}

func logs(p []float64) []float64 {
	out := make([]float64, len(p))
	for i, v := range p {
		out[i] = math.Log(v)
	}
	return out
}

func exps(u []float64) []float64 {
	out := make([]float64, len(u))
	for i, v := range u {
		out[i] = math.Exp(v)
	}
	return out
}
