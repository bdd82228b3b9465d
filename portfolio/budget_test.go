package portfolio

import (
	"math"
	"math/rand/v2"
	"strings"
	"testing"
)

// bestOf returns the highest value that any split of a budget has, whole units of
// money at a time.
func bestOf(options []BudgetOption, units int, least float64) float64 {
	if len(options) == 0 {
		return 0
	}
	o, best := options[0], 0.0
	for spent := 0; spent <= units; spent++ {
		n := min(o.affordable(0, float64(spent)), o.Cap)
		// What is spent at a return below the least one counts as a loss.
		best = max(best, n*o.Response*o.Value-least*o.cost(0, n)+bestOf(options[1:], units-spent, least))
	}
	return best
}

func TestGreedyIsExhaustive(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 1))
	for range 30 {
		var options []BudgetOption
		for k := range 3 {
			o := BudgetOption{Name: string(rune('a' + k)), Kind: ChannelOption, Cap: float64(2 + rng.IntN(10)), Cost: 1, Value: 0.5 + 3*rng.Float64(), Response: 1, Doubling: math.Inf(1)}
			switch k {
			case 1:
				o.Doubling = 1 + 5*rng.Float64()
			case 2:
				o.Kind, o.Response = ListOption, rng.Float64()
			}
			options = append(options, o)
		}
		units := 1 + rng.IntN(20)
		b, err := Allocate(options, float64(units), 1)
		if err != nil {
			t.Fatal(err)
		}
		var spent float64
		for _, a := range b.Options {
			spent += a.Spent
			for _, o := range options {
				if o.Name == a.Name && a.Customers > o.Cap*(1+1e-12) {
					t.Errorf("%s has %v customers, its cap is %v", a.Name, a.Customers, o.Cap)
				}
			}
		}
		if spent > float64(units)*(1+1e-12) || math.Abs(spent-b.Spent) > 1e-9 {
			t.Errorf("%v are spent in parts, %v in all, of %d", spent, b.Spent, units)
		}
		got, want := b.Value-b.Spent, bestOf(options, units, 1)
		// Whole units of money can only be worse than the best split, by what one
		// unit gains in a better place, less than 1 here. Steps of a cap/400 can
		// lose a few parts in a million.
		if got < want*(1-1e-4)-1e-9 || got > want+1.0 {
			t.Errorf("greedy gains %v, the best split into units %v: %+v", got, want, options)
		}
	}
}

func TestAllocateStops(t *testing.T) {
	options := []BudgetOption{
		{Name: "search", Kind: ChannelOption, Cap: 100, Cost: 10, Value: 40, Response: 1, Doubling: 50},
		{Name: "win-back", Kind: ListOption, Cap: 1000, Cost: 1, Value: 50, Response: 0.05, Doubling: math.Inf(1)},
		{Name: "fair", Kind: ChannelOption, Cap: 10, Cost: 50, Value: 40, Response: 1, Doubling: math.Inf(1)},
	}
	b, err := Allocate(options, 1e6, 1)
	if err != nil {
		t.Fatal(err)
	}
	// Search returns 4/(1+n/50) and has a cap of 100 at 4/3; its cost is
	// 10·100·(1+100/100). A contact returns 2.5; the fair 0.8.
	near(t, "spent", b.Spent, 2000+1000, 1e-9)
	near(t, "value", b.Value, 4000+2500, 1e-9)
	near(t, "return at the cut", b.Cut, 0, 0)
	if a := b.Options[2]; a.Name != "fair" || a.Customers != 0 || !strings.Contains(a.Why, "less than 1") {
		t.Errorf("the fair has %+v", a)
	}
	if b, err = Allocate(options, 500, 1); err != nil {
		t.Fatal(err)
	}
	// Down to 2.5 search costs 10·30·(1+30/100) = 390; the rest is for contacts.
	near(t, "spent on search", b.Options[0].Spent, 390, 0.02) // half a step of cap/400
	near(t, "return at the cut", b.Cut, 2.5, 1e-12)
	near(t, "spent", b.Spent, 500, 1e-9)
}

func TestReadBudgetOptions(t *testing.T) {
	got, err := ReadBudgetOptions(strings.NewReader("name,kind,cap,cost,value,response,doubling\nsearch,channel,100,10,,,50\nwin-back,list,,1,50,0.05,\n"))
	if err != nil {
		t.Fatal(err)
	}
	if len(got) != 2 || !math.IsNaN(got[0].Value) || got[0].Doubling != 50 || !math.IsInf(got[1].Cap, 1) || got[1].Response != 0.05 {
		t.Errorf("the options are %+v", got)
	}
	for text, want := range map[string]string{
		"":                              "no header",
		"name,kind\n":                   "no options",
		"name,price\n":                  `"price"`,
		"name,kind,cost\na,list,1\n":    "no response",
		"name,kind,cost\na,channel,x\n": "not a number",
		"name,kind,cost\na,channel,1\na,channel,1\n": "twice",
		"name,kind,cost,response\na,channel,1,0.5\n": "no list",
	} {
		if _, err := ReadBudgetOptions(strings.NewReader(text)); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: error %v does not say %q", text, err, want)
		}
	}
	for _, o := range []BudgetOption{
		{Kind: "tv", Cost: 1, Response: 1, Doubling: 1},
		{Kind: ChannelOption, Cost: 0, Response: 1, Doubling: 1},
		{Kind: ChannelOption, Cost: 1, Response: 1, Doubling: 1, Value: math.NaN()},
		{Kind: ChannelOption, Cost: 1, Response: 1, Doubling: 1, Cap: math.Inf(1)},
		{Kind: ListOption, Cost: 1, Response: 2, Doubling: 1},
	} {
		if _, err := Allocate([]BudgetOption{o}, 1, 1); err == nil {
			t.Errorf("%+v is an option", o)
		}
	}
}
