package portfolio

import (
	"encoding/csv"
	"fmt"
	"io"
	"math"
	"strconv"
	"text/tabwriter"

	"github.com/predictive-clv/clv/forecast"
)

// WriteCSV writes a row for each month of age of each cohort, then for each
// month ahead. Money is per acquired customer in the last three columns.
func (c *Cohorts) WriteCSV(w io.Writer) error {
	out := csv.NewWriter(w)
	header := []string{"cohort", "phase", "month", "customers", "active", "active_lo", "active_hi", "orders", "orders_lo", "orders_hi",
		"revenue", "revenue_lo", "revenue_hi", "margin_per_customer", "margin_per_customer_lo", "margin_per_customer_hi"}
	if err := out.Write(header); err != nil {
		return err
	}
	for _, r := range c.rows() {
		for _, a := range r.Ages {
			row := []string{c.name(&r), "age", strconv.Itoa(a.Month), strconv.Itoa(a.Watched), strconv.Itoa(a.Active), "", "",
				strconv.Itoa(a.Orders), "", "", c.money(a.Revenue), "", "", number(a.Margin), "", ""}
			if err := out.Write(row); err != nil {
				return err
			}
		}
		for _, n := range r.Ahead {
			row := []string{c.name(&r), "ahead", strconv.Itoa(n.Month), strconv.Itoa(r.Customers)}
			for _, b := range []*forecast.Band{&n.Active, &n.Orders, n.Revenue, &n.Margin} {
				if b == nil {
					row = append(row, "", "", "")
					continue
				}
				row = append(row, number(b.Expected), number(b.Lo), number(b.Hi))
			}
			if err := out.Write(row); err != nil {
				return err
			}
		}
	}
	out.Flush()
	return out.Error()
}

// rows are the cohorts and, last, all customers.
func (c *Cohorts) rows() []Cohort { return append(c.Rows[:len(c.Rows):len(c.Rows)], c.All) }

func (c *Cohorts) name(r *Cohort) string {
	if r.Name == "" {
		return "all"
	}
	return r.Name
}

func (c *Cohorts) money(v float64) string {
	if !c.Money {
		return ""
	}
	return number(v)
}

// number writes ten significant digits, and nothing for NaN and infinities.
func number(v float64) string {
	if math.IsNaN(v) || math.IsInf(v, 0) {
		return ""
	}
	return strconv.FormatFloat(v, 'g', 10, 64)
}

// shownAges are the months of age of the table for people.
var shownAges = [...]int{1, 3, 6, 12}

// WriteTable writes a line for each cohort, and the funnel of all customers.
func (c *Cohorts) WriteTable(w io.Writer) error {
	t := tabwriter.NewWriter(w, 0, 0, 2, ' ', tabwriter.AlignRight)
	what := "margin"
	if !c.Money {
		what = "orders"
	}
	fmt.Fprint(t, c.By+"\tcustomers\t2nd in 90d\t")
	for _, k := range shownAges {
		fmt.Fprintf(t, "active m%d\t", k)
	}
	fmt.Fprintf(t, "first %s\tso far\t", what)
	ahead := len(c.All.Ahead)
	if ahead > 0 {
		fmt.Fprintf(t, "by +%dm\t%g %% band\t", ahead, 100*c.Level)
	}
	fmt.Fprintln(t)
	for _, r := range c.rows() {
		fmt.Fprintf(t, "%s\t%d\t", c.name(&r), r.Customers)
		if s := r.Funnel.within(90); s != nil {
			fmt.Fprintf(t, "%.1f %%\t", 100*s.Share)
		} else {
			fmt.Fprint(t, "\t")
		}
		for _, k := range shownAges {
			if a := r.At(k); a != nil {
				fmt.Fprintf(t, "%.1f %%", 100*float64(a.Active)/float64(a.Watched))
			}
			fmt.Fprint(t, "\t")
		}
		fmt.Fprintf(t, "%.2f\t%.2f\t", r.AtFirst, r.SoFar)
		if ahead > 0 {
			m := r.Ahead[ahead-1].Margin
			fmt.Fprintf(t, "%.2f\t%.2f–%.2f\t", m.Expected, m.Lo, m.Hi)
		}
		fmt.Fprintln(t)
	}
	if err := t.Flush(); err != nil {
		return err
	}
	return c.All.Funnel.write(w)
}

// write writes the funnel for people.
func (f *Funnel) write(w io.Writer) error {
	t := tabwriter.NewWriter(w, 0, 0, 2, ' ', tabwriter.AlignRight)
	fmt.Fprintln(t, "\norder\tcustomers\tof the step before\tmedian days since\t")
	for _, s := range f.Steps {
		days := ""
		if s.Order > 1 {
			days = strconv.FormatFloat(s.Days, 'f', 0, 64)
		}
		fmt.Fprintf(t, "%d\t%d\t%.1f %%\t%s\t\n", s.Order, s.Customers, 100*s.Share, days)
	}
	if err := t.Flush(); err != nil || len(f.Second) == 0 {
		return err
	}
	fmt.Fprintln(t, "\nsecond order within\twatched\tbought\tshare\tmodel, new customers\t")
	for _, s := range f.Second {
		expected := ""
		if s.Expected > 0 {
			expected = fmt.Sprintf("%.1f %%", 100*s.Expected)
		}
		fmt.Fprintf(t, "%d days\t%d\t%d\t%.1f %%\t%s\t\n", s.Days, s.Watched, s.Bought, 100*s.Share, expected)
	}
	return t.Flush()
}
