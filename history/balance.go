package history

import (
	"fmt"
	"io"
	"math"
	"strconv"
	"strings"
)

// A BalanceLine is a line of the balance sheet.
type BalanceLine struct {
	Label string
	Tally
	kind lineKind
}

// HasMoney reports whether the money of the line stands in no other one.
func (l BalanceLine) HasMoney() bool { return l.kind != rowsOnly }

type lineKind uint8

const (
	optional  lineKind = iota // left out if it has no rows
	essential                 // always shown
	rowsOnly                  // optional, and its money stands elsewhere
)

// String returns the account as a balance sheet in plain text: what was read,
// what was set aside, what remains. Lines without rows are left out, except
// those that every log has.
func (r *Reconciliation) String() string {
	var b strings.Builder
	lines := r.Lines()
	label, rows, money := 0, len("rows"), len("money")
	for _, l := range lines {
		label = max(label, len(l.Label))
		rows = max(rows, len(thousands(strconv.Itoa(l.Rows))))
		money = max(money, len(currency(l.Money)))
	}
	write := func(text, n, m string) {
		if !r.Amounts {
			m = ""
		}
		line := fmt.Sprintf("%-*s  %*s  %*s", label, text, rows, n, money, m)
		b.WriteString(strings.TrimRight(line, " ") + "\n")
	}
	write("", "rows", "money")
	for _, l := range lines {
		m := currency(l.Money)
		if !l.HasMoney() {
			m = ""
		}
		write(l.Label, thousands(strconv.Itoa(l.Rows)), m)
	}
	b.WriteString(r.period() + "\n")
	return b.String()
}

// WriteTo writes what String returns.
func (r *Reconciliation) WriteTo(w io.Writer) (int64, error) {
	n, err := io.WriteString(w, r.String())
	return int64(n), err
}

// Lines returns the lines of the balance sheet, those without rows left out.
func (r *Reconciliation) Lines() []BalanceLine {
	purchases := Tally{r.First.Rows + r.Repeat.Rows + r.Holdout.Rows, r.First.Money + r.Repeat.Money + r.Holdout.Money}
	purchaseLine, holdoutLine := essential, optional
	if r.Histories.Rows > 0 {
		purchaseLine = optional
	}
	if r.Cut != r.End {
		holdoutLine = purchaseLine
	}
	born := fmt.Sprintf("- born after the cut, with %s purchases", thousands(strconv.Itoa(r.PurchasesBornAfterCut)))
	count := func(n int) Tally { return Tally{Rows: n} }
	all := []BalanceLine{
		{"Rows read", r.Read, essential},
		{"- unreadable", r.Unreadable, optional},
		{"- of customers to leave out", r.Excluded, optional},
		{"- of orders that an earlier file has", r.Duplicates, optional},
		{"- without a customer", r.NoCustomer, optional},
		{"- after the end", r.AfterEnd, optional},
		{"- refunds dropped", r.RefundsDropped, optional},
		{"- refunds, and purchases they cancel", r.Cancelled, optional},
		{"- of customers born after the cut", r.BornAfterCut, optional},
		{"- merged into another row of the same day", r.Merged, rowsOnly},
		{"= purchases", purchases, purchaseLine},
		{"    first", r.First, purchaseLine},
		{"    repeat, up to the cut", r.Repeat, purchaseLine},
		{"    after the cut", r.Holdout, holdoutLine},
		{"= histories", r.Histories, optional},
		{"Rows read with a negative amount", r.RefundRows, optional},
		{"Rows read with amount 0", count(r.ZeroRows), rowsOnly},
		{"Customers set aside", count(r.CustomersBornAfterCut + r.CustomersNoPurchase), rowsOnly},
		{born, count(r.CustomersBornAfterCut), rowsOnly},
		{"- without a purchase", count(r.CustomersNoPurchase), rowsOnly},
		{"Customers in the table", count(r.Customers), rowsOnly},
	}
	var shown []BalanceLine
	for _, l := range all {
		if l.Rows != 0 || l.kind == essential {
			shown = append(shown, l)
		}
	}
	return shown
}

// period says what the log spans and how it was read.
func (r *Reconciliation) period() string {
	text := fmt.Sprintf("Time in %ss.", r.Unit)
	if r.FirstDay == 0 {
		return text
	}
	span := fmt.Sprintf("Log from %v to %v", r.FirstDay, r.LastDay)
	if r.Cut != r.End {
		span += fmt.Sprintf(", cut %v", r.Cut)
	}
	text = fmt.Sprintf("%s, end %v. %s", span, r.End, text)
	if r.RefundRows.Rows > 0 {
		text += fmt.Sprintf(" Refunds: %v.", r.Refunds)
	}
	return text
}

// currency writes an amount with two decimals and thousands separators.
func currency(v float64) string {
	if v = math.Round(v*100) / 100; v == 0 {
		v = 0 // no negative zero
	}
	return thousands(strconv.FormatFloat(v, 'f', 2, 64))
}

// thousands separates the thousands of a decimal number by commas.
func thousands(number string) string {
	sign, digits := "", number
	if rest, ok := strings.CutPrefix(number, "-"); ok {
		sign, digits = "-", rest
	}
	whole, fraction, point := strings.Cut(digits, ".")
	for i := len(whole) - 3; i > 0; i -= 3 {
		whole = whole[:i] + "," + whole[i:]
	}
	if point {
		whole += "." + fraction
	}
	return sign + whole
}
