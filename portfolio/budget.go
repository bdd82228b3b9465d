package portfolio

import (
	"cmp"
	"encoding/csv"
	"fmt"
	"io"
	"math"
	"slices"
	"strconv"
	"strings"
)

// The kinds of a [BudgetOption].
const (
	ChannelOption = "channel"
	ListOption    = "list"
)

// A BudgetOption is something that money can be spent on: a channel, which brings
// customers, or a list of customers to be contacted.
type BudgetOption struct {
	Name     string
	Kind     string  // ChannelOption or ListOption
	Cap      float64 // most customers; +Inf: no limit
	Cost     float64 // of the first customer acquired, or of a contact
	Value    float64 // of a customer acquired, or of one who responds; NaN: not given
	Response float64 // assumed share of those contacted who respond; 1 for a channel
	Doubling float64 // customers after which the next costs twice as much as the first; +Inf: never
}

// A Budget is an allocation of money.
type Budget struct {
	Budget  float64      `json:"budget"`
	Spent   float64      `json:"spent"`
	Value   float64      `json:"value"`
	Cut     float64      `json:"return_at_the_cut"` // value of the next unit of money; 0: there is nothing left to spend it on
	Options []Allocation `json:"options"`           // the best first
}

// An Allocation is the part of an option.
type Allocation struct {
	Name      string  `json:"name"`
	Kind      string  `json:"kind"`
	Customers float64 `json:"customers"` // acquired, or contacted
	Spent     float64 `json:"spent"`
	Value     float64 `json:"value"`
	First     float64 `json:"return_of_the_first"` // value per unit of money
	Last      float64 `json:"return_of_the_last"`  // of the last customer paid for; of the first where there is none
	Why       string  `json:"why"`                 // it got no more
}

// budgetSteps are the steps of an option whose cost rises.
const budgetSteps = 400

// A step is a part of an option at about the same return.
type step struct {
	option   int
	from, to float64 // customers
	gain     float64 // value per unit of money
}

// Allocate spends a budget on the options, the highest value per unit of money
// first, as long as that is at least least. The n-th customer of an option costs
//
//	cost·(1 + n/doubling)
//
// so that returns fall, and to take the best next step each time is optimal; an
// option with a rising cost is taken in 400 steps, and of the last step as much as
// there is money for. What one option brings is taken not to depend on another.
//
// It returns an error for an option that makes no sense.
func Allocate(options []BudgetOption, budget, least float64) (*Budget, error) {
	if !(budget > 0) || math.IsInf(budget, 0) || !(least >= 0) {
		return nil, fmt.Errorf("a budget of %v at a return of %v: both are positive numbers", budget, least)
	}
	b := &Budget{Budget: budget}
	var steps []step
	for i, o := range options {
		if err := o.check(); err != nil {
			return nil, err
		}
		b.Options = append(b.Options, Allocation{Name: o.Name, Kind: o.Kind, First: o.gain(0), Last: o.gain(0)})
		steps = append(steps, o.steps(i)...)
	}
	slices.SortStableFunc(steps, func(s, t step) int { return cmp.Compare(t.gain, s.gain) })
	for _, s := range steps {
		o, a := options[s.option], &b.Options[s.option]
		if a.Why == "" && s.gain < least {
			a.Why = fmt.Sprintf("the next customer returns less than %.4g", least)
		}
		if a.Why != "" || s.gain < least {
			continue
		}
		left := budget - b.Spent
		to := min(s.to, o.affordable(s.from, left))
		if to > s.from {
			a.add(o, s.from, to)
			b.Spent += o.cost(s.from, to)
			b.Value += (to - s.from) * o.Response * o.Value
		}
		if to < s.to {
			a.Why = "the budget ends"
			b.Cut = max(b.Cut, s.gain)
		}
	}
	for i := range b.Options {
		if a := &b.Options[i]; a.Why == "" {
			a.Why = "its cap is reached"
		}
	}
	slices.SortStableFunc(b.Options, func(x, y Allocation) int { return cmp.Compare(y.First, x.First) })
	return b, nil
}

func (a *Allocation) add(o BudgetOption, from, to float64) {
	a.Customers += to - from
	a.Spent += o.cost(from, to)
	a.Value += (to - from) * o.Response * o.Value
	a.Last = o.gain(to)
}

