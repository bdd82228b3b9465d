package plots

import (
	"fmt"
	"math"
	"testing"

	"github.com/predictive-clv/clv/history"
)

// figures returns every figure of the package, in the situations that change
// its layout. A new chart adds itself here.
func figures(t *testing.T) map[string]Figure {
	t.Helper()
	fs := collection{t, make(map[string]Figure)}
	for name, l := range map[string]*history.Log{"": shop(t, true), ", no holdout": shop(t, false)} {
		fs.tracking(name, l)
		fs.add("frequency" + name)(NewFrequency(nbd{6}, l.Table, 7))
		fs.add("alive" + name)(NewAliveMatrix(nbd{6}, l.Table))
	}
	fs.manyModels(shop(t, true))
	fs.matrices(shop(t, true))
	fs.holdout(shop(t, true))
	fs.densities(shop(t, true))
	fs.purchases(shopPurchases(t))
	fs.cohorts(shopPurchases(t))
	fs.cohortValues()
	fs.tornados()
	fs.rankings()
	fs.segments()
	fs.payback()
	return fs.m
}

type collection struct {
	t *testing.T
	m map[string]Figure
}

// add returns a function that keeps a figure by name.
func (c collection) add(name string) func(f Figure, err error) {
	return func(f Figure, err error) {
		c.t.Helper()
		if err != nil {
			c.t.Fatalf("%s: %v", name, err)
		}
		c.m[name] = f
	}
}

// must is for figures that are changed before they are kept.
func must[F any](t *testing.T) func(f F, err error) F {
	return func(f F, err error) F {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		return f
	}
}

func (c collection) tracking(name string, l *history.Log) {
	for _, unit := range []history.Unit{history.Day, history.Week, history.Month} {
		tr := must[*Tracking](c.t)(NewTracking(nbd{6}, l.Table, l.Days, unit))
		c.m[fmt.Sprintf("cumulative by %v%s", unit, name)] = Cumulative{tr}
		c.m[fmt.Sprintf("incremental by %v%s", unit, name)] = Incremental{tr}
	}
}

func (c collection) manyModels(l *history.Log) {
	tr := must[*Tracking](c.t)(NewTracking(nbd{6}, l.Table, l.Days, 0))
	tr.Name, tr.Band, tr.CumulativeBand = "BG/NBD", Band{Name: "80 % interval"}, Band{Name: "80 % interval"}
	for i, name := range []string{"Pareto/NBD", "MBG/NBD", "the same again"} {
		o := must[*Tracking](c.t)(NewTracking(nbd{7 + float64(i)}, l.Table, l.Days, 0))
		o.Name = name
		tr.Others = append(tr.Others, o)
	}
	for _, r := range tr.Rows {
		tr.Band.Lo, tr.Band.Hi = append(tr.Band.Lo, 0.7*r.Expected), append(tr.Band.Hi, 1.4*r.Expected)
		tr.CumulativeBand.Lo = append(tr.CumulativeBand.Lo, r.CumulativeExpected-30)
		tr.CumulativeBand.Hi = append(tr.CumulativeBand.Hi, r.CumulativeExpected+30)
	}
	c.m["cumulative, four models and a band"], c.m["incremental, four models and a band"] = Cumulative{tr}, Incremental{tr}
}

func (c collection) matrices(l *history.Log) {
	big := &history.Table{Unit: history.Day, N: []float64{1.2e6, 3, 40}}
	big.Frequency, big.Recency, big.T = []int{0, 9000, 20}, []float64{0, 4000, 5}, []float64{4000, 4000.5, 700}
	for name, h := range map[string]*history.Table{"": l.Table, ", large": big} {
		for _, marks := range []bool{false, true} {
			a := must[*AliveMatrix](c.t)(NewAliveMatrix(nbd{6}, h))
			e := must[*ExpectedMatrix](c.t)(NewExpectedMatrix(nbd{6}, h, history.Horizon{Value: 52, Unit: history.Week}))
			a.Marks, e.Marks = marks, marks
			c.m[fmt.Sprintf("alive, marks %v%s", marks, name)], c.m[fmt.Sprintf("expected, marks %v%s", marks, name)] = a, e
		}
	}
}

