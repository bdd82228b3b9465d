package forecast

// A PeriodNet is what the revenue of a [PeriodTotal] leaves. Package forecast
// knows no costs: who does sets it, and it is written beside the rest.
type PeriodNet struct {
	Gross      float64 `json:"gross"` // revenue times margin
	Costs      float64 `json:"costs"` // of orders, of being active and of acquisition
	Net        Band    `json:"net"`
	Discounted Band    `json:"discounted_net"`
}

var netNames = []string{"gross", "costs", "net", "net_lo", "net_hi", "discounted_net", "discounted_net_lo", "discounted_net_hi"}

// hasNet reports whether the rows have nets.
func (p *Periods) hasNet() bool { return len(p.Totals) > 0 && p.Totals[0].Net != nil }

// cells are the numbers of the CSV.
func (n *PeriodNet) cells() (cells []string) {
	for _, v := range []float64{n.Gross, n.Costs, n.Net.Expected, n.Net.Lo, n.Net.Hi, n.Discounted.Expected, n.Discounted.Lo, n.Discounted.Hi} {
		cells = append(cells, number(v))
	}
	return cells
}

// netBlock is what the table says of the nets of some rows and their total.
func netBlock(name, band string, rows []PeriodTotal) [][]string {
	out := [][]string{{name + ", net"}, {"from", "revenue", "margin", "costs", "net", band, "discounted", band}}
	for k, r := range rows {
		label := r.From.String()
		if k == len(rows)-1 {
			label = "to " + r.To.String()
		}
		cells := []string{label, whole(r.Revenue.Expected), whole(r.Net.Gross), whole(r.Net.Costs)}
		out = append(out, append(append(cells, words(&r.Net.Net)...), words(&r.Net.Discounted)...))
	}
	return out
}
