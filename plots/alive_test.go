package plots

import (
	"bytes"
	"math"
	"strings"
	"testing"

	"github.com/predictive-clv/clv/history"
)

func TestAliveMatrix(t *testing.T) {
	const oldest = 93.95505584098676 // times 50, divided by 50, is a little less
	h := &history.Table{Unit: history.Month}
	h.Append(history.Customer{T: 3}, history.Customer{Frequency: 4, Recency: 2, T: 5}, history.Customer{Frequency: 2, Recency: oldest, T: oldest})
	m := nbd{1}
	a, err := NewAliveMatrix(m, h)
	if err != nil {
		t.Fatal(err)
	}
	if a.T != oldest || len(a.Frequency) != 5 || len(a.Recency) != 51 || a.Recency[0] != 0 || a.Recency[50] != oldest {
		t.Fatalf("T = %v, frequencies %v, recencies %v: want %v, 0 to 4, 51 from 0 to T", a.T, a.Frequency, a.Recency, oldest)
	}
	for i, x := range a.Frequency {
		for j, tx := range a.Recency {
			want := m.ProbAlive(history.Customer{Frequency: x, Recency: tx, T: oldest})
			if possible := (x == 0) == (j == 0); !possible {
				want = math.NaN()
			}
			if got := a.P[i][j]; got != want && !(math.IsNaN(got) && math.IsNaN(want)) {
				t.Errorf("P(alive) at x = %d, t_x = %v is %v, want %v", x, tx, got, want)
			}
		}
	}
}

// The table has one row for x = 0 and 50 for each x that is drawn.
func TestAliveTable(t *testing.T) {
	for _, c := range []struct{ top, columns int }{{1, 1}, {60, 60}, {61, 30}, {500, 55}} {
		h := &history.Table{Unit: history.Day}
		h.Append(history.Customer{Frequency: c.top, Recency: 10, T: 20})
		a, err := NewAliveMatrix(nbd{1}, h)
		if err != nil {
			t.Fatal(err)
		}
		var b bytes.Buffer
		if err := a.WriteCSV(&b); err != nil {
			t.Fatal(err)
		}
		rows := strings.Split(strings.TrimSpace(b.String()), "\n")
		if rows[0] != "frequency_repeat_purchases,recency_days,T_days,p_alive" || rows[1] != "0,0,20,1" {
			t.Errorf("the table begins with %q", rows[:2])
		}
		if got := len(rows) - 2; got != 50*c.columns {
			t.Errorf("%d rows for frequencies up to %d, want 50 for each of %d", got, c.top, c.columns)
		}
	}
}

// fading takes nobody for certainly alive.
type fading struct{ nbd }

func (f fading) ProbAlive(c history.Customer) float64 { return 0.9 * f.nbd.ProbAlive(c) }

func TestAliveCaptionTellsOneTimeBuyers(t *testing.T) {
	const clause = "without a repeat purchase for alive"
	l := shop(t, true)
	for _, c := range []struct {
		m    ProbAliver
		want bool
	}{{nbd{1}, true}, {fading{nbd{1}}, false}} {
		a, err := NewAliveMatrix(c.m, l.Table)
		if err != nil {
			t.Fatal(err)
		}
		if got := strings.Contains(a.Caption(), clause); got != c.want {
			t.Errorf("P(alive) = %v at x = 0, caption %q", a.P[0][0], a.Caption())
		}
	}
}

// loyal takes for alive whoever is known to a shop, and nobody who fell silent
// after thirty purchases.
type loyal struct{}

func (loyal) ProbAlive(c history.Customer) float64 {
	if c.Frequency >= 30 && c.Recency < c.T/2 {
		return 0
	}
	return 1
}

func TestAliveCaptionTellsThatNobodyDropsOut(t *testing.T) {
	const clause = "takes every customer of the log for alive"
	h := &history.Table{Unit: history.Week}
	h.Append(history.Customer{Frequency: 40, Recency: 30, T: 30})
	for _, gone := range []bool{false, true} {
		if gone {
			h.Append(history.Customer{Frequency: 35, Recency: 7, T: 30})
		}
		a, err := NewAliveMatrix(loyal{}, h)
		if err != nil {
			t.Fatal(err)
		}
		if got := strings.Contains(a.Caption(), clause); got == gone {
			t.Errorf("a customer who fell silent: %v, caption %q", gone, a.Caption())
		}
	}
}

func TestAliveRefuses(t *testing.T) {
	fresh := &history.Table{Unit: history.Week}
	fresh.Append(history.Customer{})
	for name, h := range map[string]*history.Table{"no customers": {}, "no age": fresh} {
		if _, err := NewAliveMatrix(nbd{1}, h); err == nil {
			t.Errorf("%s: no error", name)
		}
	}
	if _, err := NewAliveMatrix(broken{}, shop(t, true).Table); err == nil || !strings.Contains(err.Error(), "NaN") {
		t.Errorf("error %v, want one that tells the NaN", err)
	}
}
