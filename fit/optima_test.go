package fit

import (
	"math"
	"strings"
	"testing"
)

func rosenbrock(p []float64) float64 {
	a, b := 1-p[0], p[1]-p[0]*p[0]
	return -(a*a + 100*b*b)
}

// Optima of test functions known in closed form, each from the starting point
// of its source, without and with a score.
func TestKnownOptima(t *testing.T) {
	for _, tt := range []struct {
		name  string
		f     func(p []float64) float64
		link  Link
		start []float64
		want  []float64
	}{
		{"Rosenbrock (1960)", rosenbrock, Identity, []float64{-1.2, 1}, []float64{1, 1}},
		{"Rosenbrock from the origin", rosenbrock, Identity, []float64{0, 0}, []float64{1, 1}},
		{"Beale (1958)", func(p []float64) float64 {
			x, y := p[0], p[1]
			return -(math.Pow(1.5-x*(1-y), 2) + math.Pow(2.25-x*(1-y*y), 2) + math.Pow(2.625-x*(1-y*y*y), 2))
		}, Identity, []float64{1, 1}, []float64{3, 0.5}},
		{"Wood", func(p []float64) float64 { // Colville (1968)
			return rosenbrock(p[:2]) - 90*math.Pow(p[3]-p[2]*p[2], 2) - math.Pow(1-p[2], 2) -
				10.1*(math.Pow(p[1]-1, 2)+math.Pow(p[3]-1, 2)) - 19.8*(p[1]-1)*(p[3]-1)
		}, Identity, []float64{-3, -1, -3, -1}, []float64{1, 1, 1, 1}},
		{"gamma rate and shape", func(p []float64) float64 { // of 50 values with mean 3 and mean logarithm ψ(2)+ln 1.5, so shape 2, rate 2/3
			l, _ := math.Lgamma(p[0])
			return 50 * (p[0]*math.Log(p[1]) - l + (p[0]-1)*(0.42278433509846713+math.Log(1.5)) - 3*p[1])
		}, Log, []float64{9, 0.1}, []float64{2, 2.0 / 3}},
		{"two proportions", func(p []float64) float64 { // 3 of 10 and 7 of 1000
			return 3*math.Log(p[0]) + 7*math.Log1p(-p[0]) + 7*math.Log(p[1]) + 993*math.Log1p(-p[1])
		}, Logit, []float64{0.5, 0.5}, []float64{0.3, 0.007}},
		// The gradient has no part along the way down from the saddle at the origin.
		{"saddle", func(p []float64) float64 { return -p[0]*p[0] + p[1]*p[1] - math.Pow(p[1], 4) }, Identity, []float64{1, 0}, []float64{0, 0.5 * math.Sqrt2}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			s := surfaceOf(tt.link, tt.f, tt.start)
			res := mustFit(t, s, sample(1), nil)
			withScore := mustFit(t, scored{s, func(grad, p []float64) {
				for i := range p { // a five-point rule: exact to 1e-11
					h := 1e-3 * max(0.01, math.Abs(p[i]))
					at := func(d float64) float64 {
						q := append([]float64(nil), p...)
						q[i] += d
						return tt.f(q)
					}
					grad[i] = (8*(at(h)-at(-h)) - (at(2*h) - at(-2*h))) / (12 * h)
				}
			}}, sample(1), nil)
			for i, want := range tt.want {
				near(t, res.Params[i].Name, math.Abs(res.Params[i].Value), want, 1e-6)
				near(t, res.Params[i].Name+" with score", math.Abs(withScore.Params[i].Value), want, 1e-6)
			}
			if res.Verdict != Converged {
				t.Errorf("verdict %q, want %q\n%s", res.Verdict, Converged, res)
			}
		})
	}
}

// Exponential waiting times have the rate n/Σt, and ln of it the standard error
// 1/√n.
func TestClosedFormStandardError(t *testing.T) {
	const n, sum = 50, 125.0
	f := func(p []float64) float64 { return n*math.Log(p[0]) - p[0]*sum }
	res := mustFit(t, surfaceOf(Log, f, []float64{7}), sample(n), nil)
	e := res.Params[0]
	relative(t, "rate", e.Value, n/sum, 1e-9)
	relative(t, "standard error", e.StdErr, n/sum/math.Sqrt(n), 1e-7)
	// 1.959963984540054 is the 97.5 % point of the normal distribution.
	relative(t, "lower limit", e.Lower, n/sum*math.Exp(-1.959963984540054/math.Sqrt(n)), 1e-7)
	relative(t, "upper limit", e.Upper, n/sum*math.Exp(1.959963984540054/math.Sqrt(n)), 1e-7)
	relative(t, "AIC", res.AIC, 2-2*f([]float64{n / sum}), 1e-12)
	relative(t, "BIC", res.BIC, math.Log(n)-2*f([]float64{n / sum}), 1e-12)
}

// With exact derivatives nothing but the curvature shows the way down from the
// saddle of −x² + y² − y⁴ at the origin, on whose axis the start lies; and a
// search that stayed there would be no convergence.
func TestSaddle(t *testing.T) {
	like := likelihood{2, func(grad, hess, p []float64) float64 {
		x, y := p[0], p[1]
		grad[0], grad[1] = -2*x, 2*y-4*y*y*y
		hess[0], hess[1], hess[2], hess[3] = -2, 0, 0, 2-12*y*y
		return -x*x + y*y - y*y*y*y
	}}
	o := newObjective(like, 1, []Link{Identity, Identity}, nil)
	for _, start := range [][]float64{{1, 0}, {1e-9, 0}} {
		end := minimize(o, start, nil)
		near(t, "x", end[0], 0, 1e-9)
		near(t, "|y|", math.Abs(end[1]), 0.5*math.Sqrt2, 1e-9)
	}
	origin := []float64{0, 0}
	s := &survey{o: o, best: optimum{start: origin, u: origin, f: o.value(origin)}, inf: information(o, origin)}
	if err := s.failure(); err == nil || !strings.Contains(err.Error(), "saddle") {
		t.Errorf("failure %v at the saddle, want one that says so", err)
	}
}

// Between two valleys, a search ends where it would have ended without knowing
// an optimum, and earlier if that is the known one.
func TestBound(t *testing.T) {
	like := likelihood{2, func(grad, hess, p []float64) float64 {
		x, y := p[0], p[1]
		grad[0], grad[1] = -4*x*(x*x-1)-0.1+2*(y-x), -2*(y-x)
		hess[0], hess[1], hess[2], hess[3] = 4-12*x*x-2, 2, 2, -2
		return -(x*x-1)*(x*x-1) - 0.1*x - (y-x)*(y-x)
	}}
	o := newObjective(like, 1, []Link{Identity, Identity}, nil)
	search := func(start []float64, known ...optimum) (end []float64, evals int) {
		before := o.evaluations
		end = begin(o, start, nil).descend(0, known...)
		return end, o.evaluations - before
	}
	var valleys []optimum
	for _, x := range []float64{-1, 1} {
		end, _ := search([]float64{x, x})
		valleys = append(valleys, optimum{u: end, f: o.value(end)})
	}
	saved := 0
	for x := -3.0; x <= 3; x += 0.1 {
		for y := -2.0; y <= 2; y += 0.25 {
			want, whole := search([]float64{x, y})
			for _, v := range valleys {
				got, evals := search([]float64{x, y}, v)
				near(t, "x", got[0], want[0], 1e-9)
				if got[0] == v.u[0] {
					saved += whole - evals
				}
			}
		}
	}
	if saved < 1000 {
		t.Errorf("%d evaluations saved over 1,037 searches, want 1000", saved)
	}
}
