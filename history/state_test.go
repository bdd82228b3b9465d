package history

import (
	"encoding/json"
	"math"
	"math/rand/v2"
	"slices"
	"testing"
	"unsafe"
)

func TestStateSize(t *testing.T) {
	if n := unsafe.Sizeof(State{}); n != 56 {
		t.Errorf("a State takes %d bytes, its documentation says 56", n)
	}
}

// An event is an order of the customer of these tests.
type event struct {
	day    Date
	amount float64
}

// randomEvents are up to twelve orders and refunds on few days, so that days
// coincide and refunds cancel; the amounts are decimal.
func randomEvents(rng *rand.Rand) []event {
	events := make([]event, 1+rng.IntN(12))
	for i := range events {
		events[i] = event{738000 + Date(rng.IntN(20)), float64(rng.IntN(400)) / 10}
		if rng.IntN(5) == 0 {
			events[i].amount *= -1
		}
	}
	return events
}

// built returns the history that a Builder makes of the events at a day, and
// false if no purchase is left.
func built(t *testing.T, events []event, at Date) (Customer, bool) {
	t.Helper()
	b := NewBuilder(&Options{Unit: Week, Cut: at.Time(), End: at.Time()})
	for _, e := range events {
		if err := b.Add(Transaction{"a", e.day.Time(), e.amount}); err != nil {
			t.Fatal(err)
		}
	}
	log, err := b.Build()
	if err != nil {
		return Customer{Spend: math.NaN()}, false
	}
	return log.Table.Customer(0), true
}

func stateOf(t *testing.T, events []event) (s State) {
	t.Helper()
	for _, e := range events {
		if err := s.Apply(e.day, e.amount); err != nil {
			t.Fatal(err)
		}
		if err := s.Check(); err != nil {
			t.Fatalf("%+v after %+v: %v", s, events, err)
		}
	}
	return s
}

// agree compares histories; amounts are added in different orders.
func agree(c, d Customer) bool {
	return c.Frequency == d.Frequency && c.Recency == d.Recency && c.T == d.T &&
		(math.Abs(c.Spend-d.Spend) <= 1e-12*400 || math.IsNaN(c.Spend) && math.IsNaN(d.Spend)) // sums of amounts up to 400
}

const stateEnd Date = 738030

// TestStateIsWhatABuilderCounts: orders in the order of their days, and within
// a day in that of a Builder, give its bits; late ones give its histories
// unless there are doubts, which are there only where they must be.
func TestStateIsWhatABuilderCounts(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 1))
	doubtful, wrong := 0, 0
	for range 1000 {
		events := randomEvents(rng)
		want, _ := built(t, events, stateEnd)
		late := stateOf(t, events)
		if got := late.Customer(stateEnd, Week); late.Doubts == 0 && !agree(got, want) {
			t.Fatalf("%+v gives %+v, a Builder %+v", events, got, want)
		} else if late.Doubts != 0 {
			doubtful++
			if !agree(got, want) {
				wrong++
			}
		}
		slices.SortFunc(events, func(e, f event) int {
			if e.day != f.day {
				return int(e.day - f.day)
			}
			return int(1000 * (e.amount - f.amount))
		})
		s := stateOf(t, events)
		got := s.Customer(stateEnd, Week)
		if same := got == want || math.IsNaN(got.Spend) && math.IsNaN(want.Spend) && agree(got, want); !same || s.Doubts != 0 {
			t.Fatalf("%+v in order gives %+v and doubts %q, a Builder %+v", events, got, s.Doubts, want)
		}
	}
	if doubtful == 1000 || wrong == 0 || wrong == doubtful {
		t.Errorf("%d states of 1000 are doubtful and %d of them wrong: the test sees nothing", doubtful, wrong)
	}
}

// TestStateMerge: two states merge in either order to what a Builder makes of
// all orders, unless there are doubts.
func TestStateMerge(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 2))
	sure := 0
	for range 1000 {
		events := randomEvents(rng)
		slices.SortFunc(events, func(e, f event) int { return int(e.day - f.day) })
		mine, other := []event{}, []event{}
		cut := events[rng.IntN(len(events))].day
		apart := rng.IntN(2) == 0
		for _, e := range events {
			if apart && e.day < cut || !apart && rng.IntN(2) == 0 {
				mine = append(mine, e)
			} else {
				other = append(other, e)
			}
		}
		s, o := stateOf(t, mine), stateOf(t, other)
		m, n := s.Merge(o), o.Merge(s)
		if m != n {
			t.Fatalf("%+v and %+v merge to %+v or %+v", s, o, m, n)
		}
		if err := m.Check(); err != nil {
			t.Fatalf("%+v and %+v merge to %+v: %v", s, o, m, err)
		}
		want, _ := built(t, events, stateEnd)
		if m.Doubts == 0 {
			sure++
			if got := m.Customer(stateEnd, Week); !agree(got, want) {
				t.Fatalf("%+v and %+v merge to %+v, a Builder makes %+v", mine, other, got, want)
			}
		} else if apart && m.Doubts != LateRefund {
			t.Fatalf("%+v and %+v do not interleave and merge with doubts %q", mine, other, m.Doubts)
		}
		if one := s.Merge(State{}); one.Customer(stateEnd, Week) != s.Customer(stateEnd, Week) && s.Purchases() > 1 {
			t.Fatalf("%+v merges with nothing to %+v", s, one)
		}
	}
	if sure < 350 {
		t.Errorf("%d merges of 1000 without doubts: the test sees little", sure)
	}
}