func (o BudgetOption) check() error {
	refuse := func(what string, v float64, want string) error {
		return fmt.Errorf("%s: %s is %v: %s", o.Name, what, v, want)
	}
	switch {
	case o.Kind != ChannelOption && o.Kind != ListOption:
		return fmt.Errorf("%s: the kind is %q: write channel or list", o.Name, o.Kind)
	case math.IsNaN(o.Value) || math.IsInf(o.Value, 0):
		return refuse("value", o.Value, "it is what a customer acquired, or one who responds, is worth")
	case !(o.Cost > 0) || math.IsInf(o.Cost, 0):
		return refuse("cost", o.Cost, "it is what a customer acquired, or a contact, costs, more than 0")
	case !(o.Cap >= 0):
		return refuse("cap", o.Cap, "it is the most customers there can be")
	case !(o.Response >= 0 && o.Response <= 1):
		return refuse("response", o.Response, "it is the share that responds, from 0 to 1")
	case !(o.Doubling > 0):
		return refuse("doubling", o.Doubling, "it is the customers after which the next costs twice as much")
	case math.IsInf(o.Cap, 1) && !math.IsInf(o.Doubling, 1):
		return fmt.Errorf("%s: a cost that rises needs a cap", o.Name)
	}
	return nil
}

// cost returns what the customers from one number to another cost.
func (o BudgetOption) cost(from, to float64) float64 {
	return o.Cost * (to - from) * (1 + (from+to)/(2*o.Doubling))
}

// affordable returns the number of customers up to which money lasts from
// another on, the root of cost(from, n) = money.
func (o BudgetOption) affordable(from, money float64) float64 {
	next := 1 + from/o.Doubling
	n := money / o.Cost
	return from + 2*n/(next+math.Sqrt(next*next+2*n/o.Doubling))
}

// gain returns the value per unit of money of the customer after n.
func (o BudgetOption) gain(n float64) float64 {
	return o.Response * o.Value / (o.Cost * (1 + n/o.Doubling))
}

// steps divides the option into steps by falling return.
func (o BudgetOption) steps(option int) (out []step) {
	if math.IsInf(o.Doubling, 1) {
		return []step{{option, 0, o.Cap, o.gain(0)}}
	}
	for k := range budgetSteps {
		from, to := o.Cap*float64(k)/budgetSteps, o.Cap*float64(k+1)/budgetSteps
		out = append(out, step{option, from, to, o.gain((from + to) / 2)})
	}
	return out
}

// ReadBudgetOptions reads a CSV file with a header and a row an option. The
// columns are name, kind (channel or list), cap, cost, value, response (of lists)
// and doubling (the customers after which the next costs twice as much). A cap, a
// doubling or a value may be left empty: no limit, never, not known here.
func ReadBudgetOptions(r io.Reader) (out []BudgetOption, err error) {
	rows := csv.NewReader(r)
	rows.TrimLeadingSpace = true
	header, err := rows.Read()
	if err != nil {
		return nil, fmt.Errorf("no header: %w", err)
	}
	known := []string{"name", "kind", "cap", "cost", "value", "response", "doubling"}
	for _, h := range header {
		if !slices.Contains(known, h) {
			return nil, fmt.Errorf("there is no column %q; there is %s", h, strings.Join(known, ", "))
		}
	}
	for line := 2; ; line++ {
		row, err := rows.Read()
		if err == io.EOF {
			break
		}
		if err != nil {
			return nil, err
		}
		o, err := optionOf(header, row)
		if err != nil {
			return nil, fmt.Errorf("line %d: %w", line, err)
		}
		if slices.ContainsFunc(out, func(p BudgetOption) bool { return p.Name == o.Name }) {
			return nil, fmt.Errorf("line %d: %s is there twice", line, o.Name)
		}
		out = append(out, o)
	}
	if len(out) == 0 {
		return nil, fmt.Errorf("there are no options below the header")
	}
	return out, nil
}

func optionOf(header, row []string) (o BudgetOption, err error) {
	cell := func(name string) string {
		if i := slices.Index(header, name); i >= 0 {
			return strings.TrimSpace(row[i])
		}
		return ""
	}
	number := func(name string, otherwise float64) float64 {
		text := cell(name)
		if text == "" || err != nil {
			return otherwise
		}
		v, parseErr := strconv.ParseFloat(text, 64)
		if parseErr != nil {
			err = fmt.Errorf("%s %q is not a number", name, text)
		}
		return v
	}
	o = BudgetOption{Name: cell("name"), Kind: cell("kind"), Cap: number("cap", math.Inf(1)), Cost: number("cost", math.NaN()),
		Value: number("value", math.NaN()), Response: 1, Doubling: number("doubling", math.Inf(1))}
	switch {
	case o.Name == "":
		err = fmt.Errorf("the option has no name")
	case o.Kind == ListOption && cell("response") == "":
		err = fmt.Errorf("the list %s has no response: the share of those contacted who respond, as assumed or measured", o.Name)
	case o.Kind == ListOption:
		o.Response = number("response", 0)
	case cell("response") != "":
		err = fmt.Errorf("%s is no list and has a response", o.Name)
	}
	return o, err
}
