package special

import "math"

// LogHyp2F1 returns ln ₂F₁(R, a; a+b; −τ) for R, a, b > 0 and τ ≥ 0. With
// p ~ Beta(a, b) it is
//
//	ln E[(1+pτ)^−R] = ln Σ_{i≥0} P(N=i)·(b)_i/(a+b)_i,
//
// N negative binomial with z = τ/(1+τ). The series is used where it is short,
// the trapezoidal rule in logit p about the peak of the integrand elsewhere,
// so that nothing underflows.
func LogHyp2F1(R, a, b, tau float64) float64 {
	switch {
	case tau == 0:
		return 0
	case math.IsInf(tau, 1):
		return math.Inf(-1)
	case shortSeries(R, tau):
		return math.Log(hypSeries(R, a, b, tau))
	}
	return hypQuadrature(R, a, b, tau)
}

// LogHyp2F1One returns ln ₂F₁(1, b; a+b; z) for a, b > 0 and 0 ≤ z < 1, given
// zc = 1−z. With p ~ Beta(a, b) it is ln E[1/(zc + p·z)].
func LogHyp2F1One(a, b, zc float64) float64 {
	return LogHyp2F1(1, a, b, (1-zc)/zc) - math.Log(zc)
}

func hypSeries(R, a, b, tau float64) float64 {
	z := tau / (1 + tau)
	prob, surv := math.Exp(-R*math.Log1p(tau)), 1.0 // P(N=i), (b)_i/(a+b)_i
	total, sum := prob, prob
	for i := 0.0; ; i++ {
		prob *= z * (R + i) / (i + 1)
		surv *= (b + i) / (a + b + i)
		total += prob
		sum += prob * surv
		g := z * (R + i + 1)
		if tail := 1e-17 * (i + 2 - g); prob*g < tail*total && prob*surv*g < tail*sum {
			return sum / total // total is 1 but for the error of P(N=0)
		}
	}
}

func hypQuadrature(R, a, b, tau float64) float64 {
	p, pc := hypPeak(R, a, b, tau)
	y0 := math.Log(p / pc)
	step := 1 / (1/0.26 + math.Sqrt(a*((b+R)/(a+b+R)))/0.62)
	sum := 1.0
	side := func(step, end, rate float64) {
		tail, direction := -1/math.Expm1(-rate*math.Abs(step)), math.Copysign(1, step)
		for i := 1.0; ; i++ {
			w := math.Exp(hypLogRatio(i*step, R, a, b, tau, p, pc))
			if direction*(y0+i*step) > end {
				sum += w * tail
				return
			}
			sum += w
			if w*tail < 1e-17*sum {
				return
			}
		}
	}
	side(step, 37.5+max(0, y0), b)
	side(-step, 37.5+math.Log1p(a+b)+math.Log1p(R*tau), a)
	return math.Log(sum*step) + BetaKernel(a, b, p, pc) - R*math.Log1p(p*tau)
}

// hypLogRatio returns the log of the integrand pᵃ(1−p)ᵇ(1+pτ)^−R at
// logit p = logit p₀ + δ, less its log at p₀. Taking the differences factor by
// factor keeps the digits that a·ln p has lost for large a.
func hypLogRatio(delta, R, a, b, tau, p0, pc0 float64) float64 {
	var beta, diff, p float64 // diff = p − p₀
	if p0 < 0.5 {
		e := p0 * math.Expm1(delta)
		beta = a*delta - (a+b)*math.Log1p(e)
		diff, p = pc0*(e/(1+e)), p0*(math.Exp(delta)/(1+e))
	} else {
		e := pc0 * math.Expm1(-delta)
		beta = -b*delta - (a+b)*math.Log1p(e)
		diff, p = -p0*(e/(1+e)), p0/(1+e)
	}
	if g := diff * (tau / (1 + p0*tau)); g > -0.5 {
		return beta - R*math.Log1p(g)
	}
	return beta - R*math.Log((1+p*tau)/(1+p0*tau))
}

// hypPeak returns the p at which pᵃ(1−p)ᵇ(1+pτ)^−R is largest, and 1−p: the
// root in (0, 1) of (a − (a+b)p)(1+pτ) = Rτp(1−p).
func hypPeak(R, a, b, tau float64) (p, pc float64) {
	// a + βp + γp² in p; in 1−p it is −b(1+τ) at 0.
	beta := (a-R)*tau - (a + b)
	gamma := (R - a - b) * tau
	root := math.Sqrt(beta*beta - 4*a*gamma)
	if beta < 0 {
		p = 2 * a / (root - beta)
	} else {
		p = (-beta - root) / (2 * gamma)
	}
	if p < 0.5 {
		return p, 1 - p
	}
	// In q = 1−p the same quadratic is −b(1+τ) + β′q + γq².
	c := -b * (1 + tau)
	beta = -(beta + 2*gamma)
	root = math.Sqrt(beta*beta - 4*c*gamma)
	if beta > 0 {
		pc = -2 * c / (beta + root)
	} else {
		pc = (-beta + root) / (2 * gamma)
	}
	return 1 - pc, pc
}
