package special

import (
	"math"
	"testing"
)

const eps = 0x1p-52

func TestTrigammaDiff(t *testing.T) {
	w := worst{name: "TrigammaDiff"}
	for _, r := range golden(t, "trigammadiff.csv") {
		// 8 units in the last place, and the condition of z+h near 0.
		tol := 8 * eps * math.Abs(r["diff"]) * (1 + math.Abs(r["h"])/(r["z"]+r["h"]))
		w.compare(t, r, TrigammaDiff(r["z"], r["h"]), r["diff"], tol)
	}
	w.log(t)
}

func TestBetaKernel(t *testing.T) {
	k, l := worst{name: "BetaKernel"}, worst{name: "LogBeta"}
	for _, r := range golden(t, "betakernel.csv") {
		a, b, y, yc := r["a"], r["b"], r["small"], 1-r["small"]
		if r["upper"] == 1 {
			y, yc = yc, y
		}
		// An error of one eps in y moves the kernel by |a − (a+b)y|/(1−y) eps.
		cond := math.Abs(a*yc-b*y) * (1 + y/yc)
		k.compare(t, r, BetaKernel(a, b, y, yc), r["kernel"], 8*eps*(8+math.Abs(r["kernel"])+cond))
		l.compare(t, r, LogBeta(a, b), r["logbeta"], 8*eps*(2+math.Abs(r["logbeta"])))
	}
	k.log(t)
	l.log(t)
}

func TestLogHyp2F1(t *testing.T) {
	w := worst{name: "LogHyp2F1"}
	for _, r := range golden(t, "loghyp2f1.csv") {
		w.compare(t, r, LogHyp2F1(r["R"], r["a"], r["b"], r["tau"]), r["loghyp"], 64*eps*(1+math.Abs(r["loghyp"])))
	}
	w.log(t)
}

// A peak so far out that the nodes on its other side come back through p = ½.
func TestLogHyp2F1FarPeak(t *testing.T) {
	const want = -0.0068826062508910216                                                        // mpmath, 80 digits
	if got := LogHyp2F1(10001, 0.00023330278433210898, 2, 9.9e8); math.Abs(got-want) > 4e-15 { // as good as ₂F₁ itself, near 1
		t.Errorf("ln 2F1 = %.17g, want %.17g", got, want)
	}
}

// Tiny a and b leave the second difference of the Stirling terms.
func TestLogBetaRatioSmall(t *testing.T) {
	for _, c := range []struct{ a, b, x, want float64 }{ // mpmath, 60 digits
		{1.3367613663670883e-06, 1.4303685103735146, 7514.84783918653, -1.1971303534691382917e-05},
		{1e-6, 3, 1e-6, -3.9493391273448946282e-13},
		{1e-6, 30, 2e-6, -6.7790117269184487273e-14},
	} {
		if got := LogBetaRatio(c.a, c.b, c.x); math.Abs(got-c.want) > 8*eps*math.Abs(c.want) {
			t.Errorf("LogBetaRatio(%v, %v, %v) = %.17g, want %.17g", c.a, c.b, c.x, got, c.want)
		}
	}
}

// The series and the quadrature know nothing of each other.
func TestSeriesAgreesWithQuadrature(t *testing.T) {
	for _, R := range []float64{0.01, 0.243, 2.2, 20} {
		for _, tau := range []float64{1e-6, 0.02, 0.9, 3, 12.9} {
			for _, a := range []float64{0.05, 0.793, 1, 1 + 1e-9, 4} {
				for _, b := range []float64{0.05, 0.95, 4.4, 90} {
					series, quad := math.Log(hypSeries(R, a, b, tau)), hypQuadrature(R, a, b, tau)
					if math.Abs(series-quad) > 2e-14 {
						t.Errorf("ln 2F1(%v, %v; %v; %v) = %v by series, %v by quadrature", R, a, a+b, -tau, series, quad)
					}
					f := func(p, _ float64) float64 { return -math.Expm1(-R*math.Log1p(p*tau)) / p }
					want := ExpectBeta(a, b, f, Decay{At0: R * tau, Scale: (R + 1) * tau, Power: R})
					if got := hSeries(R, tau, a, b); math.Abs(got-want) > 2e-14*want {
						t.Errorf("H(%v, %v, %v, %v) = %v by series, %v by quadrature", R, tau, a, b, got, want)
					}
				}
			}
		}
	}
}

func TestHLimits(t *testing.T) {
	if got := H(2, 0, 0.8, 3); got != 0 {
		t.Errorf("H at τ = 0 is %v, want 0", got)
	}
	if got := H(2, math.Inf(1), 0.8, 3); !math.IsInf(got, 1) {
		t.Errorf("H at τ = ∞, a < 1 is %v, want +Inf", got)
	}
	// E[1/p] = (a+b−1)/(a−1).
	if got := H(2, math.Inf(1), 3, 5); got != 3.5 {
		t.Errorf("H at τ = ∞ is %v, want 3.5", got)
	}
	// A small R, where the integrand is far from linear although R·pτ is small; mpmath, 60 digits.
	if got, want := H(1e-4, 34792319.184725151, 0.11650937772730939, 2.826122049600234), 624.15847735272208678; math.Abs(got-want) > 1e-14*want {
		t.Errorf("H of a small R = %.17g, want %.17g", got, want)
	}
	// p → 0 certainly as a → 0: H → Rτ. Here E[p] = 1e-12.
	if got := H(3, 5, 1e-12, 1); math.Abs(got-15) > 1e-9 {
		t.Errorf("H without dropout = %v, want 15", got)
	}
	// A polarised beta: half drop out at the first purchase.
	if got, want := H(3, 5, 1e-13, 1e-13), (15+1-math.Pow(6, -3))/2; math.Abs(got-want) > 1e-9 {
		t.Errorf("H of a polarised beta = %v, want %v", got, want)
	}
}

