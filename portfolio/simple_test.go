package portfolio

import (
	"math"
	"math/rand/v2"
	"strconv"
	"testing"

	"github.com/predictive-clv/clv/history"
	"github.com/predictive-clv/clv/models"
)

// log simulates customers of a model over a span of days, all of whose orders
// have the same value.
func simulated(t *testing.T, m models.NBD, n int, days int, value float64) *history.Log {
	t.Helper()
	rng := rand.New(rand.NewPCG(7, 7))
	b := history.NewBuilder(&history.Options{Unit: history.Week, Purchases: true})
	start, _ := history.DateFrom(2024, 1, 1)
	for i := range n {
		id := []byte("c" + strconv.Itoa(i))
		add := func(day int) {
			if err := b.AddRow(id, start+history.Date(day), value); err != nil {
				t.Fatal(err)
			}
		}
		add(0)
		for _, age := range m.Simulate(rng, float64(days)/7).Times {
			add(int(math.Ceil(age * 7)))
		}
	}
	log, err := b.Build()
	if err != nil {
		t.Fatal(err)
	}
	return log
}

// Customers who all buy at the same rate and never drop out are the world of the
// formula: there it must agree with the model, and elsewhere not.
func TestFormulaIsTheModelInItsOwnWorld(t *testing.T) {
	const rate = 0.05 // a week: two purchases of a customer on one day are rare
	same := models.NBD{R: 1e7, Alpha: 1e7 / rate}
	log := simulated(t, same, 4000, 700, 20)
	m := &Model{Unit: history.Week, Purchase: Of(same), Spend: &models.GammaGamma{P: 1e6, Q: 1e6, V: 20}}
	margin := 0.4
	e := &Economics{Margin: &margin, CostPerOrder: 1, CostAlive: Cost{2, history.Year}, CAC: 3}
	life := GivenLifespan(history.Horizon{Value: 4, Unit: history.Year})
	got, err := m.SimpleCLV(log.Table, log.Purchases, nil, e, life)
	if err != nil {
		t.Fatal(err)
	}
	// 4,000 customers with 5 purchases each leave an error of 0.7 % in the rate,
	// of which the model's value has 48 %; 5 standard errors of the difference.
	if d := got[0].Difference(); math.Abs(d) > 5*0.007*0.52 {
		t.Errorf("the formula is %+.2f %% off", 100*d)
	}
	near(t, "formula CLV", got[0].Formula, ((0.4*20-1)*rate*365.25/7-2)*4-3, 5*0.007)

	// In a world with dropout the formula must not agree.
	drop := models.BGNBD{R: 2, Alpha: 10, A: 1, B: 3}
	m.Purchase = Of(drop)
	if got, err = m.SimpleCLV(log.Table, log.Purchases, nil, e, GivenLifespan(history.Horizon{Value: 20, Unit: history.Year})); err != nil {
		t.Fatal(err)
	}
	if d := got[0].Difference(); d < 0.5 {
		t.Errorf("with dropout the formula is only %+.2f %% higher", 100*d)
	}
}

func TestSimpleBySegment(t *testing.T) {
	log := simulated(t, models.NBD{R: 1, Alpha: 10}, 300, 400, 20)
	segment := make([]string, log.Table.Len())
	for i := range segment {
		segment[i] = []string{"web", "shop", "fair"}[i%3]
	}
	m := &Model{Unit: history.Week, Purchase: Of(models.NBD{R: 1, Alpha: 10})}
	got, err := m.SimpleCLV(log.Table, log.Purchases, segment, &Economics{CACBy: map[string]float64{"web": 9}}, GivenLifespan(history.Horizon{Value: 2, Unit: history.Year}))
	if err != nil {
		t.Fatal(err)
	}
	if len(got) != 4 || got[1].Segment != "fair" || got[3].Segment != "web" || got[3].CAC != 9 || got[1].CAC != 0 {
		t.Fatalf("segments are %+v", got)
	}
	var model float64
	customers := 0
	for _, s := range got[1:] {
		model += s.Model * float64(s.Customers)
		customers += s.Customers
	}
	if customers != got[0].Customers {
		t.Errorf("%d customers in segments, %d in all", customers, got[0].Customers)
	}
	near(t, "the segments' model values together", model/float64(customers), got[0].Model, 1e-12)
}

