package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"strings"
	"unicode/utf8"

	"github.com/urfave/cli/v2"

	"github.com/predictive-clv/clv/ingest"
	"github.com/predictive-clv/clv/portfolio"
)

// A listForm writes a list.
type listForm struct {
	listing *listing
	list    *portfolio.List
	owner   string  // the column of owners; empty: none
	holdout bool    // there is a group to be left alone
	contact float64 // cost of a contact
}

func (f *listForm) write(c *cli.Context, w *words) error {
	summary := wrap(f.summary(), 0, 0)
	if formOf(c) == "text" { // where it stands below the table
		summary = ""
	}
	w.say("list", map[string]any{"name": f.listing.name, "found": f.list.Found, "rows": len(f.list.Items)}, "%s", summary)
	switch formOf(c) {
	case "rows":
		return writeRows(c.Context, c, "out", len(f.list.Items), f.columns())
	case "json":
		return writeOut(c.Context, c.String("out"), c.App.Writer, func(out io.Writer) error { return f.writeJSON(c.Context, out) })
	}
	return writeOut(c.Context, c.String("out"), c.App.Writer, f.writeText)
}

// columns are those of the rows, version [portfolio.ListVersion].
func (f *listForm) columns() []ingest.OutColumn {
	s, items := f.list.Scoring, f.list.Items
	of := func(name string, column []float64) ingest.OutColumn {
		return ingest.OutColumn{Name: name, Number: func(k int) float64 { return column[items[k].Row] }}
	}
	text := func(name string, of func(item portfolio.Item) string) ingest.OutColumn {
		return ingest.OutColumn{Name: name, Text: func(k int) string { return of(items[k]) }}
	}
	columns := []ingest.OutColumn{
		{Name: "rank", Whole: func(k int) int { return items[k].Rank }},
		text("customer_id", func(item portfolio.Item) string { return s.Table.ID[item.Row] }),
	}
	if f.owner != "" {
		columns = append(columns, text(f.owner, f.list.Owner))
	}
	if f.listing.score != "" {
		columns = append(columns, ingest.OutColumn{Name: f.listing.score, Number: func(k int) float64 { return items[k].Score }})
	}
	columns = append(columns, of(columnName("clv", s), s.Now.Net), of("p_alive", s.Now.Alive), of(columnName("p_order", s), s.Now.ProbOrder), of(columnName("orders", s), s.Now.Orders))
	if s.Then != nil {
		columns = append(columns, of(columnName("p_order", s)+"_before", s.Then.ProbOrder), of(columnName("orders", s)+"_before", s.Then.Orders))
	}
	columns = append(columns, of("gap_days", s.Gap), of("usual_gap_days", s.UsualGap))
	if f.list.Regularity != nil {
		for _, due := range []struct {
			name string
			p    float64
		}{{"due_p10", 0.1}, {"due_p50", 0.5}, {"due_p90", 0.9}} {
			columns = append(columns, text(due.name, func(item portfolio.Item) string { return f.list.Due(item, due.p).String() }))
		}
	}
	return append(append(columns, text("reason", f.list.Reason)), f.marks()...)
}

// marks are the columns of what is to be done.
func (f *listForm) marks() (columns []ingest.OutColumn) {
	items := f.list.Items
	if f.list.Money() {
		columns = append(columns, ingest.OutColumn{Name: "pays", Text: func(k int) string {
			if f.list.Pays(items[k]) {
				return "yes"
			}
			return "no"
		}})
	}
	if f.holdout {
		columns = append(columns, ingest.OutColumn{Name: "group", Text: func(k int) string { return f.list.Group(items[k]) }})
	}
	return columns
}

// summary says what was found.
func (f *listForm) summary() string {
	l := f.list
	text := fmt.Sprintf("%s %s: %s found, %d listed.", f.listing.name, where(l.Scoring), counted(l.Found, "customer"), len(l.Items))
	if f.contact > 0 {
		text += fmt.Sprintf(" A contact costs %.2f: %d of those found are worth more.", f.contact, l.Pay)
	}
	if l.Name == "unprofitable" && l.Found == 0 {
		text += " Nobody costs more than he brings; costs are given with --cost-per-order and --cost-alive."
	}
	if caution := l.Scoring.Caution; caution != "" {
		text += " " + caution
	}
	if r := l.Regularity; r != nil {
		text += fmt.Sprintf(" Purchases are more regular than at random: the share of the first gap in the first two varies by %.4f among %d customers, where chance gives %.4f (p = %.2g); shape %.1f. The dates are those of the next order if there is one.",
			r.Variance, r.Customers, r.Poisson, r.P, r.Shape)
	}
	return text
}

