package ingest

import (
	"fmt"
	"strings"

	"github.com/predictive-clv/clv/history"
)

// nobody are the identifiers that say that there is none.
const nobody = `'', 'NULL', 'null', 'NaN', 'nan', 'None', 'NA', 'N/A', '#N/A', '\N'`

// log has the rows as they are, or those of all_rows that are readable.
func (q *statement) log() string {
	nobody := nobody
	if q.d == MySQL {
		nobody = strings.ReplaceAll(nobody, `\`, `\\`)
	}
	c := q.customer()
	fields := []string{
		"CASE WHEN " + c + " NOT IN (" + nobody + ") THEN " + c + " END AS customer_id",
		q.day() + " AS day",
	}
	if q.hasAmounts() {
		fields = append(fields, q.amount()+" AS amount")
	}
	text := " AS (\n  SELECT " + strings.Join(fields, ",\n    ") + "\n  FROM " + q.source + "\n)"
	if q.skip {
		return "all_rows" + text + ",\nlog AS (SELECT * FROM all_rows WHERE " + q.readable() + ")"
	}
	return "log" + text
}

// period has the last days of calibration and holdout.
func (q *statement) period() string {
	last := "MAX(day)"
	if q.end != 0 {
		last = q.date(q.end)
	}
	cut := last
	if q.cut != 0 {
		cut = q.date(q.cut)
	}
	from := ""
	if q.end == 0 {
		from = " FROM log"
	}
	return "period AS (SELECT " + cut + " AS cut_day, " + last + " AS end_day" + from + ")"
}

// money is the sum of an expression, where there are amounts.
func (q *statement) money(expression string) string {
	if !q.hasAmounts() {
		return "0"
	}
	return "SUM(" + expression + ")"
}

// grouped has the rows of each customer's day.
func (q *statement) grouped(having string) string {
	where := "customer_id IS NOT NULL AND day <= end_day"
	if q.hasAmounts() && q.refunds == history.Drop {
		where += " AND amount >= 0"
	}
	text := "SELECT customer_id, day, COUNT(*) AS n, " + q.money("amount") + " AS total\n  FROM log CROSS JOIN period\n  WHERE " + where +
		"\n  GROUP BY customer_id, day"
	if having != "" {
		text += "\n  HAVING " + having
	}
	return text
}

// cancelled is whether a day's refunds leave no purchase. Numbers that are not
// decimals are not exact: what is less than 1e-12 of the money that moved is
// zero.
func (q *statement) cancelled() string {
	zero := "0"
	if q.d == SQLite {
		zero = "1e-12 * SUM(ABS(amount))"
	}
	return "MIN(amount) < 0 AND SUM(amount) <= " + zero
}

// days has a row for each purchase.
func (q *statement) days() string {
	having := ""
	if q.hasAmounts() && q.refunds == history.Net {
		having = "NOT (" + q.cancelled() + ")"
	}
	return "days AS (\n  " + q.grouped(having) + "\n)"
}

// purchases has the days with the first one of their customer.
func (q *statement) purchases() string {
	return "purchases AS (\n  SELECT customer_id, day, n, total, MIN(day) OVER (PARTITION BY customer_id) AS first_day\n  FROM days\n)"
}

func with(expressions ...string) string { return "WITH " + strings.Join(expressions, ",\n") + "\n" }

// histories has a row for each customer, in whole days and sums of money.
func (q *statement) histories() string {
	const upToCut = "day <= cut_day"
	fields := []string{
		"customer_id",
		"MIN(day) AS first_day",
		"MAX(CASE WHEN " + upToCut + " THEN day END) AS last_day",
		"SUM(CASE WHEN " + upToCut + " THEN 1 ELSE 0 END) - 1 AS frequency",
	}
	from := "days CROSS JOIN period"
	if q.hasAmounts() {
		spend := "SUM(CASE WHEN " + upToCut + " AND day > first_day THEN total ELSE 0 END)"
		if q.d == DuckDB { // saves the window
			spend = "SUM(CASE WHEN " + upToCut + " THEN total ELSE 0 END) - ARG_MIN(total, day)"
		} else {
			from = "purchases CROSS JOIN period"
		}
		fields = append(fields, spend+" AS spend")
	}
	if q.holdout() {
		fields = append(fields, "SUM(CASE WHEN day > cut_day THEN 1 ELSE 0 END) AS holdout_frequency")
		if q.hasAmounts() {
			fields = append(fields, "SUM(CASE WHEN day > cut_day THEN total ELSE 0 END) AS holdout_spend")
		}
	}
	return "histories AS (\n  SELECT " + strings.Join(fields, ",\n    ") + "\n  FROM " + from +
		"\n  GROUP BY customer_id, cut_day\n  HAVING MIN(day) <= cut_day\n)"
}

// prefix has all common table expressions up to the histories.
func (q *statement) prefix() string {
	expressions := []string{q.log(), q.period(), q.days()}
	if q.hasAmounts() && q.d != DuckDB {
		expressions = append(expressions, q.purchases())
	}
	return with(append(expressions, q.histories())...)
}

func (q *statement) state() string {
	return fmt.Sprintf("frequency,\n  %s AS recency,\n  %s AS %s",
		q.inUnits(q.between("first_day", "last_day")), q.inUnits(q.between("first_day", "cut_day")), q.name("T"))
}

func (q *statement) summary() string {
	fields := "SELECT customer_id,\n  " + q.state()
	if q.hasAmounts() {
		fields += ",\n  CASE WHEN frequency > 0 THEN " + q.double("spend") + " / frequency END AS monetary_value"
	}
	if q.holdout() {
		fields += ",\n  holdout_frequency"
		if q.hasAmounts() {
			fields += ",\n  " + q.double("holdout_spend") + " AS holdout_spend"
		}
	}
	return q.prefix() + fields + "\nFROM histories CROSS JOIN period\n"
}

func (q *statement) states() string {
	return q.prefix() + "SELECT " + q.state() + ",\n  COUNT(*) AS n\nFROM histories CROSS JOIN period\nGROUP BY frequency, first_day, last_day, cut_day\n"
}
