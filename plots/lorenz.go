package plots

import (
	"cmp"
	"errors"
	"fmt"
	"io"
	"math"
	"slices"

	"gonum.org/v1/plot"
	"gonum.org/v1/plot/plotter"
)

// Lorenz is the concentration of value: what share of it the customers with the
// least hold, by their share of all customers.
type Lorenz struct {
	What      string    // "CLV in 12 months", "revenue in USD"
	Customers []float64 // shares from 0 to 1, closer together near 1
	Value     []float64 // share of the value that they hold, the poorest first
	Gini      float64   // 0 if all hold the same, near 1 if one holds all

	Name   string    // of the curve, in keys; "" means What
	Others []*Lorenz // more curves; may be set
}

// NewLorenz ranks customers by value. With v_1 ≤ … ≤ v_n
//
//	Gini = Σ_i (2i - n - 1) v_i / (n Σ_i v_i)
//
// Values may be negative; the curve then begins below 0 and the Gini may exceed
// 1. An error is returned unless their total is positive and finite.
func NewLorenz(what string, value []float64) (*Lorenz, error) {
	if len(value) == 0 {
		return nil, errors.New("there are no customers")
	}
	v := slices.Clone(value)
	slices.Sort(v)
	sums := make([]float64, len(v)+1)
	var gini float64
	n := float64(len(v))
	for i, x := range v {
		if math.IsNaN(x) {
			return nil, errors.New("the value of a customer is not a number")
		}
		sums[i+1] = sums[i] + x
		gini += (2*float64(i+1) - n - 1) * x
	}
	total := sums[len(v)]
	if !(total > 0 && total <= math.MaxFloat64) {
		return nil, fmt.Errorf("the values are %v in total: shares of it mean nothing", total)
	}
	l := &Lorenz{What: what, Gini: gini / (n * total)}
	for _, share := range lorenzShares() {
		at := share * n
		i := min(int(at), len(v)-1)
		l.Customers = append(l.Customers, share)
		l.Value = append(l.Value, (sums[i]+(at-float64(i))*v[i])/total)
	}
	return l, nil
}

// lorenzShares are hundredths up to 0.99, then thousandths and ten thousandths:
// there the curve is steepest.
func lorenzShares() []float64 {
	var shares []float64
	for k := range 99 {
		shares = append(shares, float64(k)/100)
	}
	for k := 990; k < 999; k++ {
		shares = append(shares, float64(k)/1000)
	}
	for k := 9990; k <= 10000; k++ {
		shares = append(shares, float64(k)/10000)
	}
	return shares
}

// Top returns the share of the value that the richest share of the customers
// holds.
func (f *Lorenz) Top(share float64) float64 {
	below := 1 - share
	k := 1
	for k < len(f.Customers)-1 && f.Customers[k] < below-1e-9 {
		k++
	}
	part := (below - f.Customers[k-1]) / (f.Customers[k] - f.Customers[k-1])
	return 1 - (f.Value[k-1] + part*(f.Value[k]-f.Value[k-1]))
}

func (f *Lorenz) name() string { return cmp.Or(f.Name, f.What) }

// Plot draws the curves and the diagonal of equal values.
func (f *Lorenz) Plot() (*plot.Plot, error) {
	fs := append([]*Lorenz{f}, f.Others...)
	if err := tooMany(len(fs)); err != nil {
		return nil, err
	}
	p := newPlot("How value is spread over customers")
	p.Add(gridLines())
	ls := lines{p: p}
	if err := ls.add("equal values", plotter.XYs{{}, {X: 100, Y: 100}}, randomLine); err != nil {
		return nil, err
	}
	for i, g := range fs {
		var line plotter.XYs
		for j, share := range g.Customers {
			line = append(line, plotter.XY{X: 100 * share, Y: 100 * g.Value[j]})
		}
		style := modelLines[i]
		if len(fs) == 1 {
			style = solid(actualHue)
		}
		if err := ls.add(g.name(), line, style); err != nil {
			return nil, err
		}
	}
	p.Add(ls.key)
	p.X.Label.Text = "% of customers, those with the least value first"
	p.Y.Label.Text = "% of the value held"
	return p, nil
}

// WriteCSV writes a row for each point of the curves.
func (f *Lorenz) WriteCSV(w io.Writer) error {
	header := []string{"share_of_customers", "share_of_value"}
	for _, o := range f.Others {
		header = append(header, "share_of_value "+o.name())
	}
	return writeTable(w, header, len(f.Customers), func(i int) []string {
		row := []string{number(f.Customers[i]), number(f.Value[i])}
		for _, o := range f.Others {
			row = append(row, number(o.Value[i]))
		}
		return row
	})
}

// Caption tells what the top tenth and hundredth hold.
func (f *Lorenz) Caption() string {
	s := fmt.Sprintf("Good: the more the curve sags, the more a ranking of customers is worth; the top 10 %% of customers hold %.0f %% "+
		"of the %s and the top 1 %% hold %.0f %%, a Gini of %.2f", 100*f.Top(0.1), f.What, 100*f.Top(0.01), f.Gini)
	for _, o := range f.Others {
		s += fmt.Sprintf(", and of %.2f for %s", o.Gini, o.name())
	}
	return s + "."
}
