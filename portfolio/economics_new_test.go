package portfolio

import (
	"fmt"
	"math"
	"math/rand/v2"
	"testing"
)

func TestEconomicsOfNewcomers(t *testing.T) {
	rng := rand.New(rand.NewPCG(3, 3))
	var segment []string
	e := &Economics{CAC: 10}
	add := func(name string, n int, margin, spread, cac float64) {
		for range n {
			segment = append(segment, name)
			e.MarginOf, e.CACOf = append(e.MarginOf, margin+spread*rng.NormFloat64()), append(e.CACOf, cac)
		}
	}
	add("web", 400, 0.30, 0.1, 4)
	add("shop", 400, 0.40, 0.1, 8)
	add("fair", 2, 0.70, 0, math.NaN())
	for _, v := range []float64{0.32, 0.34, 0.36, 0.38} {
		add(fmt.Sprint(v), 100, v, 0.1, 6)
	}
	got, err := e.OfNewcomers(segment, nil)
	if err != nil {
		t.Fatal(err)
	}
	near(t, "CAC of the web", got.CACIn("web", -1), 4, 1e-12)
	near(t, "CAC of the fair, as for all", got.CACIn("fair", -1), 10, 1e-12)
	near(t, "CAC of all", got.CACIn("", -1), (400*4+400*8+2*10+400*6)/1202., 1e-12)
	// Means of 400 customers of spread 0.1 are within 0.02 with four standard errors.
	near(t, "margin of the web", got.MarginIn("web", -1), 0.30, 0.02)
	near(t, "margin of the shop", got.MarginIn("shop", -1), 0.40, 0.02)
	// Two customers tell little: σ² = 0.01 within, τ² near 0.0015 between.
	if fair := got.MarginIn("fair", -1); !(fair > 0.36 && fair < 0.55) {
		t.Errorf("the margin of two customers at 0.70 is %v: it is not drawn toward the mean", fair)
	}

	// Orders' money weighs: who brings all of it says what the margin is.
	m := &Margins{Mean: 0.3, Amount: []float64{1000, 1, 500, 500}, Profit: []float64{200, 1, 150, 160}}
	e = &Economics{MarginOf: []float64{0.2, 0.9, 0.3, 0.3}}
	if got, err = e.OfNewcomers([]string{"a", "a", "b", "b"}, m); err != nil {
		t.Fatal(err)
	}
	if a := got.MarginIn("a", -1); !(a > 0.2 && a < 0.26) {
		t.Errorf("margin of a is %v, of money 0.2008", a)
	}
	near(t, "margin of all", got.MarginIn("", -1), 0.3, 0)
}
