package main

import (
	"cmp"
	"context"
	"math"
	"runtime"
	"slices"
	"sync"

	"github.com/predictive-clv/clv/forecast"
	"github.com/predictive-clv/clv/history"
	"github.com/predictive-clv/clv/ingest"
)

// blockRows is how many rows of a table are forecast at a time.
const blockRows = 1 << 20

// A prediction works out the forecasts of a table a block of rows after the
// other, so that they take the same memory however many there are.
type prediction struct {
	m         *loaded
	h         *history.Table
	cells     []cellPlan
	intervals func(h *history.Table) (*forecast.Intervals, error) // nil: none are wanted
	worth     *worth                                              // of the rows; nil: margins are those of the cells
	size      int                                                 // of a block; zero: blockRows

	ctx  context.Context
	stop context.CancelCauseFunc // of ctx, with the error of a block
	bar  *progress

	lo, hi int                 // the block at hand
	values [][]float64         // each cell of its rows
	bands  *forecast.Intervals // of its rows
}

// start works out the first block.
func (p *prediction) start(ctx context.Context, w *words) error {
	p.ctx, p.stop = context.WithCancelCause(ctx)
	p.bar, p.size = newProgress(w, "forecasting"), cmp.Or(p.size, blockRows)
	return p.load(0)
}

// load works out the block that begins with row lo. After an error that of
// before stays.
func (p *prediction) load(lo int) error {
	p.lo, p.hi = lo, min(lo+p.size, p.h.Len())
	block := rowsOf(p.h, p.lo, p.hi)
	values, err := states(p.ctx, p.m, block, p.cells, func(done int) {
		p.bar.set(int64(p.lo*len(p.cells)+done*(p.hi-p.lo)), int64(p.h.Len()*len(p.cells)))
	})
	if err != nil {
		return err
	}
	if err := p.net(block, values); err != nil {
		return err
	}
	p.money(block, values)
	p.values = values
	if p.intervals == nil {
		return nil
	}
	bands, err := p.intervals(block)
	if err == nil {
		p.bands = bands
	}
	return err
}

// net fills the cells of net values.
func (p *prediction) net(block *history.Table, values [][]float64) error {
	for k, cell := range p.cells {
		if cell.name != netColumn {
			continue
		}
		net, err := p.worth.net(block, p.lo, history.Horizon{Value: cell.ask.t, Unit: p.m.file.Unit})
		if err != nil {
			return err
		}
		values[k] = net
	}
	return nil
}

// money multiplies what is about purchases by what each customer spends.
func (p *prediction) money(block *history.Table, values [][]float64) {
	if !slices.ContainsFunc(p.cells, func(cell cellPlan) bool { return cell.money != noMoney }) {
		return
	}
	n, parts := block.Len(), runtime.GOMAXPROCS(0)
	var wg sync.WaitGroup
	for part := range parts {
		wg.Go(func() {
			spend := make([]float64, moneyRows)
			for lo, end := part*n/parts, (part+1)*n/parts; lo < end; lo += moneyRows {
				p.moneyOf(block, values, spend[:min(end-lo, moneyRows)], lo)
			}
		})
	}
	wg.Wait()
}

// moneyRows are as many rows as stay in a processor's cache.
const moneyRows = 1024

// moneyOf does that for the rows of a block from one on, for which there is
// space for what they spend.
func (p *prediction) moneyOf(block *history.Table, values [][]float64, spend []float64, lo int) {
	for i := range spend {
		c := history.Customer{Frequency: block.Frequency[lo+i], Spend: math.NaN()} // their times do not matter
		if block.Spend != nil {
			c.Spend = block.Spend[lo+i]
		}
		spend[i] = p.m.expectedSpend(c)
	}
	for k, cell := range p.cells {
		v := values[k][lo:][:len(spend)]
		switch cell.money {
		case perPurchase:
			copy(v, spend)
		case withMargin:
			for i, s := range spend {
				v[i] *= s * cell.ask.margin
				v[i] *= p.worth.margin(p.lo + lo + i)
			}
		}
	}
}

// rowsOf returns the rows from lo to before hi, as far as forecasts need them.
func rowsOf(h *history.Table, lo, hi int) *history.Table {
	if hi-lo == h.Len() {
		return h
	}
	t := &history.Table{Unit: h.Unit, Cut: h.Cut, End: h.End, Frequency: h.Frequency[lo:hi], Recency: h.Recency[lo:hi], T: h.T[lo:hi]}
	if h.ID != nil {
		t.ID = h.ID[lo:hi]
	}
	if h.Spend != nil {
		t.Spend = h.Spend[lo:hi]
	}
	if h.N != nil {
		t.N = h.N[lo:hi]
	}
	return t
}

// in returns the place of row i in its block, and how many rows of those before
// hi are in it.
func (p *prediction) in(i, hi int) (row, n int) {
	if i >= p.hi {
		if err := p.load(i); err != nil {
			p.stop(err) // what is returned from here on is thrown away
		}
	}
	return i - p.lo, min(hi, p.hi) - i
}

// columns are the histories, the cells and the intervals.
func (p *prediction) columns() []ingest.OutColumn {
	columns := historyColumns(p.h)
	if p.h.N != nil {
		columns = append(columns, weightColumn(p.h))
	}
	for k, cell := range p.cells {
		columns = append(columns, ingest.OutColumn{Name: cell.title, Numbers: func(lo, hi int) []float64 {
			row, n := p.in(lo, hi)
			return p.values[k][row:][:n]
		}})
	}
	return columns
}

// bandColumns are the ends of the intervals of the orders and the CLV, as far
// as these are asked for and the models have them.
func (p *prediction) bandColumns(cols []column) (columns []ingest.OutColumn) {
	if p.bands == nil {
		return nil
	}
	for k, b := range p.bands.Horizons {
		orders := func(name string, end func(b forecast.HorizonIntervals) []int) {
			columns = append(columns, ingest.OutColumn{Name: "orders_" + b.Name + name, Wholes: func(lo, hi int) []int {
				row, n := p.in(lo, hi)
				return end(p.bands.Horizons[k])[row:][:n]
			}})
		}
		clv := func(name string, end, other func(b forecast.HorizonIntervals) []float64) {
			columns = append(columns, ingest.OutColumn{Name: "clv_" + b.Name + name, Number: func(i int) float64 {
				row, _ := p.in(i, i+1)
				margin := p.worth.margin(i)
				ends := end
				if margin < 0 {
					ends = other
				}
				return margin * ends(p.bands.Horizons[k])[row]
			}})
		}
		if asked(cols, "orders") {
			orders("_lo", func(b forecast.HorizonIntervals) []int { return b.OrdersLo })
			orders("_hi", func(b forecast.HorizonIntervals) []int { return b.OrdersHi })
		}
		if asked(cols, "clv") && b.CLVLo != nil {
			lo := func(b forecast.HorizonIntervals) []float64 { return b.CLVLo }
			hi := func(b forecast.HorizonIntervals) []float64 { return b.CLVHi }
			clv("_lo", lo, hi)
			clv("_hi", hi, lo)
		}
	}
	return columns
}

// write calls write with the rows, and returns the error of a block if that
// ended it.
func (p *prediction) write(write func(ctx context.Context) error) error {
	err := write(p.ctx)
	p.bar.finish()
	if p.ctx.Err() != nil {
		return context.Cause(p.ctx)
	}
	return err
}
