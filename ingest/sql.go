package ingest

import (
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/predictive-clv/clv/history"
)

// A Dialect is how a database writes SQL.
type Dialect uint8

// The dialects.
const (
	DuckDB Dialect = iota
	PostgreSQL
	MySQL // from 8.0; MariaDB from 10.2
	SQLite
)

var dialectNames = [...]string{DuckDB: "duckdb", PostgreSQL: "postgres", MySQL: "mysql", SQLite: "sqlite"}

// String returns the dialect's name.
func (d Dialect) String() string {
	if int(d) >= len(dialectNames) {
		return "no dialect"
	}
	return dialectNames[d]
}

// ParseDialect reads the name of a dialect.
func ParseDialect(s string) (Dialect, error) {
	for d, name := range dialectNames {
		if s == name {
			return Dialect(d), nil
		}
	}
	return 0, fmt.Errorf("dialect %q is not known: use %s", s, strings.Join(dialectNames[:], ", "))
}

// SQL returns the query that makes the histories of the options' Table or
// Query where the transactions are, a row a customer:
//
//	customer_id, frequency, recency, T, monetary_value, holdout_frequency, holdout_spend
//
// the money only if there are amounts, the holdout only if Cut is set and is
// not End. It is what a [history.Builder] makes of the same rows, in no
// particular order; money is summed in exact decimals of six places, so that
// its last bits may differ. The columns' Customer and Date must be named;
// without an Amount there is none.
//
// Identifiers lose the spaces around them, and what programs write where there
// is none counts as none. A Zone makes a day of a column of moments in that
// zone; else a moment's day is that of the session's time zone.
func SQL(d Dialect, o *Options) (string, error) {
	q, err := newStatement(d, o)
	if err != nil {
		return "", err
	}
	return q.summary(), nil
}

// SQLStates returns the query for the distinct histories and how many
// customers share each, which is all that a fit of the purchase process needs:
//
//	frequency, recency, T, n
func SQLStates(d Dialect, o *Options) (string, error) {
	q, err := newStatement(d, o)
	if err != nil {
		return "", err
	}
	return q.states(), nil
}

// A statement writes the queries about one log. They share their common table
// expressions, which hold the definition of a purchase: log has the rows as
// they are, period the last days, days a row for each purchase.
type statement struct {
	d        Dialect
	source   string // what stands after FROM
	columns  Columns
	factors  []string // columns whose product is the amount
	unit     history.Unit
	cut, end history.Date // zero: not given
	refunds  history.Refunds
	zone     *time.Location
	skip     bool            // rows without a day or an amount are set aside
	typed    map[string]bool // columns of MySQL that are known to be no text
}

func newStatement(d Dialect, o *Options) (*statement, error) {
	if o == nil || (o.Table == "") == (o.Query == "") {
		return nil, errors.New("name the table of the transactions, or the query that selects them: --table or --query")
	}
	q := &statement{d: d, unit: o.Unit, cut: history.DateOf(o.Cut), end: history.DateOf(o.End), refunds: o.Refunds, zone: o.Zone, skip: o.SkipBadRows,
		columns: Columns{Customer: o.Customer, Date: o.Date}}
	if q.unit == 0 {
		q.unit = history.Week
	}
	if q.source = q.table(o.Table); o.Query != "" {
		q.source = "(\n" + strings.TrimRight(strings.TrimSpace(o.Query), "; \n") + "\n) AS transactions"
	}
	if l := strings.ToLower(o.Amount); l != "" && l != "-" && l != "none" {
		for f := range strings.SplitSeq(o.Amount, "*") {
			q.factors = append(q.factors, strings.TrimSpace(f))
		}
	}
	switch {
	case o.Customer == "":
		return nil, errors.New("name the column of the customer: --customer")
	case o.Date == "":
		return nil, errors.New("name the column of the date: --date")
	case q.cut != 0 && q.end != 0 && q.cut > q.end:
		return nil, fmt.Errorf("the cut %v is after the end %v: set an earlier cut or a later end", q.cut, q.end)
	}
	return q, nil
}

// name quotes an identifier.
func (q *statement) name(s string) string {
	if q.d == MySQL {
		return "`" + strings.ReplaceAll(s, "`", "``") + "`"
	}
	return `"` + strings.ReplaceAll(s, `"`, `""`) + `"`
}

// table quotes the parts of a name like schema.orders.
func (q *statement) table(s string) string {
	parts := strings.Split(s, ".")
	for i, p := range parts {
		parts[i] = q.name(p)
	}
	return strings.Join(parts, ".")
}

