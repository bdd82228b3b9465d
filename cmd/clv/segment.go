package main

import (
	"encoding/csv"
	"encoding/json"
	"fmt"
	"io"
	"math"
	"slices"
	"strconv"

	"github.com/urfave/cli/v2"

	"github.com/predictive-clv/clv/history"
	"github.com/predictive-clv/clv/ingest"
	"github.com/predictive-clv/clv/portfolio"
)

func segmentCommand() *cli.Command {
	t := portfolio.DefaultThresholds
	return &cli.Command{
		Name:  "segment",
		Usage: "tiers, stages, states and RFM cells of the customers",
		Description: fmt.Sprintf(`Divides the customers of a log as of its end, or --end, in four ways:

  tier   by percentile of value: top 1, 5, 10, 25, 50 %% and the rest
  stage  of life, the first that fits: new (no repeat purchase, and the first
         less than %d days ago), lost (P(order) below %v, P(alive) below %v),
         lapsing (%v, %v), at risk (%v, %v), active
  state  by P(order), high from %v, middling from %v, and value, high for the
         best %v of the customers, middling for the next %v:
           champion, loyal, steady     high P(order); value high, middling, low
           must keep, wavering, drifting      middling P(order), likewise
           cannot lose, slipping, dormant     low P(order), likewise
  rfm    quintiles, 5 the best, of the days since the last purchase, the number
         of purchases and their total; equal customers get equal digits

Cells of fewer than 30 customers are marked *; the means of those of RFM are
drawn to those of all, with the weight n/30 for the cell. The limits are meant
for a horizon of a year. With --since stages are compared with those of an
earlier day. --rows writes a row a customer in the place of the tables, with the
posterior means of purchase rate and dropout; --csv writes the cells as CSV,
--json all as JSON.

  $ clv segment --model-file model.json --in log.csv --since 180d
  $ clv segment --model-file model.json --in log.csv --margin 0.3 \
      --rows --out segments.csv`, t.NewDays, t.Lost, t.LostAlive, t.Lapsing, t.LapsingAlive, t.AtRisk, t.AtRiskAlive, t.HighOrder, t.MidOrder,
			t.HighValue, float64(int(100*(t.MidValue-t.HighValue)+0.5))/100),
		Flags: slices.Concat([]cli.Flag{
			modelFileFlag(),
			&cli.StringFlag{Name: "horizon", Value: "12m", Usage: "`TIME` of P(order), orders and value, with its unit"},
			sinceFlag(""),
			&cli.BoolFlag{Name: "rows", Usage: "write a row a customer"},
			&cli.BoolFlag{Name: "csv", Usage: "write the cells as CSV"},
		}, rowsFlags("the tables, or with --rows the customers"), economicsFlags(), segmentFlags(), without(inputFlags(), "cut")),
		Action: act(segment),
	}
}

func segment(c *cli.Context, w *words) error {
	if c.Bool("rows") && c.Bool("csv") {
		return usagef("--csv is for the cells, and --rows writes customers: give one")
	}
	if !c.Bool("rows") && (isParquet(c.String("out")) || ingest.IsDatabase(c.String("out"))) {
		return usagef("--out writes the tables as text, JSON or CSV; with --rows it takes a row a customer to Parquet or a database")
	}
	s, err := scoreLog(c, w)
	if err != nil {
		return err
	}
	g, err := s.Segment(nil)
	if err != nil {
		return err
	}
	if c.Bool("rows") && formOf(c) != "json" {
		return writeRows(c.Context, c, "out", s.Table.Len(), segmentColumns(g))
	}
	d := newSegmentDocument(g)
	if c.Bool("rows") {
		if d.Rows, err = rawRows(c.Context, s.Table.Len(), segmentColumns(g)); err != nil {
			return err
		}
	}
	return writeOut(c.Context, c.String("out"), c.App.Writer, func(out io.Writer) error {
		switch form := formOf(c); {
		case form == "json":
			return writeJSON(out, d)
		case c.Bool("csv"):
			return writeCells(out, d.Cells)
		}
		return d.write(out)
	})
}

// segmentColumns are a row a customer, version [portfolio.ListVersion].
func segmentColumns(g *portfolio.Segmentation) []ingest.OutColumn {
	s := g.Scoring
	number := func(name string, column []float64) ingest.OutColumn {
		return ingest.OutColumn{Name: name, Numbers: stored(column)}
	}
	text := func(name string, column []string) ingest.OutColumn {
		return ingest.OutColumn{Name: name, Texts: stored(column)}
	}
	columns := []ingest.OutColumn{text("customer_id", s.Table.ID), number("p_alive", s.Now.Alive), number(columnName("p_order", s), s.Now.ProbOrder),
		number(columnName("orders", s), s.Now.Orders), number(columnName("clv", s), s.Now.Net), number("lambda", s.Rate), number("dropout", s.Dropout),
		text("tier", g.Tier), text("stage", g.Stage), text("state", g.State), text("rfm", g.RFM)}
	if g.Then != nil {
		columns = append(columns, text("stage_before", g.Then))
	}
	return columns
}

// segmentDocument is the JSON form.
type segmentDocument struct {
	Version       int                      `json:"list_version"`
	Day           history.Date             `json:"day"`
	Since         history.Date             `json:"since,omitzero"`
	Horizon       string                   `json:"horizon"`
	Customers     int                      `json:"customers"`
	Thresholds    portfolio.Thresholds     `json:"thresholds"`
	Cells         []portfolio.Cell         `json:"cells"`
	Concentration *portfolio.Concentration `json:"concentration"`
	Transitions   []portfolio.Transition   `json:"transitions,omitempty"`
	Rows          []json.RawMessage        `json:"rows,omitempty"`
	Caution       string                   `json:"caution,omitempty"`
	Not           string                   `json:"not"`

	where string
}

