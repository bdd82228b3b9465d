package special

import (
	"math"
	"math/rand/v2"
	"testing"
)

// spread maps any number to [lo, hi]: those within to themselves, others evenly
// in logarithms by their bits, so that no input of a fuzzer is lost.
func spread(v, lo, hi float64) float64 {
	if v >= lo && v <= hi {
		return v
	}
	u := float64(math.Float64bits(v)*0x9e3779b97f4a7c15>>11) / (1 << 53)
	return min(max(lo*math.Exp(u*math.Log(hi/lo)), lo), hi)
}

// The bounds of shapes and of the other arguments in the fuzz targets below.
const (
	least, greatest = 1e-6, 1e6
	wideLo, wideHi  = 1e-12, 1e12
)

// finite fails on NaN and infinities.
func finite(t *testing.T, name string, v float64) {
	t.Helper()
	if math.IsNaN(v) || math.IsInf(v, 0) {
		t.Errorf("%s = %v", name, v)
	}
}

// ascending fails where b is below a by more than the relative tolerance.
func ascending(t *testing.T, name string, a, b, tol float64) {
	t.Helper()
	if !(b >= a-tol*max(math.Abs(a), math.Abs(b))) {
		t.Errorf("%s: %.17g after %.17g", name, b, a)
	}
}

func FuzzGammaDifferences(f *testing.F) {
	f.Add(0.243, 37.0, 2.0)
	f.Add(1e-6, 1e6, 0.5)
	f.Add(1e6, 1e-9, 3.0)
	f.Fuzz(func(t *testing.T, z, h, more float64) {
		z, h, more = spread(z, least, greatest), spread(h, wideLo, greatest), spread(more, wideLo, greatest)
		l, d, tri := LogGammaDiff(z, h), DigammaDiff(z, h), TrigammaDiff(z, h)
		finite(t, "LogGammaDiff", l)
		finite(t, "DigammaDiff", d)
		finite(t, "TrigammaDiff", tri)
		if !(d > 0 && tri < 0) {
			t.Errorf("ψ and ψ′ grow by %v and %v from %v to %v", d, tri, z, z+h)
		}
		ascending(t, "ψ", d, DigammaDiff(z, h+more), 1e-14)
		ascending(t, "−ψ′", -tri, -TrigammaDiff(z, h+more), 1e-14)
		// Two steps make one; z+h is rounded, which the slope of lnΓ, below
		// ln(z+h) + 1/z, magnifies.
		l2 := LogGammaDiff(z+h, more)
		size := math.Abs(l) + math.Abs(l2) + (z+h+more)*(math.Abs(math.Log(z+h+more))+1/z)
		if whole := LogGammaDiff(z, h+more); !(math.Abs(l+l2-whole) <= 1e-14*size) {
			t.Errorf("lnΓ grows by %.17g and %.17g from %v by %v and %v, and by %.17g in one", l, l2, z, h, more, whole)
		}
	})
}

func FuzzLogBeta(f *testing.F) {
	f.Add(0.793, 2.426, 37.0, 1.0)
	f.Add(1e6, 1e-6, 1e6, 0.1)
	f.Fuzz(func(t *testing.T, a, b, x, more float64) {
		a, b, x, more = spread(a, least, greatest), spread(b, least, greatest), spread(x, wideLo, greatest), spread(more, wideLo, greatest)
		l, r := LogBeta(a, b), LogBetaRatio(a, b, x)
		finite(t, "LogBeta", l)
		finite(t, "LogBetaRatio", r)
		if l != LogBeta(b, a) {
			t.Errorf("ln B(%v, %v) is %v, swapped %v", a, b, l, LogBeta(b, a))
		}
		if !(r <= 0) {
			t.Errorf("LogBetaRatio(%v, %v, %v) = %v: the log of a probability", a, b, x, r)
		}
		ascending(t, "−LogBetaRatio in x", -r, -LogBetaRatio(a, b, x+more), 1e-13)
		ascending(t, "−LogBetaRatio in a", -r, -LogBetaRatio(a+more, b, x), 1e-13)
		whole := math.Floor(min(x, 1000))
		if got, want := LogBetaRatio(a, b, whole), LogBeta(a, b+whole)-l; !(math.Abs(got-want) <= 1e-13*(1+math.Abs(l)+math.Abs(want))) {
			t.Errorf("LogBetaRatio(%v, %v, %v) = %.17g, by LogBeta %.17g", a, b, whole, got, want)
		}
	})
}

func FuzzKernels(f *testing.F) {
	f.Add(2.0, 0.243, 0.4, 3.0)
	f.Add(1e6, 1e6, 0.5, 1e6)
	f.Add(3.0, 1e6, 1e-12, 1e-12)
	f.Fuzz(func(t *testing.T, a, b, y, u float64) {
		a, b, u = spread(a, least, greatest), spread(b, least, greatest), spread(u, wideLo, wideHi)
		y = spread(y, wideLo, 1-0x1p-53)
		k := BetaKernel(a, b, y, 1-y)
		finite(t, "BetaKernel", k)
		top := BetaKernel(a, b, a/(a+b), b/(a+b))
		ascending(t, "BetaKernel at its mode", k, top, 1e-12)
		g := GammaKernel(a, u)
		finite(t, "GammaKernel", g)
		ascending(t, "GammaKernel at its mode", g, GammaKernel(a, a), 1e-12)
	})
}