func (q *statement) literal(s string) string {
	if q.d == MySQL {
		s = strings.ReplaceAll(s, `\`, `\\`)
	}
	return "'" + strings.ReplaceAll(s, "'", "''") + "'"
}

// holdout reports whether there is time after the cut, as far as the options
// tell.
func (q *statement) holdout() bool { return q.cut != 0 && q.cut != q.end }

// customer is the identifier as text, without the spaces around it.
func (q *statement) customer() string {
	text := map[Dialect]string{DuckDB: "VARCHAR)", PostgreSQL: "TEXT)", MySQL: "CHAR CHARACTER SET utf8mb4) COLLATE utf8mb4_bin", SQLite: "TEXT)"}[q.d]
	return "TRIM(CAST(" + q.name(q.columns.Customer) + " AS " + text + ")"
}

// day is the civil day of the column.
func (q *statement) day() string {
	c := q.name(q.columns.Date)
	zone := ""
	if q.zone != nil {
		zone = q.literal(q.zone.String())
	}
	switch {
	case q.d == SQLite:
		return "date(" + c + ")" // of text or a Julian day; the zone is the text's
	case q.d == MySQL && zone != "":
		return q.checked(q.columns.Date, isDate, "DATE(CONVERT_TZ("+c+", @@session.time_zone, "+zone+"))")
	case q.d == MySQL:
		return q.checked(q.columns.Date, isDate, "DATE("+c+")")
	case zone != "":
		return "CAST(" + c + " AT TIME ZONE " + zone + " AS DATE)"
	}
	return "CAST(" + c + " AS DATE)"
}

// MySQL and SQLite make a number of any text, and of "1.234,56" another one than
// it says; MySQL likewise a day. What text must be is written with %s in the
// place of the column.
var isNumber = map[Dialect]string{
	MySQL: `%s REGEXP '^ *[-+]?([0-9]+[.]?[0-9]*|[.][0-9]+)([eE][-+]?[0-9]+)? *$'`,
	SQLite: `TYPEOF(%[1]s) IN ('integer', 'real') OR TRIM(%[1]s) GLOB '*[0-9]*' AND TRIM(%[1]s) NOT GLOB '*[^-+.0-9]*' ` +
		`AND TRIM(%[1]s) NOT GLOB '?*[-+]*' AND TRIM(%[1]s) NOT GLOB '*.*.*'`,
}

const isDate = `%s REGEXP '^[0-9]{4}-[0-9]{2}-[0-9]{2}'`

// checked is an expression where a column passes a check, and NULL elsewhere.
func (q *statement) checked(column, check, expression string) string {
	if check == "" || q.typed[column] {
		return expression
	}
	return "CASE WHEN " + fmt.Sprintf(check, q.name(column)) + " THEN " + expression + " END"
}

// amount is the amount as an exact decimal, where the database has any.
func (q *statement) amount() string {
	names := slices.Clone(q.factors)
	duck := "DECIMAL(18, 6)" // half as wide, and faster
	if len(names) > 1 {
		duck = "DECIMAL(38, 6)"
	}
	for i, n := range names {
		typ := map[Dialect]string{DuckDB: duck, PostgreSQL: "NUMERIC(38, 6)", MySQL: "DECIMAL(30, 6)", SQLite: "REAL"}[q.d]
		names[i] = q.checked(n, isNumber[q.d], "CAST("+q.name(n)+" AS "+typ+")")
	}
	return strings.Join(names, " * ")
}

// date writes a day.
func (q *statement) date(d history.Date) string {
	if q.d == SQLite {
		return "'" + d.String() + "'"
	}
	return "DATE '" + d.String() + "'"
}

// double writes the expression as a floating-point number.
func (q *statement) double(s string) string {
	typ := map[Dialect]string{DuckDB: "DOUBLE", PostgreSQL: "DOUBLE PRECISION", MySQL: "DOUBLE", SQLite: "REAL"}[q.d]
	return "CAST(" + s + " AS " + typ + ")"
}

// between is the number of days from one day to a later one.
func (q *statement) between(from, to string) string {
	switch q.d {
	case MySQL:
		return "DATEDIFF(" + to + ", " + from + ")"
	case SQLite:
		return "CAST(julianday(" + to + ") - julianday(" + from + ") AS INTEGER)"
	}
	return "(" + to + " - " + from + ")"
}

// inUnits is a number of days in units of time.
func (q *statement) inUnits(days string) string {
	if q.unit.Days() == 1 {
		return q.double(days)
	}
	return q.double(days) + " / " + q.double(strconv.FormatFloat(q.unit.Days(), 'g', -1, 64))
}

func (q *statement) hasAmounts() bool { return q.factors != nil }
