package ingest

import (
	"errors"
	"fmt"
	"strings"

	"github.com/predictive-clv/clv/history"
)

// Cleaned accounts for the rows that were read and kept from the histories
// because the options say so. The reconciliation does not know them.
type Cleaned struct {
	Excluded   history.Tally `json:"excluded"`   // of customers to leave out
	Duplicates history.Tally `json:"duplicates"` // of orders that an earlier file had
	Aliased    int           `json:"aliased"`    // rows whose customer goes by another identifier; they count
}

// String returns the account in one line, empty if there is nothing to say.
func (c *Cleaned) String() string {
	var parts []string
	if c.Excluded.Rows > 0 {
		parts = append(parts, fmt.Sprintf("%d rows of customers to leave out (money %.2f)", c.Excluded.Rows, c.Excluded.Money))
	}
	if c.Duplicates.Rows > 0 {
		parts = append(parts, fmt.Sprintf("%d rows of orders that an earlier file has (money %.2f)", c.Duplicates.Rows, c.Duplicates.Money))
	}
	text := ""
	if parts != nil {
		text = "kept out before the count: " + strings.Join(parts, ", ")
	}
	if c.Aliased > 0 {
		if text != "" {
			text += "; "
		}
		text += fmt.Sprintf("%d rows under another identifier of their customer", c.Aliased)
	}
	return text
}

// A cleaning decides which rows count, and whose they are.
type cleaning struct {
	aliases map[string]string
	exclude map[string]bool
	Cleaned

	orders   map[string]int // the file that had the order
	file     int            // number of the file at hand
	currency string         // of all amounts; empty: not known yet
}

func newCleaning(o *Options) (*cleaning, error) {
	for alias, customer := range o.Aliases {
		if next, ok := o.Aliases[customer]; ok && next != customer {
			return nil, fmt.Errorf("the identifier %q stands for %q, which stands for %q: let each stand for the last", alias, customer, next)
		}
	}
	c := &cleaning{aliases: o.Aliases, orders: make(map[string]int)}
	if len(o.Exclude) > 0 {
		c.exclude = make(map[string]bool, len(o.Exclude))
		for _, id := range o.Exclude {
			c.exclude[id] = true
		}
	}
	return c, nil
}

// errCurrency ends the reading: no row can be set aside for it.
var errCurrency = errors.New("amounts of several currencies cannot be added up: convert them, or select one currency")

// oneCurrency returns an error if the row's currency is another one than that of the
// rows before.
func (c *cleaning) oneCurrency(currency string) error {
	currency = customerID(currency)
	switch {
	case currency == "" || currency == c.currency:
		return nil
	case c.currency == "":
		c.currency = strings.Clone(currency)
		return nil
	}
	return fmt.Errorf("%q after %q: %w", currency, c.currency, errCurrency)
}

// keep returns the customer whose row it is, and whether it counts.
func (c *cleaning) keep(id, order string, amount float64) (customer string, ok bool) {
	if amount != amount { // the log has no amounts
		amount = 0
	}
	if other, ok := c.aliases[id]; ok {
		id = other
		c.Aliased++
	}
	if c.exclude[id] {
		c.Excluded.Rows++
		c.Excluded.Money += amount
		return id, false
	}
	order = customerID(order)
	if order == "" {
		return id, true
	}
	if first, ok := c.orders[order]; ok {
		if first != c.file {
			c.Duplicates.Rows++
			c.Duplicates.Money += amount
			return id, false
		}
		return id, true
	}
	c.orders[strings.Clone(order)] = c.file
	return id, true
}
