package fit

import (
	"cmp"
	"fmt"
	"math"
	"slices"
	"strings"
	"text/tabwriter"
)

// A Candidate is one fitted model in a comparison.
type Candidate struct {
	Name      string
	Params    int
	Customers float64
	LogLik    float64
	AIC, BIC  float64
	Verdict   string

	DeltaAIC, DeltaBIC float64 // above the least of the comparison
	Weight             float64 // exp(−ΔAIC/2), scaled to sum 1 over the comparison
}

// Candidate returns the result as an entry for Compare.
func (r *Result[M]) Candidate(name string) Candidate {
	return Candidate{Name: name, Params: len(r.Params), Customers: r.Customers, LogLik: r.LogLik, AIC: r.AIC, BIC: r.BIC, Verdict: r.Verdict}
}

// A Comparison lists models fitted to the same data, that with the least AIC
// first.
type Comparison []Candidate

// Compare ranks models by AIC. A fit that did not converge goes last, whatever
// its ℓ. The likelihoods must be of the same data in the same unit of time; it
// is an error if they are of different numbers of customers. A good likelihood
// does not make a good forecaster: a holdout decides that.
func Compare(cs ...Candidate) (Comparison, error) {
	table := slices.Clone(cs)
	least := Candidate{AIC: math.Inf(1), BIC: math.Inf(1)}
	for _, c := range table {
		if c.Customers != table[0].Customers {
			return nil, fmt.Errorf("fit: likelihoods of different data do not compare: %s rests on %v customers and %s on %v",
				table[0].Name, table[0].Customers, c.Name, c.Customers)
		}
		if c.Verdict != NotConverged {
			least.AIC, least.BIC = min(least.AIC, c.AIC), min(least.BIC, c.BIC)
		}
	}
	var sum float64
	for i := range table {
		c := &table[i]
		c.DeltaAIC, c.DeltaBIC, c.Weight = c.AIC-least.AIC, c.BIC-least.BIC, 0
		if c.Verdict != NotConverged {
			c.Weight = math.Exp(-c.DeltaAIC / 2)
		}
		sum += c.Weight
	}
	for i := range table {
		table[i].Weight /= max(sum, math.SmallestNonzeroFloat64)
	}
	slices.SortStableFunc(table, func(a, b Candidate) int {
		return cmp.Or(cmp.Compare(failed(a), failed(b)), cmp.Compare(a.AIC, b.AIC))
	})
	return table, nil
}

func failed(c Candidate) int {
	if c.Verdict == NotConverged {
		return 1
	}
	return 0
}

// String returns the table in aligned columns.
func (cs Comparison) String() string {
	var b strings.Builder
	w := tabwriter.NewWriter(&b, 0, 0, 2, ' ', tabwriter.AlignRight)
	fmt.Fprintln(w, "model\tparameters\tlog-likelihood\tAIC\tBIC\tΔAIC\tweight\t  verdict")
	for _, c := range cs {
		fmt.Fprintf(w, "%s\t%d\t%.3f\t%.2f\t%.2f\t%.2f\t%.3f\t  %s\n", c.Name, c.Params, c.LogLik, c.AIC, c.BIC, c.DeltaAIC, c.Weight, c.Verdict)
	}
	w.Flush()
	return b.String()
}