// listDocument is the JSON form.
type listDocument struct {
	Version    int                   `json:"list_version"`
	List       string                `json:"list"`
	Day        string                `json:"day"`
	Since      string                `json:"since,omitempty"`
	Horizon    string                `json:"horizon"`
	RankedBy   string                `json:"ranked_by"`
	Found      int                   `json:"found"`
	Pay        *int                  `json:"pay,omitempty"` // of those found, how many are worth more than a contact
	Regularity *portfolio.Regularity `json:"regularity,omitempty"`
	Rows       []json.RawMessage     `json:"rows"`
	Text       string                `json:"text"`
	Not        string                `json:"not"`
}

func (f *listForm) writeJSON(ctx context.Context, out io.Writer) error {
	s := f.list.Scoring
	d := listDocument{Version: portfolio.ListVersion, List: f.listing.name, Day: s.Day.String(), Horizon: s.Horizon.String(),
		RankedBy: f.listing.scoreColumn(s), Found: f.list.Found, Regularity: f.list.Regularity, Text: f.summary(), Not: portfolio.NotCausal}
	if s.Since != 0 {
		d.Since = s.Since.String()
	}
	if f.list.Money() {
		d.Pay = &f.list.Pay
	}
	var err error
	if d.Rows, err = rawRows(ctx, len(f.list.Items), f.columns()); err != nil {
		return err
	}
	return writeJSON(out, d)
}

// rawRows returns rows as JSON objects, whose keys stand in the order of the
// columns.
func rawRows(ctx context.Context, n int, columns []ingest.OutColumn) ([]json.RawMessage, error) {
	var lines bytes.Buffer
	if err := ingest.WriteJSONLines(ctx, &lines, n, columns); err != nil {
		return nil, err
	}
	rows := make([]json.RawMessage, 0, n)
	for line := range bytes.Lines(lines.Bytes()) {
		rows = append(rows, bytes.TrimSuffix(line, []byte("\n")))
	}
	return rows, nil
}

func (f *listForm) writeText(out io.Writer) error {
	l := f.list
	header := []string{"rank", "customer"}
	if f.owner != "" {
		header = append(header, f.owner)
	}
	header = append(header, "reason")
	marks := f.marks()
	if f.contact == 0 && l.Money() {
		marks = marks[1:] // without a cost there is no cut to see
	}
	for _, m := range marks {
		header = append(header, m.Name)
	}
	rows := make([][]string, len(l.Items))
	for k, item := range l.Items {
		row := []string{fmt.Sprint(item.Rank), l.Scoring.Table.ID[item.Row]}
		if f.owner != "" {
			row = append(row, l.Owner(item))
		}
		row = append(row, l.Reason(item))
		for _, m := range marks {
			row = append(row, m.Text(k))
		}
		rows[k] = row
	}
	if err := writeMarkdown(out, header, rows); err != nil {
		return err
	}
	_, err := fmt.Fprintf(out, "\n%s\n%s", wrap(f.summary(), 0, 0), wrap(portfolio.NotCausal, 0, 0))
	return err
}

// writeMarkdown writes a table whose columns are as wide as their widest field,
// numbers to the right.
func writeMarkdown(out io.Writer, header []string, rows [][]string) error {
	width, right := make([]int, len(header)), make([]bool, len(header))
	for k, name := range header {
		width[k], right[k] = max(3, utf8.RuneCountInString(name)), len(rows) > 0
		for _, row := range rows {
			row[k] = strings.ReplaceAll(row[k], "|", `\|`)
			width[k] = max(width[k], utf8.RuneCountInString(row[k]))
			right[k] = right[k] && strings.Trim(row[k], "+-0123456789.% *") == ""
		}
	}
	var b strings.Builder
	line := func(fields []string) {
		for k, field := range fields {
			pad := strings.Repeat(" ", width[k]-utf8.RuneCountInString(field))
			if right[k] {
				field = pad + field
			} else {
				field += pad
			}
			b.WriteString("| " + field + " ")
		}
		b.WriteString("|\n")
	}
	line(header)
	for k := range header {
		rule := strings.Repeat("-", width[k])
		if right[k] {
			rule = rule[1:] + ":"
		}
		b.WriteString("| " + rule + " ")
	}
	b.WriteString("|\n")
	for _, row := range rows {
		line(row)
	}
	_, err := io.WriteString(out, b.String())
	return err
}
