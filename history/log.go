package history

// A Log is a transaction log as histories, with the account of its rows.
type Log struct {
	Table *Table

	// Days are the calendar days from the first purchase of the table's
	// customers to the end, none left out.
	Days []DayCount

	// Purchases are those of the customer in each row of the table, up to the
	// end; nil unless the Builder was told to keep them.
	Purchases []Purchases

	Reconciliation Reconciliation
}

// A DayCount holds what the customers of the table bought on one day. Their
// first purchases, the repeat purchases up to the cut and those after it are
// counted apart.
type DayCount struct {
	Date Date `json:"date"`

	First   int `json:"first"`
	Repeat  int `json:"repeat"`
	Holdout int `json:"holdout"`

	FirstMoney   float64 `json:"first_money"`
	RepeatMoney  float64 `json:"repeat_money"`
	HoldoutMoney float64 `json:"holdout_money"`
}

// A tally is a Tally in the making, which does not depend on the order of its
// rows.
type tally struct {
	rows  int
	money exactSum
}

func (t *tally) add(amount float64) {
	t.rows++
	t.money.add(amount)
}

func (t *tally) addTally(u *tally) {
	t.rows += u.rows
	t.money.addSum(&u.money)
}

func (t *tally) addAll(rows []entry) {
	for _, r := range rows {
		t.add(r.amount)
	}
}

func (t *tally) tally() Tally { return Tally{t.rows, t.money.value()} }

// A Sum is a [Tally] in the making. It is the same for every order of the rows,
// and however they are grouped. The zero value is empty.
type Sum struct{ t tally }

// Add adds a row with an amount, which must be finite.
func (s *Sum) Add(amount float64) { s.t.add(amount) }

// AddSum adds the rows of another sum.
func (s *Sum) AddSum(other *Sum) { s.t.addTally(&other.t) }

// Tally returns the number of rows and their money, rounded once.
func (s *Sum) Tally() Tally { return s.t.tally() }

// log returns the finished log of a table with the account of its rows.
func (a *assembly) log(t *Table, kept []Purchases, read *intake) *Log {
	l := &Log{Table: t, Days: a.calendar(), Purchases: kept, Reconciliation: Reconciliation{
		Unit: t.Unit, Refunds: a.options.Refunds, Amounts: t.Spend != nil,
		FirstDay: read.first, LastDay: read.last, Cut: a.cut, End: a.end,

		Read:           read.read.tally(),
		NoCustomer:     read.noCustomer.tally(),
		AfterEnd:       a.afterEnd.tally(),
		RefundsDropped: a.refundsDropped.tally(),
		Cancelled:      a.cancelled.tally(),
		BornAfterCut:   a.bornAfterCut.tally(),
		Merged:         Tally{Rows: a.merged},

		RefundRows: read.refunds.tally(),
		ZeroRows:   read.zero,

		Customers:             t.Len(),
		CustomersBornAfterCut: a.customersBornAfterCut,
		PurchasesBornAfterCut: a.purchasesBornAfterCut,
		CustomersNoPurchase:   a.customersNoPurchase,
	}}
	var first, repeat, holdout tally
	for i := range a.days {
		first.addTally(&a.days[i].first)
		if a.start+Date(i) <= a.cut {
			repeat.addTally(&a.days[i].repeat)
		} else {
			holdout.addTally(&a.days[i].repeat)
		}
	}
	r := &l.Reconciliation
	r.First, r.Repeat, r.Holdout = first.tally(), repeat.tally(), holdout.tally()
	return l
}

// calendar returns the days from the first purchase in the table to the end.
func (a *assembly) calendar() []DayCount {
	skip := 0
	for a.days[skip].first.rows == 0 {
		skip++
	}
	days := make([]DayCount, len(a.days)-skip)
	for i := range days {
		d := &a.days[skip+i]
		day := DayCount{Date: a.start + Date(skip+i), First: d.first.rows, FirstMoney: d.first.money.value()}
		if day.Date <= a.cut {
			day.Repeat, day.RepeatMoney = d.repeat.rows, d.repeat.money.value()
		} else {
			day.Holdout, day.HoldoutMoney = d.repeat.rows, d.repeat.money.value()
		}
		days[i] = day
	}
	return days
}
