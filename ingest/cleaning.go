package ingest

import (
	"errors"
	"fmt"
	"strings"

	"github.com/predictive-clv/clv/history"
)

// A cleaning decides which rows count, and whose they are.
type cleaning struct {
	aliases map[string]string
	exclude map[string]bool
	orders  *orders // of the files so far; nil: there is only one
	file    int     // number of the file at hand
	last    bool    // none comes after it

	cleaned
}

// cleaned is what came of some rows.
type cleaned struct {
	excluded, duplicates history.Sum
	aliased              int
	currency             string // of all amounts; empty: none says
}

// newCleaning returns a cleaning of so many files.
func newCleaning(o *Options, files int) (*cleaning, error) {
	for alias, customer := range o.Aliases {
		if next, ok := o.Aliases[customer]; ok && next != customer {
			return nil, fmt.Errorf("the identifier %q stands for %q, which stands for %q: let each stand for the last", alias, customer, next)
		}
	}
	c := &cleaning{aliases: o.Aliases}
	if len(o.Exclude) > 0 {
		c.exclude = make(map[string]bool, len(o.Exclude))
		for _, id := range o.Exclude {
			c.exclude[id] = true
		}
	}
	if files > 1 {
		c.orders = newOrders()
	}
	return c, nil
}

// begin takes note that a file begins, one of so many.
func (c *cleaning) begin(files int) {
	c.file++
	c.last = c.file == files
}

// apart returns a cleaning for rows that are read apart from those before them.
func (c *cleaning) apart() *cleaning {
	return &cleaning{aliases: c.aliases, exclude: c.exclude, orders: c.orders, file: c.file, last: c.last}
}

// join adds what came of rows that were read apart. It does nothing and returns
// false if their currency is another one. Nil are rows with nothing to clean.
func (c *cleaning) join(rows *cleaning) bool {
	switch {
	case rows == nil:
		return true
	case c.oneCurrency(rows.currency) != nil:
		return false
	}
	c.excluded.AddSum(&rows.excluded)
	c.duplicates.AddSum(&rows.duplicates)
	c.aliased += rows.aliased
	return true
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
		c.aliased++
	}
	if c.exclude[id] {
		c.excluded.Add(amount)
		return id, false
	}
	if c.orders == nil || order == "" {
		return id, true
	}
	if order = customerID(order); order != "" && c.orders.first(order, c.file, c.last) != c.file {
		c.duplicates.Add(amount)
		return id, false
	}
	return id, true
}