func TestLogRegIncBetaComplement(t *testing.T) {
	for _, a := range []float64{0.01, 1, 7.5, 300, 2e4} {
		for _, b := range []float64{0.02, 1, 11, 500, 1e5} {
			for _, y := range []float64{1e-9, 0.01, 0.3, 0.5, 0.8, 0.999} {
				i, ic := LogRegIncBeta(a, b, y, 1-y)
				j, jc := LogRegIncBeta(b, a, 1-y, y)
				if math.Abs(i-jc) > 1e-13*(1+math.Abs(i)) || math.Abs(ic-j) > 1e-13*(1+math.Abs(ic)) {
					t.Errorf("I_%v(%v, %v) = %v, %v but swapped %v, %v", y, a, b, i, ic, jc, j)
				}
			}
		}
	}
	// I_y(1, b) = 1 − (1−y)^b and I_y(a, 1) = y^a.
	if i, _ := LogRegIncBeta(1, 3, 0.2, 0.8); math.Abs(i-math.Log(1-0.512)) > 4*eps {
		t.Errorf("ln I_.2(1, 3) = %v, want ln .488", i)
	}
	if i, _ := LogRegIncBeta(50, 1, 1e-6, 1-1e-6); math.Abs(i-50*math.Log(1e-6)) > 1e-12 {
		t.Errorf("ln I_1e-6(50, 1) = %v, want 50 ln 1e-6", i)
	}
}

func TestLog1pmx(t *testing.T) {
	for _, c := range []struct{ x, want float64 }{
		{0, 0},
		{1e-9, -4.9999999966666667e-19}, // −x²/2 + x³/3 − x⁴/4
		{-1e-9, -5.0000000033333333e-19},
		{0.5, math.Log(1.5) - 0.5},
		{-0.39, math.Log(0.61) + 0.39},
		{3, math.Log(4) - 3},
		{-0.75, math.Log(0.25) + 0.75},
	} {
		if got := Log1pmx(c.x); math.Abs(got-c.want) > 4*eps*math.Abs(c.want) {
			t.Errorf("Log1pmx(%v) = %.17g, want %.17g", c.x, got, c.want)
		}
	}
}

func TestLogAddExp(t *testing.T) {
	inf := math.Inf(1)
	for _, c := range []struct{ x, y, want float64 }{
		{0, 0, math.Ln2}, {1000, 1000, 1000 + math.Ln2}, {-1000, 0, 0}, {-inf, 3, 3}, {3, -inf, 3}, {-inf, -inf, -inf}, {inf, 0, inf},
		{math.Log(2), math.Log(3), math.Log(5)},
	} {
		if got := LogAddExp(c.x, c.y); got != c.want && math.Abs(got-c.want) > 2*eps*math.Abs(c.want) {
			t.Errorf("LogAddExp(%v, %v) = %v, want %v", c.x, c.y, got, c.want)
		}
	}
}

func TestLegendre(t *testing.T) {
	for n := 1; n <= maxLegendre; n++ {
		x, w := Legendre(n)
		for degree := 0; degree < 2*n; degree++ {
			var got float64
			for i := range x {
				got += w[i] * math.Pow(x[i], float64(degree))
			}
			want := 2 / float64(degree+1)
			if degree%2 == 1 {
				want = 0
			}
			if math.Abs(got-want) > 2e-15 {
				t.Errorf("Legendre(%d): ∫x^%d = %.17g, want %.17g", n, degree, got, want)
			}
		}
	}
	// Three points: ±√(3/5), weights 5/9, 8/9, 5/9.
	x, w := Legendre(3)
	if math.Abs(x[2]-math.Sqrt(0.6)) > eps || x[1] != 0 || math.Abs(w[0]-5.0/9) > eps || math.Abs(w[1]-8.0/9) > eps {
		t.Errorf("Legendre(3) = %v, %v", x, w)
	}
	defer func() {
		if recover() == nil {
			t.Error("Legendre(81) did not panic")
		}
	}()
	Legendre(maxLegendre + 1)
}

var sink float64

func BenchmarkLogGammaDiff(b *testing.B) {
	for b.Loop() {
		sink = LogGammaDiff(0.243, 37)
	}
}

func BenchmarkLogBetaRatio(b *testing.B) {
	for b.Loop() {
		sink = LogBetaRatio(0.793, 2.426, 37)
	}
}

func BenchmarkHSeries(b *testing.B) {
	for b.Loop() {
		sink = H(2.243, 39/43.274, 0.793, 4.426)
	}
}

func BenchmarkHQuadrature(b *testing.B) {
	for b.Loop() {
		sink = H(2.243, 20, 0.793, 4.426)
	}
}

func BenchmarkLogHyp2F1Quadrature(b *testing.B) {
	for b.Loop() {
		sink = LogHyp2F1(2.243, 0.793, 4.426, 20)
	}
}
