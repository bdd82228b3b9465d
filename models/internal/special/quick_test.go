package special

import (
	"math"
	"math/rand/v2"
	"testing"
)

// The references are those of math, good to an ulp; the tolerances are what the
// functions claim, and that ulp.
func TestQuick(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 2))
	log := func(x float64) {
		t.Helper()
		want := math.Log(x)
		if got := QuickLog(x); !(math.Abs(got-want) <= eps*(1+3*math.Abs(want))) {
			t.Fatalf("ln %v = %.17g, want %.17g", x, got, want)
		}
	}
	exp := func(x float64) {
		t.Helper()
		want := math.Exp(x)
		if got := QuickExp(x); !(math.Abs(got-want) <= eps*(3+math.Abs(x))*want) {
			t.Fatalf("exp %v = %.17g, want %.17g", x, got, want)
		}
	}
	for range 200_000 {
		log(1 + 0x1p-7*(rng.Float64()-0.5))
		log(math.Exp(10 * rng.NormFloat64()))
		exp(rng.NormFloat64())
		exp(1416 * (rng.Float64() - 0.5))
	}
	for _, x := range []float64{1, 1 + 0x1p-52, 1 - 0x1p-53, 1.5, 2, 2 - 0x1p-52, math.MaxFloat64, 0x1p-1022} {
		log(x)
	}
	for _, x := range []float64{0, math.Copysign(0, -1), 1e-300, -1e-300, 1e-17, -1, 707.99, -707.99, math.Ln2, math.Ln2 / 512} {
		exp(x)
	}
}

func BenchmarkQuick(b *testing.B) {
	x, sum := 1.0, 0.0
	for b.Loop() {
		x += 0.001
		sum += QuickExp(-2.5 * QuickLog(x))
	}
	sink = sum
}
