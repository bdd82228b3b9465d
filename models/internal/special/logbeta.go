package special

import "math"

const halfLog2Pi = 0.91893853320467274178032973640561764

// LogBeta returns ln B(a, b), a, b > 0.
func LogBeta(a, b float64) float64 {
	if a > b {
		a, b = b, a
	}
	if a < asymptotic {
		lg, _ := math.Lgamma(a)
		return lg - LogGammaDiff(b, a)
	}
	c := stirlingTail(a) + (stirlingTail(b) - stirlingTail(a+b))
	return halfLog2Pi - math.Log(b)/2 - (a-0.5)*math.Log1p(b/a) - b*math.Log1p(a/b) + c
}

// LogBetaRatio returns ln[B(a, b+x)/B(a, b)] for a, b > 0 and real x ≥ 0: the
// log of the probability that a beta-geometric customer survives x coins.
//
// For integer x ≤ 10 it is −Σ ln(1 + a/(b+i)). Otherwise b is raised to 10 and
// the four Stirling expansions are grouped so that no large terms are left:
//
//	(b−½)·ln(1 + a/b·x/(a+b+x)) − x·ln(1 + a/(b+x)) − a·ln(1 + x/(a+b))
//	+ [c(b+x) − c(b)] − [c(a+b+x) − c(a+b)].
//
// The relative error is about 1e-15, also where a and b are large or small.
func LogBetaRatio(a, b, x float64) float64 {
	var sum float64
	if x <= asymptotic && x == math.Trunc(x) {
		for i := 0.0; i < x; i++ {
			sum -= math.Log1p(a / (b + i))
		}
		return sum
	}
	for ; b < asymptotic; b++ {
		if f := a / (a + b) * (x / (b + x)); f < 0.5 {
			sum += math.Log1p(-f)
		} else {
			sum += math.Log(b / (b + x) * ((a + b + x) / (a + b)))
		}
	}
	ab := a + b
	dc := stirlingSecond(b, a, x)
	return sum + ((b-0.5)*math.Log1p(a/b*(x/(ab+x))) - x*math.Log1p(a/(b+x)) - a*math.Log1p(x/ab) + dc)
}