func newSegmentDocument(g *portfolio.Segmentation) *segmentDocument {
	s := g.Scoring
	concentration := portfolio.ConcentrationOf(s.Now.Net)
	d := &segmentDocument{Version: portfolio.ListVersion, Day: s.Day, Since: s.Since, Horizon: s.Horizon.String(), Customers: s.Table.Len(),
		Thresholds: g.Thresholds, Concentration: &concentration, Transitions: g.Transitions(), Caution: s.Caution, Not: portfolio.NotCausal, where: where(s)}
	for _, division := range portfolio.Divisions {
		d.Cells = append(d.Cells, g.Cells(division)...)
	}
	return d
}

// writeCells writes the cells as CSV.
func writeCells(out io.Writer, cells []portfolio.Cell) error {
	w := csv.NewWriter(out)
	w.Write([]string{"division", "name", "customers", "share", "orders", "revenue", "clv", "clv_share", "p_order_mean", "clv_mean", "small"})
	for _, c := range cells {
		mean := func(v float64) float64 {
			if c.Customers == 0 {
				return math.NaN()
			}
			return v
		}
		w.Write([]string{c.Division, c.Name, strconv.Itoa(c.Customers), number(c.Share), number(c.Orders), number(c.Revenue), number(c.Value),
			number(c.ValueOf), number(mean(c.MeanOrder)), number(mean(c.MeanValue)), strconv.FormatBool(c.Small)})
	}
	w.Flush()
	return w.Error()
}

// rfmShown is how many cells of RFM stand in the text.
const rfmShown = 10

func (d *segmentDocument) write(out io.Writer) error {
	fmt.Fprint(out, wrap(fmt.Sprintf("%s %s; orders, revenue and clv within %s.", counted(d.Customers, "customer"), d.where, d.Horizon), 0, 0), "\n")
	for _, division := range portfolio.Divisions {
		if err := d.writeDivision(out, division); err != nil {
			return err
		}
	}
	if err := d.writeTransitions(out); err != nil {
		return err
	}
	top := d.Concentration.Top
	text := fmt.Sprintf("Of the value the best %.0f %% of the customers hold %.0f %%", 100*top[0].Customers, 100*top[0].Value)
	for _, p := range top[1:] {
		text += fmt.Sprintf(", %.0f %% hold %.0f %%", 100*p.Customers, 100*p.Value)
	}
	text += fmt.Sprintf("; the Gini coefficient is %.2f, where 0 is all alike and 1 all with one.", d.Concentration.Gini)
	if slices.ContainsFunc(d.Cells, func(c portfolio.Cell) bool { return c.Small && c.Customers > 0 }) {
		text += " *: fewer than 30 customers; in cells of RFM means are then drawn to those of all."
	}
	if d.Caution != "" {
		text += " " + d.Caution
	}
	_, err := fmt.Fprintf(out, "%s\n%s", wrap(text, 0, 0), wrap(d.Not, 0, 0))
	return err
}

func (d *segmentDocument) writeDivision(out io.Writer, division string) error {
	var rows [][]string
	var all float64
	for _, c := range d.Cells {
		if c.Division == division {
			all += c.Value
		}
	}
	money := moneyVerb(all / float64(d.Customers))
	for _, c := range d.Cells {
		if c.Division != division || division == "rfm" && len(rows) == rfmShown {
			continue
		}
		name, meanOrder, meanValue := c.Name, "", ""
		if c.Small && c.Customers > 0 {
			name += " *"
		}
		if c.Customers > 0 {
			meanOrder, meanValue = fmt.Sprintf("%.2f", c.MeanOrder), fmt.Sprintf(money, c.MeanValue)
		}
		rows = append(rows, []string{name, strconv.Itoa(c.Customers), fmt.Sprintf("%.1f%%", 100*c.Share), fmt.Sprintf("%.1f", c.Orders), fmt.Sprintf("%.0f", c.Revenue),
			fmt.Sprintf("%.0f", c.Value), fmt.Sprintf("%.1f%%", 100*c.ValueOf), meanOrder, meanValue})
	}
	header := []string{division, "customers", "share", "orders", "revenue", "clv", "of clv", "mean P(order)", "mean clv"}
	if division == "rfm" {
		header[0] = fmt.Sprintf("rfm, best %d", len(rows))
	}
	if err := writeMarkdown(out, header, rows); err != nil {
		return err
	}
	_, err := fmt.Fprintln(out)
	return err
}

// writeTransitions writes the stages then, in rows, and now, in columns.
func (d *segmentDocument) writeTransitions(out io.Writer) error {
	if d.Transitions == nil {
		return nil
	}
	n := len(portfolio.Stages)
	var rows [][]string
	for k := 0; k < len(d.Transitions); k += n {
		row := []string{d.Transitions[k].From}
		for _, t := range d.Transitions[k : k+n] {
			row = append(row, strconv.Itoa(t.Customers))
		}
		rows = append(rows, row)
	}
	header := slices.Concat([]string{fmt.Sprintf("%v \\ %v", d.Since, d.Day)}, portfolio.Stages)
	if err := writeMarkdown(out, header, rows); err != nil {
		return err
	}
	_, err := fmt.Fprintln(out)
	return err
}
