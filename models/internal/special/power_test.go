package special

import (
	"math"
	"math/big"
	"math/rand/v2"
	"testing"
)

// The reference is exp(p·ln x) of math, whose logarithm is good to an ulp and
// whose product is taken in two parts.
func TestPower(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 2))
	check := func(x, p float64) {
		t.Helper()
		log := math.Log(x)
		y := p * log
		want := math.Exp(y) * (1 + math.FMA(p, log, -y))
		tol := eps/2*(4+math.Abs(p)*(4+6*math.Abs(log)))*want + math.SmallestNonzeroFloat64 // its own claim
		if got := Power(x, p); math.Abs(got-want) > tol && got != want {
			t.Fatalf("Power(%v, %v) = %.17g, want %.17g", x, p, got, want)
		}
	}
	for range 200_000 {
		p := 60*rng.Float64() - 30
		check(1+0x1p-8*rng.Float64(), p)
		check(math.Exp(10*rng.NormFloat64()), p)
	}
	for _, x := range []float64{1, 1 + 0x1p-52, 1 - 0x1p-53, 1.5, 2, 2 - 0x1p-52, 1e300, 1e-300} {
		for _, p := range []float64{0, -0.25, 1, 7, -30, 30} {
			check(x, p)
		}
	}
}

// Exact values: dyadic numbers to whole powers.
func TestPowerExact(t *testing.T) {
	for _, x := range []float64{1.0078125, 1.25, 1.75, 3.5, 40.625} {
		product := big.NewFloat(1).SetPrec(2000)
		for p := 1.0; p <= 30; p++ {
			product.Mul(product, big.NewFloat(x))
			want, _ := product.Float64()
			if got := Power(x, p); math.Abs(got/want-1) > eps/2*(4+p*(4+6*math.Log(x))) {
				t.Errorf("Power(%v, %v) = %.17g, want %.17g", x, p, got, want)
			}
		}
	}
}

func BenchmarkPower(b *testing.B) {
	x, sum := 1.0, 0.0
	for b.Loop() {
		x += 0.001
		sum += Power(x, -2.5)
	}
	sink = sum
}
