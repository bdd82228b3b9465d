package history

// Purchases are what one customer bought, a purchase a day, from the first one
// on. They follow the rules of the histories: the rows of a day are netted, and
// a day whose refunds cancel it is none.
type Purchases struct {
	Days   []Date    // ascending, each once
	Values []float64 // money of each day; nil if the log has no amounts
}

func purchasesOf(ps []purchase, amounts bool) Purchases {
	p := Purchases{Days: make([]Date, len(ps))}
	if amounts {
		p.Values = make([]float64, len(ps))
	}
	for i := range ps {
		p.Days[i] = ps[i].date
		if amounts {
			p.Values[i] = ps[i].total
		}
	}
	return p
}