func FuzzLogRegIncBeta(f *testing.F) {
	f.Add(3.0, 0.243, 0.9, 0.95)
	f.Add(1e5, 1e5, 0.5, 0.51)
	f.Add(1e-6, 1e6, 1e-12, 0.3)
	f.Fuzz(func(t *testing.T, a, b, y, z float64) {
		a, b = spread(a, least, greatest), spread(b, least, greatest)
		y, z = spread(y, wideLo, 1-0x1p-53), spread(z, wideLo, 1-0x1p-53)
		if y > z {
			y, z = z, y
		}
		i, ic := LogRegIncBeta(a, b, y, 1-y)
		j, jc := LogRegIncBeta(a, b, z, 1-z)
		for _, v := range []float64{i, ic, j, jc} {
			if !(v <= 0) {
				t.Errorf("ln of an incomplete beta function (%v, %v) at %v, %v is %v", a, b, y, z, v)
			}
		}
		if sum := math.Exp(i) + math.Exp(ic); !(math.Abs(sum-1) <= 1e-14) {
			t.Errorf("I(%v, %v) at %v and its complement add up to %.17g", a, b, y, sum)
		}
		// In logs the error of a small value is that of the kernel.
		tol := 1e-12 * (1 + math.Abs(i) + math.Abs(jc))
		if !(j >= i-tol) || !(ic >= jc-tol) {
			t.Errorf("ln I(%v, %v) falls from %v, %v at %v to %v, %v at %v", a, b, i, ic, y, j, jc, z)
		}
	})
}

func FuzzHypergeometric(f *testing.F) {
	f.Add(2.243, 0.793, 4.426, 0.9, 20.0)
	f.Add(1e5, 1e-4, 1e4, 1e9, 2.0)
	f.Add(1e-4, 1e4, 1e-4, 12.9, 0.2)
	f.Fuzz(func(t *testing.T, R, a, b, tau, more float64) {
		R, a, b = spread(R, 1e-4, 2e5), spread(a, 1e-4, greatest), spread(b, 1e-4, greatest)
		tau, more = spread(tau, wideLo, 1e9), spread(more, wideLo, 1e9)
		l, h := LogHyp2F1(R, a, b, tau), H(R, tau, a, b)
		finite(t, "LogHyp2F1", l)
		finite(t, "H", h)
		// Jensen's inequality for the convex (1+pτ)^−R and (1−(1+pτ)^−R)/p, and p ≤ 1.
		mean := a / (a + b)
		tol := 1e-12 * (1 + math.Abs(l))
		if low, high := -R*math.Log1p(tau*mean), 0.0; !(l >= low-tol && l <= high+1e-14) {
			t.Errorf("ln ₂F₁(%v, %v; %v; −%v) = %v is not in [%v, 0]", R, a, a+b, tau, l, low)
		}
		low, high := -math.Expm1(-R*math.Log1p(mean*tau))/mean, R*tau
		if a > 1 {
			high = min(high, (a+(b-1))/(a-1))
		}
		ascending(t, "the lower bound of H", low, h, 1e-12)
		ascending(t, "H below its bound", h, high, 1e-12)
		ascending(t, "H in τ", h, H(R, tau+more, a, b), 1e-12)
		if later := LogHyp2F1(R, a, b, tau+more); !(later <= l+tol) {
			t.Errorf("ln ₂F₁(%v, %v; %v) grows from %v at −%v to %v", R, a, a+b, l, tau, later)
		}
		one := LogHyp2F1One(a, b, 1/(1+tau))
		if !(one >= -1e-14 && one <= math.Log1p(tau)+1e-12) {
			t.Errorf("ln ₂F₁(1, %v; %v) at 1−%v is %v", b, a+b, 1/(1+tau), one)
		}
	})
}

func FuzzExpectBeta(f *testing.F) {
	f.Add(0.793, 2.426, 3.0, 1.0)
	f.Add(1e-3, 1e4, 1e6, 20.0)
	f.Fuzz(func(t *testing.T, a, b, scale, power float64) {
		a, b, scale, power = spread(a, 1e-4, greatest), spread(b, 1e-4, greatest), spread(scale, wideLo, 1e9), spread(power, 1e-4, 1e5)
		nodes := 0
		v := ExpectBeta(a, b, func(p, pc float64) float64 {
			if nodes++; !(p >= 0 && p <= 1 && pc >= 0 && pc <= 1) {
				t.Fatalf("a node at p = %v, 1−p = %v", p, pc)
			}
			return math.Exp(-power * math.Log1p(p*scale))
		}, Decay{At0: 1, Scale: scale, Power: power})
		if !(v >= 0 && v <= 1+1e-14) || nodes > 20000 {
			t.Errorf("the mean of a number in [0, 1] over Beta(%v, %v) is %v by %d nodes", a, b, v, nodes)
		}
	})
}

