package portfolio

import (
	"cmp"
	"crypto/sha256"
	"encoding/binary"
	"fmt"
	"math"
	"slices"
)

// ListVersion is the version of the columns of lists. It grows when a column
// changes its name or its meaning.
const ListVersion = 1

// ListOptions say which customers are listed and how.
type ListOptions struct {
	Idle        float64  // days without a purchase from which customers are to be won back
	ContactCost float64  // of one customer
	Owner       []string // of each row of the table: ranks are within owners; nil: none
	Limit       int      // rows, of each owner; 0: all
	Holdout     float64  // share of customers to be left alone
	Salt        string   // of the draw of those customers
}

// A List is a ranking of customers with reasons.
type List struct {
	Name    string
	Scoring *Scoring
	Items   []Item
	Found   int // before the limit
	Pay     int // of those found, how many are worth more than a contact costs
	Unknown int // customers left out because their value is not known

	Regularity *Regularity // of reorder

	kind    listKind
	options ListOptions
}

// An Item is a customer of a list.
type Item struct {
	Row   int     // in the table
	Rank  int     // from 1, within the owner
	Score float64 // what the list is ranked by
}

// A listKind is how one kind of list chooses, ranks and explains.
type listKind struct {
	since     bool // an earlier scoring is needed
	ascending bool
	money     bool // the score is money, from which a contact may be paid
	score     func(l *List, i int) (score float64, listed bool)
	reason    func(l *List, i int, score float64) string
}

// List ranks the customers of a scoring. The lists and what they are ranked by:
//
//	risk          value at risk: [P(order) then − P(order) now]⁺ · value then / P(order) then,
//	              of customers whose gap is longer than usual
//	winback       P(order) · value if there is one − contact cost, of customers
//	              without a purchase for the days of Idle
//	rising        growth of the expected orders since the earlier day
//	unprofitable  value, of those where it is negative, the lowest first
//	top           value
//	reorder       median date of the next purchase, the nearest first, of customers
//	              with two gaps or more, P(alive) ≥ 1/2, and a present gap that
//	              is not among the 5 % longest of their own rhythm
//
// The list reorder returns a [*PoissonError] where the log does not support that
// customers buy more regularly than at random; see [RegularityOf]. Customers who came after the earlier day are on no list that compares with it.
func (s *Scoring) List(name string, o *ListOptions) (*List, error) {
	kind, ok := listKinds[name]
	if !ok {
		return nil, fmt.Errorf("there is no list %q", name)
	}
	if kind.since && s.Then == nil {
		return nil, fmt.Errorf("the list %s compares with an earlier day, and there is none", name)
	}
	l := &List{Name: name, Scoring: s, kind: kind, options: *o}
	if name == "reorder" {
		r := RegularityOf(s.Purchases)
		if !r.Supported() {
			return nil, &PoissonError{r}
		}
		l.Regularity = &r
	}
	l.rank()
	return l, nil
}

// rank fills the list.
func (l *List) rank() {
	var all []Item
	for i := range l.Scoring.Table.Len() {
		score, listed := l.kind.score(l, i)
		switch {
		case listed && math.IsNaN(score):
			l.Unknown++
		case listed:
			all = append(all, Item{Row: i, Score: score})
		}
	}
	slices.SortStableFunc(all, func(a, b Item) int {
		first := cmp.Compare(b.Score, a.Score)
		if l.kind.ascending {
			first = -first
		}
		return cmp.Or(cmp.Compare(l.Owner(a), l.Owner(b)), first)
	})
	l.Found = len(all)
	for _, item := range all {
		if l.Pays(item) {
			l.Pay++
		}
	}
	l.Items = l.limited(all)
}

// limited numbers the items of each owner and returns the first of each.
func (l *List) limited(all []Item) (kept []Item) {
	rank, owner := 0, ""
	for _, item := range all {
		if l.Owner(item) != owner {
			rank, owner = 0, l.Owner(item)
		}
		rank++
		item.Rank = rank
		if l.options.Limit == 0 || rank <= l.options.Limit {
			kept = append(kept, item)
		}
	}
	return kept
}

// Owner returns the owner of a listed customer, empty if there are none.
func (l *List) Owner(item Item) string {
	if l.options.Owner == nil {
		return ""
	}
	return l.options.Owner[item.Row]
}

// Money reports whether the list is ranked by money.
func (l *List) Money() bool { return l.kind.money }

// Pays reports whether the customer stands above the break-even cut: what the
// list is ranked by is worth more than a contact costs.
func (l *List) Pays(item Item) bool {
	if l.Name == "winback" { // its score has the cost in it
		return item.Score > 0
	}
	return l.kind.money && item.Score > l.options.ContactCost
}

// Reason returns why the customer is listed, in words.
func (l *List) Reason(item Item) string { return l.kind.reason(l, item.Row, item.Score) }

// Group returns "holdout" for the customers to be left alone and "contact" for
// the others. See [Holdout].
func (l *List) Group(item Item) string {
	if Holdout(l.Scoring.Table.ID[item.Row], l.options.Salt, l.options.Holdout) {
		return "holdout"
	}
	return "contact"
}

// Holdout draws customers to be left alone, so that a comparison with them shows
// what a contact changes. The draw depends on the identifier and the salt alone:
// a customer stays in the group whatever else the list holds, and a larger share
// keeps those of a smaller one. With another salt it is another draw.
//
// A customer is drawn if the first 8 bytes of SHA-256(salt, 0, identifier), read
// as a big-endian number, are less than share · 2⁶⁴.
func Holdout(id, salt string, share float64) bool {
	sum := sha256.Sum256([]byte(salt + "\x00" + id))
	return float64(binary.BigEndian.Uint64(sum[:8])) < share*(1<<64)
}
