package fit

import (
	"fmt"
	"math"
	"strings"
	"unicode/utf8"
)

// String returns the result as a table: an estimate a line with its standard
// error and interval, then the likelihood, the verdict and the warnings.
func (r *Result[M]) String() string {
	rows := [][]string{{"parameter", "estimate", "std. error", fmt.Sprintf("%.4g %% interval", 100*r.level)}}
	es := r.Params
	if r.Verdict != Converged {
		es = append(es[:len(es):len(es)], r.Combinations...)
	}
	for _, e := range es {
		rows = append(rows, e.cells())
	}
	var b strings.Builder
	align(&b, rows)
	fmt.Fprintf(&b, "log-likelihood %.4f  AIC %.2f  BIC %.2f  customers %.0f  evaluations %d\n", r.LogLik, r.AIC, r.BIC, r.Customers, r.Evals)
	if r.o != nil && r.o.prior != nil {
		fmt.Fprintf(&b, "log prior %.4f: the estimates maximise the sum of both\n", r.LogPrior)
	}
	fmt.Fprintf(&b, "verdict: %s\n", r.Verdict)
	for _, w := range r.Warnings {
		fmt.Fprintf(&b, "warning: %v\n", w)
	}
	return b.String()
}

func (e Estimate) cells() []string {
	row := []string{e.Name, fmt.Sprintf("%.6g", e.Value), "–", "not determined"}
	if !math.IsNaN(e.StdErr) {
		row[2] = fmt.Sprintf("%.3g", e.StdErr)
		row[3] = fmt.Sprintf("%.4g to %.4g", e.Lower, e.Upper)
	}
	return row
}

// align writes rows of cells, the first and the last column to the left.
func align(b *strings.Builder, rows [][]string) {
	width := make([]int, len(rows[0]))
	for _, row := range rows {
		for k, cell := range row {
			width[k] = max(width[k], utf8.RuneCountInString(cell))
		}
	}
	for _, row := range rows {
		for k, cell := range row {
			pad := strings.Repeat(" ", width[k]-utf8.RuneCountInString(cell))
			switch k {
			case 0:
				b.WriteString(cell + pad)
			case len(row) - 1:
				b.WriteString("  " + cell + "\n")
			default:
				b.WriteString("  " + pad + cell)
			}
		}
	}
}