func FuzzExpIntegral(f *testing.F) {
	f.Add(0.6, 0.02, 5.0, 1.0)
	f.Add(1e5, 1e-12, 1e12, 0.1)
	f.Add(1e-6, 1e6, 1e-12, 1e9)
	f.Fuzz(func(t *testing.T, s, z, w, more float64) {
		s, z, w, more = spread(s, least, greatest), spread(z, wideLo, wideHi), spread(w, wideLo, wideHi), spread(more, wideLo, wideHi)
		l := LogExpIntegral(s, z, w)
		finite(t, "LogExpIntegral", l)
		tol := 1e-12 * (1 + math.Abs(l))
		for name, larger := range map[string]float64{
			"w": LogExpIntegral(s, z, w+more), "∞ for w": LogExpIntegral(s, z, math.Inf(1)), "0 for z": LogExpIntegral(s, 0, w), "0 for s": LogExpIntegral(0, z, w), "the length": math.Log(w), "1/z": -math.Log(z),
		} {
			if !(larger >= l-tol) {
				t.Errorf("ln ∫e^(−zu)(1+u)^(−s) with s = %v, z = %v, w = %v is %v, and %v with %s", s, z, w, l, larger, name)
			}
		}
		p := PowerIntegral(s-1, math.Log1p(w))
		finite(t, "PowerIntegral", p)
		ascending(t, "∫e^(−ky) in its length", p, PowerIntegral(s-1, math.Log1p(w+more)), 1e-13)
	})
}

func FuzzParetoIntegral(f *testing.F) {
	f.Add(2.553, 1.606, 41.0, 42.0, 8.4, 1.0)
	f.Add(1e5, 1.0001, 1e-4, 1e4, 1e5, 1e-3)
	f.Add(1e-4, 1.0001, 1e4, 1e-4, 1e5, 1e-3)
	f.Fuzz(func(t *testing.T, P, Q, A, B, W, more float64) {
		P, Q = spread(P, 1e-4, 2e5), 1+spread(Q, 1e-4, 1e4)
		A, B, W, more = spread(A, 1e-4, 2e5), spread(B, 1e-4, 2e5), spread(W, 1e-9, 1e5), spread(more, 1e-9, 1e5)
		k := ParetoIntegral{P, Q, A, B, W}
		var n ParetoNodes
		n.Set(k)
		if !(n.Value > 0 && n.Value <= W*(1+1e-13)) || n.N > MaxParetoNodes {
			t.Fatalf("%+v is %v by %d nodes, not in (0, W]", k, n.Value, n.N)
		}
		if l := k.Log(); !(math.Abs(l-math.Log(n.Value)) <= 1e-12) {
			t.Errorf("ln of %+v is %v, and %v by nodes", k, l, math.Log(n.Value))
		}
		var sum float64
		for i, w := range n.Weight[:n.N] {
			sum += w
			if v := n.V[i]; !(w >= 0 && v >= 0 && v <= W*(1+1e-13)) {
				t.Errorf("%+v has a node at %v of weight %v", k, v, w)
			}
		}
		if !(math.Abs(sum-1) <= 1e-13) {
			t.Errorf("the weights of %+v add up to %v", k, sum)
		}
		value := n.Value
		n.Set(ParetoIntegral{P, Q, A, B, W + more})
		ascending(t, "the integral in W", value, n.Value, 1e-12)
		if v := k.Draw(rand.New(rand.NewPCG(1, math.Float64bits(P)))); !(v >= 0 && v <= W) {
			t.Errorf("%+v drew %v", k, v)
		}
	})
}

func FuzzLogarithms(f *testing.F) {
	f.Add(1e-9, -3.0, 2.0)
	f.Add(-0.39999, 700.0, -700.0)
	f.Fuzz(func(t *testing.T, v, x, y float64) {
		if v > -1 && !math.IsInf(v, 1) {
			l := Log1pmx(v)
			finite(t, "Log1pmx", l)
			if !(l <= 0) {
				t.Errorf("ln(1+%v) − %v = %v is positive", v, v, l)
			}
			if slow := math.Log1p(v) - v; !(math.Abs(l-slow) <= 4e-16*(math.Abs(v)+math.Abs(slow))) {
				t.Errorf("ln(1+%v) − %v = %v, plainly %v", v, v, l, slow)
			}
		}
		if math.IsNaN(x) || math.IsNaN(y) || math.IsInf(x, 1) || math.IsInf(y, 1) {
			return
		}
		s := LogAddExp(x, y)
		if math.IsNaN(s) || s < max(x, y) || s > max(x, y)+math.Ln2+1e-15*math.Abs(s) || s != LogAddExp(y, x) {
			t.Errorf("ln(e^%v + e^%v) = %v", x, y, s)
		}
	})
}