func (c collection) holdout(l *history.Log) {
	expected := make([]float64, l.Table.Len())
	for i := range expected {
		expected[i] = nbd{6}.CondExpected(l.Table.Customer(i), 13)
	}
	for _, by := range []Grouping{ByFrequency, ByRecency, ByT, BySilence} {
		c.add("holdout by " + by.name())(NewHoldout(l.Table, expected, by))
	}
	days := l.Table.In(history.Day)
	f := must[*Holdout](c.t)(NewHoldout(days, expected, ByRecency))
	f.Band.Name = "95 % interval"
	for _, k := range f.Classes {
		f.Band.Lo, f.Band.Hi = append(f.Band.Lo, 0.5*k.Expected), append(f.Band.Hi, 2*k.Expected)
	}
	c.m["holdout by recency in days, with a band"] = f
}

func (c collection) densities(l *history.Log) {
	c.add("purchase rate")(NewPurchaseRate(nbd{6}, history.Week))
	c.add("small purchase rate")(NewPurchaseRate(nbd{1e9}, history.Month))
	c.add("purchase rate of like customers")(NewPurchaseRate(alike{}, history.Week))
	c.add("dropout rate")(NewDropoutRate(half{}, history.Week))
	c.add("dropout probability")(NewDropoutProbability(nbd{6}))
	c.add("spend")(NewSpendDensity(nbd{6}, l.Table.Spending()))
	wide := &history.Spending{Frequency: []int{1, 2, 3}, Mean: []float64{0.02, 10, 5e7}, N: []float64{1e6, 2e6, 5}}
	c.add("spend over ten powers of ten")(NewSpendDensity(nbd{6}, wide))
}

// alike has customers of nearly the same rate.
type alike struct{}

func (alike) PriorRate(lambda float64) float64 {
	z := (lambda - 0.2) / 0.001
	return math.Exp(-z*z/2) / (0.001 * math.Sqrt(2*math.Pi))
}

// half drops out at a rate whose square root is exponential with mean 1/10, most
// of it far below.
type half struct{}

func (half) PriorDropout(mu float64) float64 {
	return 10 * math.Exp(-10*math.Sqrt(mu)) / (2 * math.Sqrt(mu))
}

func (c collection) purchases(ps []Purchases) {
	end, cut := date(c.t, "2024-12-31"), date(c.t, "2024-09-30")
	for name, p := range map[string]Purchases{"often": ps[23], "once": ps[0], "on the last day": {ID: "a long name of a customer", Days: []history.Date{end}}} {
		a := must[*AliveHistory](c.t)(NewAliveHistory(nbd{6}, p, history.Week, end))
		a.Cut = cut
		c.m["P(alive) of a customer who bought "+name] = a
	}
	n := must[*Newcomer](c.t)(NewNewcomer(nbd{6}, history.Week, history.Horizon{Value: 10, Unit: history.Month}))
	if err := n.Observe(ps, end); err != nil {
		c.t.Fatal(err)
	}
	c.m["new customer, observed"] = n
	c.add("new customer")(NewNewcomer(nbd{6}, history.Day, history.Horizon{Value: 10, Unit: history.Year}))
	for _, unit := range []history.Unit{0, history.Day, history.Week, history.Month} {
		c.add(fmt.Sprintf("gaps by %d", unit))(NewGaps(ps, unit))
	}
	c.add("timing, few")(NewTimingStrip(ps[:3], end, 0))
	s := must[*TimingStrip](c.t)(NewTimingStrip(ps, end, 0))
	s.Cut = cut
	c.m["timing"] = s
}

func (c collection) cohorts(ps []Purchases) {
	end := date(c.t, "2024-12-31")
	var plain, many []Purchases
	for i, p := range ps {
		plain = append(plain, Purchases{ID: p.ID, Days: p.Days})
		for month := range 40 {
			first := p.Days[0] - history.Date(30*month)
			values := []float64{1234.5, 99 * float64(i)}
			many = append(many, Purchases{ID: p.ID, Days: []history.Date{first, first + history.Date(5+i)}, Values: values})
		}
	}
	for name, ps := range map[string][]Purchases{"": ps, " without money": plain, " of three years": many} {
		for _, model := range []bool{false, true} {
			cs := must[*Cohorts](c.t)(NewCohorts(ps, end))
			if model {
				if err := cs.Continue(nbd{6}, history.Week, 45, history.Horizon{Value: 2, Unit: history.Year}); err != nil {
					c.t.Fatal(err)
				}
			}
			c.m[fmt.Sprintf("per customer%s, model %v", name, model)] = PerCustomer{cs}
			c.m["retention"+name] = Retention{cs}
			if cs.Money {
				c.m["cohort revenue"+name] = CohortRevenue{cs}
			}
		}
	}
}

