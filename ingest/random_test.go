package ingest

import (
	"fmt"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/predictive-clv/clv/history"
)

// A drawnRow is a row of a log: its fields before they are written down.
type drawnRow struct {
	customer string
	day      int // after 1997-01-01
	quantity int
	cents    int // of one piece
}

// A drawnLog is a small crowded log: few customers, few days, many meetings.
type drawnLog struct {
	rows    []drawnRow
	amounts bool
	product bool // the amount is Quantity*UnitPrice
	o       Options
}

func drawLog(t *rapid.T) drawnLog {
	row := rapid.Custom(func(t *rapid.T) drawnRow {
		return drawnRow{
			customer: rapid.SampledFrom([]string{"", "NULL", " a ", "a", "b", "c", "0001", "1", `O'Neil, "Ed"`, "Zoë with a name longer than twelve bytes", "two\nlines"}).Draw(t, "customer"),
			day:      rapid.IntRange(0, 20).Draw(t, "day"),
			quantity: rapid.SampledFrom([]int{1, 1, 2, 3, -1, -2, 0, 1000}).Draw(t, "quantity"),
			cents:    rapid.SampledFrom([]int{0, 1010, 2020, 3030, 1, 4999, 123456}).Draw(t, "cents"),
		}
	})
	l := drawnLog{
		rows:    rapid.SliceOfN(row, 1, 60).Draw(t, "rows"),
		amounts: rapid.IntRange(0, 4).Draw(t, "amounts") > 0,
		product: rapid.Bool().Draw(t, "product"),
		o: Options{
			Unit:    rapid.SampledFrom([]history.Unit{history.Day, history.Week, history.Month, history.Year}).Draw(t, "unit"),
			Refunds: rapid.SampledFrom([]history.Refunds{history.Net, history.Drop}).Draw(t, "refunds"),
		},
	}
	end := 20
	if rapid.Bool().Draw(t, "has end") {
		end = rapid.IntRange(0, 25).Draw(t, "end")
		l.o.End = drawnDay(end)
	}
	if rapid.Bool().Draw(t, "has cut") {
		l.o.Cut = drawnDay(rapid.IntRange(0, end).Draw(t, "cut"))
	}
	return l
}

func drawnDay(n int) time.Time { return time.Date(1997, 1, 1+n, 0, 0, 0, 0, time.UTC) }

// A style is a way of writing a log down.
type style struct {
	newline, delimiter, date string
}

func drawStyle(t *rapid.T) style {
	return style{
		newline:   rapid.SampledFrom([]string{"\n", "\r\n"}).Draw(t, "newline"),
		delimiter: rapid.SampledFrom([]string{",", ";", "\t", "|"}).Draw(t, "delimiter"),
		date:      rapid.SampledFrom([]string{"2006-01-02", "2006-01-02 15:04:05", "2006-01-02T15:04:05+02:00", "20060102", "02.01.2006", "1/2/2006 15:04"}).Draw(t, "date"),
	}
}

func quoted(s string) string { return `"` + strings.ReplaceAll(s, `"`, `""`) + `"` }

// csv writes the log as text.
func (l drawnLog) csv(s style) string {
	var b strings.Builder
	line := func(fields ...string) { b.WriteString(strings.Join(fields, s.delimiter) + s.newline) }
	switch {
	case !l.amounts:
		line("note", "customer_id", "date")
	case l.product:
		line("Quantity", "customer_id", "date", "UnitPrice")
	default:
		line("customer_id", "date", "note", "amount")
	}
	for i, r := range l.rows {
		date := drawnDay(r.day).Add(time.Duration(i%24) * time.Hour).Format(s.date)
		customer := r.customer
		if strings.ContainsAny(customer, "\",\n") || i%3 == 0 {
			customer = quoted(customer)
		}
		price := fmt.Sprintf("%d.%02d", r.cents/100, r.cents%100)
		switch {
		case !l.amounts:
			line(quoted("a\nnote"), customer, date)
		case l.product:
			line(fmt.Sprint(r.quantity), customer, date, "$"+price)
		default:
			line(customer, date, "", fmt.Sprint(float64(r.quantity*r.cents)/100))
		}
	}
	return b.String()
}

