package forecast

import (
	"fmt"
	"io"
	"math"
	"strconv"
	"strings"

	"github.com/predictive-clv/clv/history"
)

// reason says why the model does not hold.
func (w *watch) reason() {
	w.out.Reasons = []string{}
	for i := range w.out.Tests {
		t := &w.out.Tests[i]
		if w.out.Holds || t.PValue > w.out.FalseAlarm+1e-12 {
			continue
		}
		switch t.Name {
		case TestECE:
			w.say("P(order) is off by %.4f on average over tenths of the customers, and up to %.4f is noise: most for tenth %s", t.Actual, t.Hi, w.worst(w.out.Deciles))
		case TestByX:
			w.say("the orders do not go with the frequency as they did: most for frequency %s", w.worst(w.out.ByX))
		case TestByTx:
			w.say("the orders do not go with the recency as they did: most for recency %s", w.worst(w.out.ByTx))
		default:
			w.say("%s: %.0f where %.0f were expected (%s), outside %.0f to %.0f", t.Name, t.Actual, t.Expected, t.change(), t.Lo, t.Hi)
		}
	}
}

func (w *watch) say(format string, args ...any) {
	w.out.Reasons = append(w.out.Reasons, fmt.Sprintf(format, args...))
}

// worst names the class farthest outside its band, in widths of the band.
func (w *watch) worst(classes []Watched) string {
	best, far := classes[0], math.Inf(-1)
	for _, c := range classes {
		if d := max(c.Actual-c.Hi, c.Lo-c.Actual) / max(c.Hi-c.Lo, 1); d > far {
			best, far = c, d
		}
	}
	return fmt.Sprintf("%s (%.0f, expected %.0f, %.0f to %.0f)", best.Name, best.Actual, best.Expected, best.Lo, best.Hi)
}

// change returns by how much the actual value exceeds the expected one.
func (v *Watched) change() string {
	if v.Expected == 0 {
		return ""
	}
	return fmt.Sprintf("%+.1f %%", 100*(v.Actual/v.Expected-1))
}

// Verdict says in one line whether the model holds.
func (m *Monitoring) Verdict() string {
	text := "the model holds: p = %.2g over %d tests together, and at %.4g or less it would not, as at most %s of true models"
	if !m.Holds {
		text = "the model does not hold: p = %.2g over %d tests together, and at most %[4]s of true models are at %.4[3]g or less"
	}
	return fmt.Sprintf(text, m.PValue, len(m.Tests), m.FalseAlarm, percent(m.FalseAlarm))
}

// WriteTable writes the monitoring for people.
func (m *Monitoring) WriteTable(w io.Writer) error {
	rows := [][]string{
		{fmt.Sprintf("%v to %v: %d customers of the calibration, %d acquired since", m.Cut+1, m.End, m.Customers, m.Acquired)},
		{m.Verdict()},
	}
	for _, r := range m.Reasons {
		rows = append(rows, []string{"- " + r})
	}
	band := percent(m.Level) + " band"
	rows = append(rows, []string{""}, []string{"since then", "customers", "expected", band, "actual", "change", "p"})
	for i := range m.Tests {
		rows = append(rows, append(m.Tests[i].cells(), fmt.Sprintf("%.2g", m.Tests[i].PValue)))
	}
	rows = append(rows, []string{"  what has no lower end is noise up to the upper one; p is adjusted for all tests"}, []string{""})
	rows = append(rows, m.periodRows(band)...)
	for _, part := range []struct {
		title   string
		classes []Watched
	}{{"customers with an order, by tenths of P(order)", m.Deciles}, {"orders by frequency", m.ByX}, {"orders by recency", m.ByTx}} {
		rows = append(rows, []string{""}, []string{part.title, "customers", "expected", band, "actual", "change", ""})
		for i := range part.classes {
			rows = append(rows, append(part.classes[i].cells(), outside(part.classes[i].Outside)))
		}
	}
	for _, c := range m.Changes {
		rows = append(append(rows, []string{""}), c.rows()...)
	}
	return writeText(w, rows)
}

func (m *Monitoring) periodRows(band string) [][]string {
	header := []string{"from", "orders", band, "actual", "active", band, "actual"}
	if m.Periods[0].Revenue != nil {
		header = append(header, "revenue", band, "actual")
	}
	rows := [][]string{header}
	out, of := 0, 0
	for _, p := range m.Periods {
		cells := []string{p.From.String()}
		if !p.Complete {
			cells[0] += " *"
		}
		for _, v := range []*Watched{&p.Orders, &p.Active, p.Revenue} {
			if v == nil {
				continue
			}
			of++
			mark := ""
			if v.Outside {
				out++
				mark = "!"
			}
			cells = append(cells, whole(v.Expected), whole(v.Lo)+"–"+whole(v.Hi), whole(v.Actual)+mark)
		}
		rows = append(rows, cells)
	}
	text := fmt.Sprintf("  ! outside its band: %d of %d, where the model lets %.1f be", out, of, (1-m.Level)*float64(of))
	if !m.Periods[0].Complete || !m.Periods[len(m.Periods)-1].Complete {
		text += "; * no whole period"
	}
	return append(rows, []string{text})
}

func outside(is bool) string {
	if is {
		return "outside"
	}
	return ""
}

// cells returns the quantity as people read it.
func (v *Watched) cells() []string {
	write := whole
	change := v.change()
	switch {
	case v.Name == TestECE:
		write, change = func(v float64) string { return strconv.FormatFloat(v, 'f', 4, 64) }, ""
	case strings.HasPrefix(v.Name, "misfit "):
		write, change = func(v float64) string { return strconv.FormatFloat(v, 'f', 1, 64) }, ""
	}
	return []string{"  " + v.Name, strconv.Itoa(v.Customers), write(v.Expected), write(v.Lo) + "–" + write(v.Hi), write(v.Actual), change}
}

// WriteCSV writes a row for each test, each quantity of a period and each
// class. The part of the last row is "verdict": its p-value is that of all
// tests.
func (m *Monitoring) WriteCSV(w io.Writer) error {
	var rows [][]string
	add := func(part string, from, to history.Date, v *Watched) {
		p := ""
		if part == "test" {
			p = number(v.PValue)
		}
		rows = append(rows, []string{part, v.Name, from.String(), to.String(), strconv.Itoa(v.Customers),
			number(v.Expected), number(v.Lo), number(v.Hi), number(v.Actual), yes(v.Outside), p})
	}
	for i := range m.Tests {
		add("test", m.Cut+1, m.End, &m.Tests[i])
	}
	for i := range m.Periods {
		p := &m.Periods[i]
		for _, v := range []*Watched{&p.Orders, &p.Active, p.Revenue} {
			if v != nil {
				add("period", p.From, p.To, v)
			}
		}
	}
	for _, part := range []struct {
		name    string
		classes []Watched
	}{{"decile", m.Deciles}, {"frequency", m.ByX}, {"recency", m.ByTx}} {
		for i := range part.classes {
			add(part.name, m.Cut+1, m.End, &part.classes[i])
		}
	}
	verdict := "holds"
	if !m.Holds {
		verdict = "does not hold"
	}
	rows = append(rows, []string{"verdict", verdict, (m.Cut + 1).String(), m.End.String(), strconv.Itoa(m.Customers), "", "", "", "", yes(!m.Holds), number(m.PValue)})
	header := []string{"part", "name", "from", "to", "customers", "expected", "lo", "hi", "actual", "outside", "p_value"}
	return writeCSV(w, header, len(rows), func(i int) []string { return rows[i] })
}