// cohortValues are curves of cohorts, few and many, with and without what a model
// says of them.
func (c collection) cohortValues() {
	curve := func(name string, start, slope float64, ahead bool) CohortCurve {
		r := CohortCurve{Name: name}
		for k := range 15 {
			r.Age, r.Value = append(r.Age, float64(k)), append(r.Value, start+slope*math.Sqrt(float64(k)))
		}
		for k := 0; ahead && k < 13; k++ {
			r.AheadAge = append(r.AheadAge, 9.5+float64(k))
			v := start + slope*math.Sqrt(9.5+float64(k))
			r.Ahead = append(r.Ahead, v)
			r.Band.Lo, r.Band.Hi = append(r.Band.Lo, v-0.4*float64(k)), append(r.Band.Hi, v+0.5*float64(k))
		}
		return r
	}
	for _, n := range []int{1, 4, 24} {
		for _, ahead := range []bool{false, true} {
			f := &CohortValue{What: "margin per acquired customer", All: curve("all", -20, 12, ahead)}
			for i := range n {
				f.Rows = append(f.Rows, curve(fmt.Sprintf("channel number %d", i), -30+float64(i), 8+float64(i)/2, ahead))
			}
			c.m[fmt.Sprintf("value of %d cohorts, model %v", n, ahead)] = f
		}
	}
}

func (c collection) tornados() {
	const what = "CLV of a customer acquired today in 3 years"
	c.m["tornado"] = &Tornado{What: what, Change: 0.1, Value: 61.2, Rows: []TornadoRow{
		{"order value", 52, 70.4}, {"retention", 56, 68}, {"CAC", 61.7, 60.7}, {"discount", 61.21, 61.19}}}
	c.m["tornado of losses"] = &Tornado{What: what, Change: 0.25, Value: -1200, Rows: []TornadoRow{{"a driver with a long name", -300, -2100}}}
	c.m["tornado without wind"] = &Tornado{What: what, Change: 0.1, Value: 3, Rows: []TornadoRow{{"frequency", 3, 3}}}
}

func (c collection) rankings() {
	var forecast, actual, worse []float64
	for i := range 500 {
		forecast = append(forecast, float64(i*i%97))
		actual = append(actual, 1000*float64(i*i%97+i%13))
		worse = append(worse, float64(i%40))
	}
	r := must[*Ranking](c.t)(NewRanking("revenue in USD", forecast, actual))
	c.m["calibration"], c.m["gain"], c.m["lift"] = Calibration{r}, Gain{r}, Lift{r}
	many := *r
	many.Name = "Pareto/NBD"
	for _, name := range []string{"status quo", "last period again", "BG/NBD"} {
		o := must[*Ranking](c.t)(NewRanking("revenue in USD", worse, actual))
		o.Name = name
		many.Others = append(many.Others, o)
	}
	c.m["gain of four"], c.m["lift of four"] = Gain{&many}, Lift{&many}
	l := must[*Lorenz](c.t)(NewLorenz("CLV in 12 months", actual))
	c.m["lorenz"] = l
	for i := range worse {
		worse[i] -= 10
	}
	two := *l
	two.Name, two.Others = "actual revenue", []*Lorenz{must[*Lorenz](c.t)(NewLorenz("expected CLV in 12 months", worse))}
	c.m["lorenz of two, one with losses"] = &two
}

func (c collection) segments() {
	var names, one []string
	var equal, values, losses []float64
	for i := range 3000 {
		names = append(names, fmt.Sprintf("Channel number %d of the house", i%25))
		one = append(one, "all")
		equal = append(equal, 3)
		values = append(values, math.Exp(float64(i*7919%100)/12))
		losses = append(losses, float64(i*7919%100-30))
	}
	const what = "CLV in 12 months, USD"
	c.add("segments over powers of ten")(NewSegments(what, names, values))
	c.add("segments with losses")(NewSegments(what, names, losses))
	c.add("one segment")(NewSegments(what, one, equal))
	c.add("a tiny segment")(NewSegments(what, []string{"a", "a", "b"}, []float64{1, 2, 3}))
}
