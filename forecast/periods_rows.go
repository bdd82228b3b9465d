package forecast

import (
	"io"
	"strconv"
)

// row returns the forecast of a kind of customers in group g, all groups if
// that is −1, over the periods from lo to hi.
func (f *periods) row(kind string, g, lo, hi int) PeriodTotal {
	t := PeriodTotal{Customers: kind, From: f.spans[lo].from, To: f.spans[hi].to, Complete: true}
	for _, s := range f.spans[lo : hi+1] {
		t.Complete = t.Complete && s.complete
	}
	if g >= 0 {
		t.Segment = f.names[g]
	}
	e, draws := f.sumsOf(kind, g, lo, hi)
	work := make([]float64, len(draws))
	banded := func(expected float64, of func(s sum) float64) Band {
		for r, s := range draws {
			work[r] = of(s)
		}
		return band(expected, work, f.o.Level)
	}
	t.Arrivals = banded(e.arrivals, func(s sum) float64 { return s.arrivals })
	t.Transactions = banded(e.orders, func(s sum) float64 { return s.orders })
	if f.o.Orders {
		return t
	}
	active := func(s sum) float64 {
		if lo == hi {
			return s.active
		}
		return s.new
	}
	t.Active = banded(active(e), active)
	if f.money {
		revenue := banded(e.money, func(s sum) float64 { return s.money })
		discounted := banded(e.discounted, func(s sum) float64 { return s.discounted })
		t.Revenue, t.Discounted = &revenue, &discounted
	}
	return t
}

// sumsOf returns the expected sum of a row and those of the futures.
func (f *periods) sumsOf(kind string, g, lo, hi int) (expected sum, draws []sum) {
	draws = make([]sum, f.o.Futures)
	add := func(e []sum, sim *sums) {
		one := sums{sim.groups, sim.bins, [][]sum{e}}
		expected.add(one.total(0, g, lo, hi))
		for r := range draws {
			draws[r].add(sim.total(r, g, lo, hi))
		}
	}
	if kind != Acquired {
		add(f.expectedOld, f.existing)
	}
	if kind != Existing {
		add(f.expectedNew, f.acquired)
	}
	return expected, draws
}

// WriteCSV writes the rows by period and then those over the whole horizon,
// whose phase is "total".
func (p *Periods) WriteCSV(w io.Writer) error {
	header := []string{"phase", "segment", "customers", "from", "to", "complete"}
	for _, name := range []string{"arrivals", "transactions", "active", "revenue", "discounted_revenue"} {
		header = append(header, name, name+"_lo", name+"_hi")
	}
	if p.hasNet() {
		header = append(header, netNames...)
	}
	rows := append(p.Rows[:len(p.Rows):len(p.Rows)], p.Totals...)
	return writeCSV(w, header, len(rows), func(i int) []string {
		r, phase, complete := rows[i], p.Period.String(), "no"
		if i >= len(p.Rows) {
			phase = "total"
		}
		if r.Complete {
			complete = "yes"
		}
		cells := []string{phase, r.Segment, r.Customers, r.From.String(), r.To.String(), complete}
		for _, b := range []*Band{&r.Arrivals, &r.Transactions, &r.Active, r.Revenue, r.Discounted} {
			if b == nil {
				cells = append(cells, "", "", "")
				continue
			}
			cells = append(cells, number(b.Expected), number(b.Lo), number(b.Hi))
		}
		if r.Net != nil {
			cells = append(cells, r.Net.cells()...)
		}
		return cells
	})
}

// WriteTable writes the forecast for people, a block for each segment and kind
// of customer.
func (p *Periods) WriteTable(w io.Writer) error {
	band := percent(p.Level) + " band"
	var rows [][]string
	for b, total := range p.Totals {
		name := total.Customers + " customers"
		if total.Segment != "" {
			name = total.Segment + ", " + name
		}
		rows = append(rows, []string{name}, []string{"from", "transactions", band, "active", band, "revenue", band, "discounted", band})
		n := len(p.Rows) / len(p.Totals)
		for k, r := range append(p.Rows[b*n:(b+1)*n:(b+1)*n], total) {
			label := r.From.String()
			switch {
			case k == n:
				label = "to " + r.To.String()
			case !r.Complete:
				label += " *"
			}
			cells := append([]string{label}, words(&r.Transactions)...)
			cells = append(append(append(cells, words(&r.Active)...), words(r.Revenue)...), words(r.Discounted)...)
			rows = append(rows, cells)
		}
		if p.hasNet() {
			rows = append(rows, netBlock(name, band, append(p.Rows[b*n:(b+1)*n:(b+1)*n], total))...)
		}
	}
	for _, r := range p.Rows {
		if !r.Complete {
			rows = append(rows, []string{"* not a whole " + p.Period.String() + "; " + strconv.Itoa(p.Futures) + " futures were simulated"})
			break
		}
	}
	return writeText(w, rows)
}