// build makes the histories with the Builder alone.
func (l drawnLog) build(t *rapid.T) (*history.Log, error) {
	b := history.NewBuilder(&history.Options{Unit: l.o.Unit, Cut: l.o.Cut, End: l.o.End, Refunds: l.o.Refunds})
	for _, r := range l.rows {
		amount := math.NaN()
		switch {
		case l.amounts && l.product:
			amount = float64(r.quantity) * (float64(r.cents) / 100)
		case l.amounts:
			amount = float64(r.quantity*r.cents) / 100
		}
		if err := b.Add(history.Transaction{Customer: customerID(r.customer), Time: drawnDay(r.day), Amount: amount}); err != nil {
			t.Fatal(err)
		}
	}
	return b.Build()
}

// failer is what testing.T and rapid.T share.
type failer interface {
	Helper()
	Errorf(format string, args ...any)
}

// sameLog compares two logs to the last bit.
func sameLog(t failer, got, want *history.Log) {
	t.Helper()
	if g, w := bitsOf(got.Table), bitsOf(want.Table); g != w {
		t.Errorf("histories\n%s\nwant\n%s", g, w)
	}
	if !slices.Equal(got.Days, want.Days) {
		t.Errorf("days\n%v\nwant\n%v", got.Days, want.Days)
	}
	if got.Reconciliation != want.Reconciliation {
		t.Errorf("reconciliation\n%+v\nwant\n%+v", got.Reconciliation, want.Reconciliation)
	}
}

// bitsOf writes the table with the bits of its numbers.
func bitsOf(tab *history.Table) string {
	var b strings.Builder
	fmt.Fprintln(&b, tab.Unit, tab.Cut, tab.End, tab.Spend == nil, tab.HoldoutFrequency == nil, tab.HoldoutSpend == nil)
	for i, id := range tab.ID {
		c := tab.Customer(i)
		fmt.Fprintf(&b, "%q %d %x %x %x", id, c.Frequency, math.Float64bits(c.Recency), math.Float64bits(c.T), math.Float64bits(c.Spend))
		if tab.HoldoutFrequency != nil {
			fmt.Fprintf(&b, " %d", tab.HoldoutFrequency[i])
		}
		if tab.HoldoutSpend != nil {
			fmt.Fprintf(&b, " %x", math.Float64bits(tab.HoldoutSpend[i]))
		}
		b.WriteByte('\n')
	}
	return b.String()
}

// However a log is written down and whatever decodes it, the histories are
// those of the Builder.
func TestReadAgainstBuilder(t *testing.T) {
	engines := []Engine{Streaming}
	if hasEngine {
		engines = append(engines, Embedded)
	}
	built := 0
	rapid.Check(t, func(t *rapid.T) {
		l := drawLog(t)
		want, buildErr := l.build(t)
		content := l.csv(drawStyle(t))
		for _, e := range engines {
			o := l.o
			o.In, o.Engine = []string{scratch(t, "log.csv", content)}, e
			d, err := Read(t.Context(), &o)
			switch {
			case err != nil && buildErr != nil && strings.HasSuffix(err.Error(), buildErr.Error()):
			case err != nil && strings.Contains(err.Error(), "has two meanings"):
			case err != nil || buildErr != nil:
				t.Fatalf("engine %d: Read: %v, Build: %v\n%s", e, err, buildErr, content)
			default:
				built++
				sameLog(t, d.Log, want)
				if (e == Embedded) != strings.HasPrefix(d.Engine, "DuckDB") {
					t.Errorf("engine %d was asked for, %q has read\n%s", e, d.Engine, content)
				}
			}
		}
	})
	if built == 0 {
		t.Errorf("%d logs were built: the test tests nothing", built)
	}
}

// scratch writes a file of a drawn test and returns its path.
func scratch(t *rapid.T, name, content string) string {
	dir, err := os.MkdirTemp("", "ingest")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { os.RemoveAll(dir) })
	path := filepath.Join(dir, name)
	if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}
