package ingest

import (
	"fmt"
	"slices"
	"strings"
	"unicode"
)

// The names that columns go by, in groups of falling strength: the first group
// with a match decides. Case, spaces and punctuation do not count.
var (
	customerNames = [][]string{
		{"customerid", "custid", "clientid", "userid", "memberid", "accountid", "buyerid", "donorid", "customernumber", "customerno", "customercode", "customerkey"},
		{"customer", "cust", "client", "user", "member", "account", "buyer", "donor"},
		{"id"},
	}
	dateNames = [][]string{
		{"date", "orderdate", "invoicedate", "transactiondate", "purchasedate", "saledate", "paymentdate", "donationdate"},
		{"datetime", "orderdatetime", "timestamp", "ordertimestamp", "purchasetimestamp", "createdat", "orderedat", "purchasedat", "time", "day"},
	}
	amountNames = [][]string{
		{"amount", "totalamount", "orderamount", "revenue", "sales", "monetary", "monetaryvalue", "spend", "ordervalue", "ordertotal", "linetotal", "totalprice"},
		{"total", "value", "price"},
	}
	quantityNames  = [][]string{{"quantity", "qty"}}
	unitPriceNames = [][]string{{"unitprice", "priceperunit", "priceeach"}}

	frequencyNames = [][]string{{"frequency", "frequencycal", "x"}}
	recencyNames   = [][]string{{"recency", "recencycal", "tx"}}
	ageNames       = [][]string{{"t", "tcal"}}
	spendNames     = [][]string{{"monetaryvalue", "monetaryvaluecal", "spend", "monetary"}}
	weightNames    = [][]string{{"weight", "count", "n"}}
)

// normal returns the letters and digits of a name in lower case.
func normal(name string) string {
	return strings.Map(func(r rune) rune {
		if !unicode.IsLetter(r) && !unicode.IsDigit(r) {
			return -1
		}
		return unicode.ToLower(r)
	}, name)
}

// list returns the names in quotes, the first of them if they are many.
func list(names []string) string {
	const most = 40
	var b strings.Builder
	for i, n := range names {
		if i == most {
			fmt.Fprintf(&b, " and %d more", len(names)-most)
			break
		}
		if i > 0 {
			b.WriteString(", ")
		}
		fmt.Fprintf(&b, "%q", n)
	}
	return b.String()
}

// detect returns the column that goes by one of the names, "" if there is
// none, and an error if there are several.
func (f *file) detect(role string, groups [][]string) (string, error) {
	for _, names := range groups {
		var found []string
		for _, c := range f.columns {
			if slices.Contains(names, normal(c)) {
				found = append(found, c)
			}
		}
		switch len(found) {
		case 0:
		case 1:
			return found[0], nil
		default:
			return "", fmt.Errorf("%s: each of the columns %s could be the %s: %s", f.name, list(found), role, choose(role))
		}
	}
	return "", nil
}

// choose tells how to choose the column for a role.
func choose(role string) string {
	switch role {
	case "customer", "date", "amount":
		return "choose one with --" + role
	case "quantity", "unit price":
		return "choose both factors with --amount"
	}
	return "leave one of them"
}

// require is detect for a column that must be there.
func (f *file) require(role string, groups [][]string) (string, error) {
	c, err := f.detect(role, groups)
	if c == "" && err == nil {
		err = fmt.Errorf("%s: no column looks like the %s: %s (the first line must name the columns; it reads %s)",
			f.name, role, choose(role), list(f.columns))
	}
	return c, err
}

// column returns the place of the named column.
func (f *file) column(name string) (int, error) {
	place, n := slices.Index(f.columns, name), 0
	for i, c := range f.columns {
		if c == name || place < 0 && normal(c) == normal(name) {
			place = i
			n++
		}
	}
	switch n {
	case 0:
		return 0, fmt.Errorf("%s: there is no column %q: the columns are %s", f.name, name, list(f.columns))
	case 1:
		return place, nil
	}
	return 0, fmt.Errorf("%s: there are %d columns %q: give each a name of its own", f.name, n, name)
}

// optional is column for a name that may be empty: then it is -1.
func (f *file) optional(name string) (int, error) {
	if name == "" {
		return -1, nil
	}
	return f.column(name)
}

// findColumns returns the columns to use, as the options name them or as the
// header proves them, and whether the file is a summary.
func findColumns(f *file, o *Options) (c Columns, summary bool, err error) {
	if o.Date == "" {
		if c, err = f.summaryColumns(o); err != nil || c.Frequency != "" {
			return c, true, err
		}
	}
	if c.Customer = o.Customer; c.Customer == "" {
		if c.Customer, err = f.require("customer", customerNames); err != nil {
			return c, false, err
		}
	}
	if c.Date = o.Date; c.Date == "" {
		if c.Date, err = f.require("date", dateNames); err != nil {
			return c, false, err
		}
	}
	c.Order, c.Currency = o.Order, o.Currency
	c.Amount, err = f.amountColumn(o.Amount)
	return c, false, err
}

// amountColumn returns the column or the product that holds the amounts, ""
// if the log has none.
func (f *file) amountColumn(name string) (string, error) {
	switch strings.ToLower(name) {
	case "-", "none":
		return "", nil
	case "":
	default:
		return name, nil
	}
	amount, err := f.detect("amount", amountNames)
	if err != nil {
		return "", err
	}
	quantity, err := f.detect("quantity", quantityNames)
	if err != nil || quantity == "" {
		return amount, err
	}
	switch price, err := f.detect("unit price", unitPriceNames); {
	case err != nil:
		return "", err
	case amount == "" && price != "":
		return quantity + "*" + price, nil
	case normal(amount) == "price":
		return "", fmt.Errorf("%s: the column %q beside %q could be the price of one unit or of all: choose with --amount %q or --amount %q",
			f.name, amount, quantity, quantity+"*"+amount, amount)
	}
	return amount, nil
}

// factors returns the places of the columns whose product is the amount: none,
// one or two.
func (f *file) factors(amount string) ([]int, error) {
	if amount == "" {
		return nil, nil
	}
	names := []string{amount}
	if left, right, ok := strings.Cut(amount, "*"); ok && !slices.Contains(f.columns, amount) {
		names = []string{strings.TrimSpace(left), strings.TrimSpace(right)}
	}
	var places []int
	for _, n := range names {
		p, err := f.column(n)
		if err != nil {
			return nil, err
		}
		places = append(places, p)
	}
	return places, nil
}

// summaryColumns returns the columns of a summary; Frequency is empty if the
// file is none.
func (f *file) summaryColumns(o *Options) (c Columns, err error) {
	has := func(groups [][]string) bool {
		return slices.ContainsFunc(f.columns, func(c string) bool { return slices.Contains(groups[0], normal(c)) })
	}
	if !has(frequencyNames) || !has(recencyNames) || !has(ageNames) {
		return c, nil
	}
	c.Customer = o.Customer
	for _, col := range []struct {
		name   *string
		role   string
		groups [][]string
	}{
		{&c.Customer, "customer", customerNames}, {&c.Frequency, "frequency", frequencyNames}, {&c.Recency, "recency", recencyNames},
		{&c.T, "T", ageNames}, {&c.Spend, "amount", spendNames}, {&c.N, "number of customers", weightNames},
	} {
		if *col.name != "" {
			continue
		}
		if *col.name, err = f.detect(col.role, col.groups); err != nil {
			return Columns{}, err
		}
	}
	switch strings.ToLower(o.Amount) {
	case "":
	case "-", "none":
		c.Spend = ""
	default:
		c.Spend = o.Amount
	}
	return c, nil
}
