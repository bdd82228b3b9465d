package fit

import (
	"fmt"
	"math"

	"gonum.org/v1/gonum/floats"
	"gonum.org/v1/gonum/mat"

	"github.com/predictive-clv/clv/models"
)

const (
	// A limit model whose log-likelihood is this near is as good as the full one.
	sameLogLik = 1e-3
	// How far a limit is approached: the parameters that run away are taken a
	// factor e^25 beyond the optimum, where what is left of them is below 1e-10.
	limitDistance = 25
	// A 95 % interval on the log scale of ±2·1.5 spans a factor of 400: the
	// data say next to nothing about such a parameter.
	wideLogError = 1.5
	farFromStart = 9.2 // ln 10⁴
)

// judge sets the verdict of the fit from the gradient and the information at
// the optimum, the distance to the start, and the limits of the family.
func judge[M any](res *Result[M], o *objective, inf *observed, first []float64, family any) {
	res.identified = make([]bool, len(res.optimum))
	for i := range res.identified {
		res.identified[i] = true
	}
	if !(res.Gradient <= convergedByGrad) {
		res.Verdict = NotConverged
		return
	}
	res.Verdict = Converged
	if !suspicious(res.optimum, first, o.n, inf) {
		return
	}
	if l, ok := family.(Limiter); ok {
		for _, limit := range l.Limits() {
			if gap := res.LogLik + o.n*limitValue(o, res.optimum, limit.Move); gap < sameLogLik {
				res.Verdict = limit.Verdict
				for i, move := range limit.Move {
					res.identified[i] = move == 0
				}
				res.Warnings = append(res.Warnings, fmt.Errorf("%s: %s fits these data as well (log-likelihood %.4f against %.4f); %s",
					limit.Verdict, limit.Model, res.LogLik-gap, res.LogLik, limit.Identified))
				return
			}
		}
	}
	ridge(res, inf, family)
}

// suspicious reports whether anything hints at a parameter that the data do
// not determine.
func suspicious(u, first []float64, n float64, inf *observed) bool {
	if inf.cov == nil || inf.values[0] < 1e-6*n {
		return true
	}
	for i := range u {
		if inf.stdErr(i) > 1 || math.Abs(u[i]-first[i]) > farFromStart {
			return true
		}
	}
	return false
}

// limitValue returns the least value of the objective at the limit that the
// direction leads to: far out along it, and free across it.
func limitValue(o *objective, u, move []float64) float64 {
	at := make([]float64, len(u))
	floats.AddScaledTo(at, u, limitDistance, move)
	if f := o.value(at); math.IsInf(f, 0) || math.IsNaN(f) {
		return math.Inf(1)
	}
	return o.value(minimize(o, at, across(move)))
}

// across returns an orthonormal basis of the space orthogonal to v.
func across(v []float64) *mat.Dense {
	var qr mat.QR
	qr.Factorize(mat.NewDense(len(v), 1, append([]float64(nil), v...)))
	var q mat.Dense
	qr.QTo(&q)
	return mat.DenseCopyOf(q.Slice(0, len(v), 1, len(v)))
}

// ridge calls the fit a ridge if a parameter is all but undetermined, and
// names the two that move together and the combination that is determined.
func ridge[M any](res *Result[M], inf *observed, family any) {
	wide := inf.cov == nil
	for i := range res.optimum {
		wide = wide || inf.stdErr(i) > wideLogError
	}
	if !wide || len(res.optimum) < 2 {
		return
	}
	res.Verdict = Ridge
	names := family.(interface{ ParamNames() []string }).ParamNames()
	flat := mat.Col(nil, 0, &inf.vectors)
	i, j := largestTwo(flat)
	combination, value := names[i]+"/"+names[j], math.Exp(res.optimum[i]-res.optimum[j])
	if flat[i]*flat[j] < 0 {
		combination, value = names[i]+"·"+names[j], math.Exp(res.optimum[i]+res.optimum[j])
	}
	res.identified[i], res.identified[j] = false, false
	res.Warnings = append(res.Warnings, fmt.Errorf("ridge: %s and %s are hardly determined by these data one by one; %s = %.6g is; "+
		"forecasts stand, single parameters do not", names[i], names[j], combination, value))
}

// largestTwo returns the places of the two entries of largest size.
func largestTwo(v []float64) (i, j int) {
	i, j = 0, 1
	if math.Abs(v[j]) > math.Abs(v[i]) {
		i, j = j, i
	}
	for k := 2; k < len(v); k++ {
		switch {
		case math.Abs(v[k]) > math.Abs(v[i]):
			i, j = k, i
		case math.Abs(v[k]) > math.Abs(v[j]):
			j = k
		}
	}
	return i, j
}

// review adds what the model itself finds in its fit.
func review[M any](res *Result[M], findings []models.Finding) {
	for _, f := range findings {
		if f.Verdict != "" && res.Verdict == Converged {
			res.Verdict = f.Verdict
		}
		res.Warnings = append(res.Warnings, fmt.Errorf("%s", f.Text))
	}
}