// TestStateDoubts: what a state cannot know, case by case.
func TestStateDoubts(t *testing.T) {
	three := State{First: 738000, Last: 738020, Count: 3, FirstMoney: 10, Money: 30}
	for _, tt := range []struct {
		name      string
		event     event
		purchases int
		money     float64
		doubts    Doubts
	}{
		{"order between", event{738010, 5}, 4, 35, MaybeSameDay},
		{"order on the first day", event{738000, 5}, 3, 30, 0},
		{"order on the last day", event{738020, 5}, 3, 35, 0},
		{"order before the first day", event{737990, 5}, 4, 40, 0},
		{"refund between", event{738010, -5}, 3, 30, LateRefund},
		{"refund on the last day", event{738020, -5}, 3, 25, LateRefund},
		{"refund before the first day", event{737990, -5}, 3, 30, 0},
		{"refund later", event{738025, -5}, 3, 30, 0},
		{"order later", event{738025, 5}, 4, 35, 0},
	} {
		s := three
		if err := s.Apply(tt.event.day, tt.event.amount); err != nil {
			t.Fatal(err)
		}
		money := s.Customer(stateEnd, Day).Spend * float64(s.Purchases()-1)
		if s.Purchases() != tt.purchases || math.Abs(money-tt.money) > 1e-12 || s.Doubts != tt.doubts {
			t.Errorf("%s: %d purchases, money %v, doubts %q; want %d, %v, %q", tt.name, s.Purchases(), money, s.Doubts, tt.purchases, tt.money, tt.doubts)
		}
	}
}

func TestStateRefuses(t *testing.T) {
	s := State{}
	for _, e := range []event{{0, 1}, {lastDate + 1, 1}, {738000, math.Inf(1)}, {738000, -2e100}} {
		if err := s.Apply(e.day, e.amount); err == nil || s != (State{}) {
			t.Errorf("%+v is taken: %v, %+v", e, err, s)
		}
	}
	for _, s := range []State{
		{Count: -1}, {First: 5, Last: 5}, {Count: 1}, {Count: 2, First: 9, Last: 3}, {Count: 1, First: 3, Last: 4}, {Count: 3, First: 3, Last: 4},
		{Count: 2, First: 3, Last: 3}, {Count: 1, First: 3, Last: 3, Day: 3}, {Day: 3, Total: 2, Gross: 1}, {Gross: 1}, {Money: math.Inf(1)}, {Money: -1e200}, {Day: 3, Total: 1e200, Gross: 1e200},
		{Count: 1, First: 3, Last: lastDate + 1}, {Day: -1},
	} {
		if s.Check() == nil {
			t.Errorf("%+v is taken for possible", s)
		}
	}
}

// TestStateUnknownAmount: spend is not known any more.
func TestStateUnknownAmount(t *testing.T) {
	s := stateOf(t, []event{{738000, 1}, {738001, math.NaN()}, {738002, 3}})
	if c := s.Customer(stateEnd, Day); c.Frequency != 2 || !math.IsNaN(c.Spend) {
		t.Errorf("%+v", c)
	}
}

// TestStateEncodings: both forms give the state back, and prefixes of the
// binary one are refused.
func TestStateEncodings(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 3))
	for range 2000 {
		s := stateOf(t, randomEvents(rng))
		var fromJSON, fromBinary State
		text, err := json.Marshal(s)
		if err != nil {
			t.Fatal(err)
		}
		if err := json.Unmarshal(text, &fromJSON); err != nil || fromJSON != s {
			t.Fatalf("%s reads back as %+v, %v; want %+v", text, fromJSON, err, s)
		}
		b, _ := s.MarshalBinary()
		if err := fromBinary.UnmarshalBinary(b); err != nil || fromBinary != s || len(b) > 50 {
			t.Fatalf("%x reads back as %+v, %v; want %+v", b, fromBinary, err, s)
		}
		for n := range b {
			if fromBinary.UnmarshalBinary(b[:n]) == nil {
				t.Fatalf("%d bytes of %x are a state", n, b)
			}
		}
		if fromBinary.UnmarshalBinary(append(b, 0)) == nil {
			t.Fatalf("%x and a zero are a state", b)
		}
	}
	var s State
	if err := json.Unmarshal([]byte(`{"first":"2024-01-03","last":"2024-11-02","count":5}`), &s); err != nil || !math.IsNaN(s.Money) || s.Count != 5 {
		t.Errorf("%+v, %v", s, err)
	}
	for _, text := range []string{`{"first":"2024-01-03","count":5}`, `{"first":"2024-01-32","last":"2024-11-02","count":5}`, `{"count":1.5}`, `{"amount":1}`, `{"first":"2024-01-03","last":"2024-01-04","count":5}`} {
		if json.Unmarshal([]byte(text), &s) == nil {
			t.Errorf("%s is taken for a state", text)
		}
	}
}

func FuzzStateBinary(f *testing.F) {
	s := State{First: 738000, Last: 738020, Count: 3, FirstMoney: 10, Money: 30, Day: 738021, Total: 1, Gross: 1}
	b, _ := s.MarshalBinary()
	f.Add(b)
	f.Fuzz(func(t *testing.T, b []byte) {
		var s, back State
		if s.UnmarshalBinary(b) != nil {
			return
		}
		again, _ := s.MarshalBinary()
		if err := back.UnmarshalBinary(again); err != nil {
			t.Errorf("%+v does not read back: %v", s, err)
		}
		if err := s.Customer(stateEnd, Week).Check(); err != nil {
			t.Errorf("%+v: %v", s, err)
		}
	})
}

func TestStateAllocatesNothing(t *testing.T) {
	s := State{}
	var c Customer
	if n := testing.AllocsPerRun(100, func() {
		if s.Apply(738000, 5) != nil || s.Apply(738007, 5) != nil {
			t.Fail()
		}
		c = s.Customer(stateEnd, Week)
		s = s.Merge(State{})
	}); n != 0 {
		t.Errorf("%v allocations an order and history of %+v", n, c)
	}
}
