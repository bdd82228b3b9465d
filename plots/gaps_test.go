package plots

import (
	"bytes"
	"math"
	"math/rand/v2"
	"testing"

	"github.com/predictive-clv/clv/history"
)

func TestGaps(t *testing.T) {
	ps := []Purchases{
		{Days: []history.Date{10, 11, 18}}, // 1, 7
		{Days: []history.Date{10, 18}},     // 8
		{Days: []history.Date{30}},
		{Days: []history.Date{40, 54, 69}}, // 14, 15
	}
	g, err := NewGaps(ps, history.Week)
	if err != nil {
		t.Fatal(err)
	}
	var b bytes.Buffer
	if err := g.WriteCSV(&b); err != nil {
		t.Fatal(err)
	}
	const want = "more_than_weeks,up_to_weeks,repeat_purchases\n0,1,2\n1,2,2\n2,3,1\n3,Inf,0\n"
	if b.String() != want {
		t.Errorf("table is\n%swant\n%s", b.String(), want)
	}
	if g.Median != 8 || g.Buyers != 2 || !math.IsNaN(g.Regularity) {
		t.Errorf("median %v, %d buyers, regularity %v: want 8, 2, NaN of so few", g.Median, g.Buyers, g.Regularity)
	}
}

// A gap far longer than the others is not drawn, and the unit is the first with
// which 98 in 100 gaps need 60 classes at most.
func TestGapsChoosesTheUnit(t *testing.T) {
	for _, c := range []struct {
		gap     history.Date
		unit    history.Unit
		classes int
	}{{20, history.Day, 20}, {60, history.Day, 60}, {61, history.Week, 9}, {420, history.Week, 60}, {421, history.Month, 14}, {20_000, history.Month, 120}} {
		p := Purchases{Days: []history.Date{1}}
		for range 99 {
			p.Days = append(p.Days, p.Days[len(p.Days)-1]+c.gap)
		}
		p.Days = append(p.Days, p.Days[len(p.Days)-1]+50_000)
		g, err := NewGaps([]Purchases{p}, 0)
		if err != nil {
			t.Fatal(err)
		}
		longer := 1.0
		if c.gap == 20_000 {
			longer = 100
		}
		if g.Unit != c.unit || len(g.Count) != c.classes || g.Longer != longer {
			t.Errorf("gaps of %d days: %d classes by %v, %v longer; want %d by %v, %v", c.gap, len(g.Count), g.Unit, g.Longer, c.classes, c.unit, longer)
		}
	}
}

// The estimator finds the shape of simulated gamma gaps, k = 1 and k = 3. Var M
// is 1/(4(2k+1)); of 20,000 customers the estimate of k is within 6 % of it in
// all but one of a million runs. Whole days add less than 1 % at a mean of 300.
func TestRegularity(t *testing.T) {
	rng := rand.New(rand.NewPCG(7, 7))
	for _, k := range []int{1, 3} {
		var ps []Purchases
		for range 20_000 {
			p := Purchases{Days: []history.Date{1}}
			for range 2 {
				gap := 1.0
				for range k {
					gap += rng.ExpFloat64() * 300 / float64(k)
				}
				p.Days = append(p.Days, p.Days[len(p.Days)-1]+history.Date(gap))
			}
			ps = append(ps, p)
		}
		g, err := NewGaps(ps, 0)
		if err != nil {
			t.Fatal(err)
		}
		if math.Abs(g.Regularity/float64(k)-1) > 0.06 {
			t.Errorf("regularity = %v, want %d", g.Regularity, k)
		}
	}
}

func TestGapsRefuses(t *testing.T) {
	if _, err := NewGaps([]Purchases{{Days: []history.Date{3}}}, 0); err == nil {
		t.Error("no error without a repeat purchase")
	}
	if _, err := NewGaps([]Purchases{{Days: []history.Date{3, 4}}}, history.Year); err == nil {
		t.Error("no error for gaps by year")
	}
	if _, err := NewGaps(nil, 0); err == nil {
		t.Error("no error without customers")
	}
}