// Without a spend model an order is worth 1 on both sides.
func TestSimpleWithoutSpend(t *testing.T) {
	same := models.NBD{R: 1e7, Alpha: 2e8}
	log := simulated(t, same, 500, 700, 20)
	m := &Model{Unit: history.Week, Purchase: Of(same)}
	got, err := m.SimpleCLV(log.Table, log.Purchases, nil, &Economics{}, GivenLifespan(history.Horizon{Value: 700, Unit: history.Day}))
	if err != nil {
		t.Fatal(err)
	}
	near(t, "order value", got[0].OrderValue, 1, 0)
	near(t, "formula CLV", got[0].Formula, got[0].OrdersPerYear*700/365.25, 1e-12)
	// Five purchases each of 500 customers: 2 % of error, 5 standard errors.
	near(t, "model CLV", got[0].Model/got[0].Formula, 1, 5*0.02)
}

func TestSpanLifespan(t *testing.T) {
	life, err := SpanLifespan(customers())
	if err != nil {
		t.Fatal(err)
	}
	near(t, "lifespan", life.Years, (0+20+37+2)/4.*7/365.25, 1e-15)
	if life, err := SpanLifespan(&history.Table{Unit: history.Week, Frequency: []int{0}, Recency: []float64{0}, T: []float64{9}}); err == nil {
		t.Errorf("a lifespan of %v of customers who bought once", life)
	}
}

func TestChurnLifespan(t *testing.T) {
	end, _ := history.DateFrom(2025, 12, 31)
	bought := []history.Purchases{
		{Days: []history.Date{end - 500, end - 20}},  // stayed
		{Days: []history.Date{end - 400}},            // lost
		{Days: []history.Date{end - 729, end - 365}}, // lost
		{Days: []history.Date{end - 730, end - 3}},   // did not buy in the year before the last
		{Days: []history.Date{end - 365, end - 364}}, // stayed
	}
	life, err := ChurnLifespan(bought, end)
	if err != nil {
		t.Fatal(err)
	}
	near(t, "lifespan", life.Years, 2, 1e-15) // 2 of 4 lost
	if _, err := ChurnLifespan(bought[3:4], end); err == nil {
		t.Error("a lifespan without customers of the year before the last")
	}
	if _, err := ChurnLifespan(bought[:1], end); err == nil {
		t.Error("a lifespan where nobody was lost")
	}
}

// The time alive is that of simulated customers with the same history.
func TestAliveTime(t *testing.T) {
	checkAliveTime(t, models.ParetoNBD{R: 1.5, Alpha: 6, S: 1.2, Beta: 20})
	checkAliveTime(t, models.BGNBD{R: 1.5, Alpha: 6, A: 1, B: 4})
	checkAliveTime(t, models.MBGNBD{R: 1.5, Alpha: 6, A: 1, B: 4})
}

func checkAliveTime[M interface {
	Newcomer
	models.Updater[G]
	Name() string
	Simulate(rng *rand.Rand, t float64) models.Path
}, G Newcomer](t *testing.T, m M) {
	t.Helper()
	rng := rand.New(rand.NewPCG(11, 4))
	const T, n = 52.0, 400000
	type state struct{ x, tx int } // weeks, by which histories are grouped
	var sum, squares, count [2]float64
	table := &history.Table{Unit: history.Week}
	states := []state{{2, 20}, {5, 45}}
	for _, s := range states {
		table.Append(history.Customer{Frequency: s.x, Recency: float64(s.tx) + 0.5, T: T, Spend: math.NaN()})
	}
	for range n {
		p := m.Simulate(rng, T)
		if len(p.Times) == 0 {
			continue
		}
		for k, s := range states {
			if last := p.Times[len(p.Times)-1]; len(p.Times) == s.x && int(last/2) == s.tx/2 {
				alive := min(p.Lifetime, T) - last + float64(s.tx) + 0.5
				sum[k], squares[k], count[k] = sum[k]+alive, squares[k]+alive*alive, count[k]+1
			}
		}
	}
	got, err := (&Model{Unit: history.Week, Purchase: Of(m)}).AliveTime(table, math.Inf(1))
	if err != nil {
		t.Fatal(err)
	}
	for k, v := range got {
		mean := sum[k] / count[k]
		se := math.Sqrt((squares[k]/count[k] - mean*mean) / count[k])
		// Grouping last purchases by two weeks moves the mean by up to half a week's
		// slope, less than 0.3 weeks; four standard errors beside it.
		if math.Abs(v-mean) > 4*se+0.3 {
			t.Errorf("%s, %v: %v weeks alive, simulated %v ± %v", m.Name(), states[k], v, mean, se)
		}
	}
}
