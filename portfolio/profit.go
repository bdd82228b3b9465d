package portfolio

import (
	"fmt"
	"math"

	"github.com/predictive-clv/clv/history"
)

// Margins are the shares of profit in what customers pay, as orders tell them.
type Margins struct {
	Of   []float64 `json:"-"`    // of each customer, his own drawn toward Mean
	Mean float64   `json:"mean"` // of customers at large

	Amount []float64 `json:"-"` // of each customer, and the profit in it, as far as orders have one
	Profit []float64 `json:"-"`

	// Half is the money from which on a customer's own margin counts for more
	// than the mean; +Inf if customers do not differ.
	Half float64 `json:"-"`

	Orders   int     `json:"orders"`        // with an amount and a profit
	Unknown  int     `json:"unknown"`       // without a profit; they tell nothing
	Losing   int     `json:"losing_orders"` // with a profit below zero
	Losses   float64 `json:"losses"`        // what these lost, below zero
	Above    int     `json:"above_amount"`  // with a profit above the amount, which can hardly be
	Negative int     `json:"below_zero_of"` // customers who lost money in all
}

// NewMargins estimates each customer's margin from what orders brought and left,
// up to a day. The customer's own margin X_i = Σ profit / Σ amount is drawn toward
// the mean, the more so the less money w_i = Σ amount there is,
//
//	margin_i = Z_i·X_i + (1 − Z_i)·μ,  Z_i = w_i/(w_i + σ²/τ²),  μ = Σ Z_i·X_i / Σ Z_i
//	σ² = Σ_ij w_ij·(X_ij − X_i)² / Σ_i (n_i − 1)
//	τ² = (Σ_i w_i·(X_i − X)² − (I − 1)·σ²) / (w − Σ w_i²/w),  X = Σ w_i·X_i / w
//
// with σ² within customers, from order to order, and τ² between them. Where τ² is
// not positive all have the mean margin X. Customers without money have μ.
//
// Sales and profits are of the same customers, row by row; an order whose day is
// missing in profits has none that is known. It returns an error unless there is
// money in all.
//
// Source: Bühlmann and Straub (1970), with the estimators of Bühlmann and Gisler
// (2005), section 4.8.
func NewMargins(sales, profits []history.Purchases, until history.Date) (*Margins, error) {
	if len(sales) != len(profits) {
		return nil, fmt.Errorf("there are sales of %d customers and profits of %d", len(sales), len(profits))
	}
	m := &Margins{}
	c := credibility{own: make([]float64, len(sales)), weight: make([]float64, len(sales))}
	for i := range sales {
		if (sales[i].Values == nil) != (profits[i].Values == nil) || sales[i].Values == nil {
			return nil, fmt.Errorf("customer %d: orders need an amount and a profit", i+1)
		}
		c.own[i], c.weight[i] = math.NaN(), 0
		amount, profit := m.orders(&sales[i], &profits[i], until)
		m.Amount, m.Profit = append(m.Amount, sumOf(amount)), append(m.Profit, sumOf(profit))
		c.add(i, amount, profit)
		if c.own[i] < 0 {
			m.Negative++
		}
	}
	if err := c.estimate(); err != nil {
		return nil, err
	}
	m.Mean, m.Half = c.mean, c.half
	m.Of = make([]float64, len(sales))
	for i := range m.Of {
		m.Of[i] = c.at(i)
	}
	return m, nil
}

// orders returns the amounts and profits of a customer's orders, and counts them.
func (m *Margins) orders(sales, profits *history.Purchases, until history.Date) (amount, profit []float64) {
	k := 0
	for j, d := range sales.Days {
		if d > until {
			break
		}
		for k < len(profits.Days) && profits.Days[k] < d {
			k++
		}
		if k == len(profits.Days) || profits.Days[k] != d {
			m.Unknown++
			continue
		}
		a, p := sales.Values[j], profits.Values[k]
		m.Orders++
		if p < 0 {
			m.Losing++
			m.Losses += p
		}
		if p > a {
			m.Above++
		}
		amount, profit = append(amount, a), append(profit, p)
	}
	return amount, profit
}

// A credibility estimates the means of groups of weighted ratios.
type credibility struct {
	own, weight []float64 // X_i, NaN without weight, and w_i
	within      float64   // Σ w_ij (X_ij − X_i)²
	free        float64   // Σ (n_i − 1)

	mean, half float64 // μ and σ²/τ²
}

// add adds the ratios profit/amount of group i.
func (c *credibility) add(i int, amount, profit []float64) {
	w, p := sumOf(amount), sumOf(profit)
	if !(w > 0) {
		return
	}
	c.own[i], c.weight[i] = p/w, w
	n := 0.0
	for j, a := range amount {
		if a > 0 {
			d := profit[j]/a - c.own[i]
			c.within += a * d * d
			n++
		}
	}
	c.free += max(0, n-1)
}

// estimate sets the mean and the weight at which the own ratio counts half.
func (c *credibility) estimate() error {
	var groups, w, squares, sum float64
	for i, x := range c.own {
		if c.weight[i] > 0 {
			groups++
			w += c.weight[i]
			squares += c.weight[i] * c.weight[i]
			sum += c.weight[i] * x
		}
	}
	if !(w > 0) {
		return fmt.Errorf("no order has both an amount and a profit: there is no margin")
	}
	c.mean, c.half = sum/w, math.Inf(1)
	var between float64
	for i, x := range c.own {
		if c.weight[i] > 0 {
			between += c.weight[i] * (x - c.mean) * (x - c.mean)
		}
	}
	if !(c.free > 0) || groups < 2 {
		return nil // nothing tells the two variances apart
	}
	sigma := c.within / c.free
	tau := (between - (groups-1)*sigma) / (w - squares/w)
	if !(tau > 0) {
		return nil
	}
	c.half = sigma / tau
	var z, zx float64
	for i, x := range c.own {
		if c.weight[i] > 0 {
			share := c.weight[i] / (c.weight[i] + c.half)
			z, zx = z+share, zx+share*x
		}
	}
	c.mean = zx / z
	return nil
}

// at returns the ratio of group i, drawn toward the mean.
func (c *credibility) at(i int) float64 {
	if !(c.weight[i] > 0) || math.IsInf(c.half, 1) {
		return c.mean
	}
	z := c.weight[i] / (c.weight[i] + c.half)
	return z*c.own[i] + (1-z)*c.mean
}

func sumOf(v []float64) (sum float64) {
	for _, x := range v {
		sum += x
	}
	return sum
}
