package plots

import (
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/predictive-clv/clv/history"
)

func ids(ps []Purchases) []string {
	var names []string
	for _, p := range ps {
		names = append(names, p.ID)
	}
	return names
}

func TestTimingStripIsAFairSample(t *testing.T) {
	var ps []Purchases
	for i := range 1000 {
		p := Purchases{ID: string(rune('a'+i%26)) + string(rune('a'+i/26)), Days: []history.Date{history.Date(50 + i%10)}}
		if i%4 == 0 {
			p.Days = append(p.Days, 90)
		}
		ps = append(ps, p)
	}
	s, err := NewTimingStrip(ps, 100, 100)
	if err != nil {
		t.Fatal(err)
	}
	back := 0
	for i, p := range s.Sample {
		back += len(p.Days) - 1
		if i > 0 && p.Days[0] < s.Sample[i-1].Days[0] {
			t.Errorf("%s stands below a customer who came later", p.ID)
		}
	}
	if len(s.Sample) != 100 || s.Customers != 1000 || back != 25 {
		t.Errorf("%d of %d, %d of them back: want 100 of 1000, 25 as in the whole", len(s.Sample), s.Customers, back)
	}
	want := ids(s.Sample)
	rng := rand.New(rand.NewPCG(3, 4))
	rng.Shuffle(len(ps), func(i, j int) { ps[i], ps[j] = ps[j], ps[i] })
	if s, err = NewTimingStrip(ps, 100, 100); err != nil {
		t.Fatal(err)
	}
	if got := ids(s.Sample); !slices.Equal(got, want) {
		t.Errorf("in another order of the input the sample is %v, want %v", got, want)
	}
}

func TestTimingStripTakesAll(t *testing.T) {
	ps := []Purchases{{ID: "b", Days: []history.Date{7}}, {ID: "c", Days: []history.Date{3}}, {ID: "a", Days: []history.Date{7}}}
	s, err := NewTimingStrip(ps, 9, 0)
	if err != nil {
		t.Fatal(err)
	}
	if got := ids(s.Sample); !slices.Equal(got, []string{"c", "a", "b"}) || s.Begin != 3 {
		t.Errorf("sample %v from %v, want c, a, b from day 3", got, s.Begin)
	}
	if _, err := NewTimingStrip(ps, 5, 0); err == nil {
		t.Error("no error for purchases after the end")
	}
}
