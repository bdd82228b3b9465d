package ingest

import (
	"fmt"

	"github.com/predictive-clv/clv/history"
)

// account has a row with the counts of the log's rows.
func (q *statement) account() string {
	count := func(condition string) string {
		return "COALESCE(SUM(CASE WHEN " + condition + " THEN 1 ELSE 0 END), 0)"
	}
	money := func(condition string) string {
		if !q.hasAmounts() {
			return "0"
		}
		return "COALESCE(" + q.double("SUM(CASE WHEN "+condition+" THEN amount END)") + ", 0)"
	}
	const nobody, late = "customer_id IS NULL", "customer_id IS NOT NULL AND day > end_day"
	dropped, negative, zero, known := "1 = 0", "1 = 0", "1 = 0", "1 = 0"
	if q.hasAmounts() {
		negative, zero, known = "amount < 0", "amount = 0", "amount IS NOT NULL"
		if q.refunds == history.Drop {
			dropped = "customer_id IS NOT NULL AND day <= end_day AND amount < 0"
		}
	}
	fields := []string{"COUNT(*)", money("1 = 1"), "COALESCE(" + q.number("MIN(day)") + ", 0)", "COALESCE(" + q.number("MAX(day)") + ", 0)",
		"COALESCE(" + q.number("MIN(CASE WHEN customer_id IS NOT NULL THEN day END)") + ", 0)", "COUNT(DISTINCT customer_id)",
		count("day IS NULL"), count(known), count(zero)}
	for _, c := range []string{nobody, late, dropped, negative} {
		fields = append(fields, count(c), money(c))
	}
	return with(q.log(), q.period()) + "SELECT " + join(fields) + "\nFROM log CROSS JOIN period\n"
}

// calendar has a row for each day, and for each kind of purchase on it: 1 of
// customers born after the cut, 2 the first, 3 a repeat purchase, 4 one after
// the cut.
func (q *statement) calendar() string {
	fields := []string{q.number("day") + " AS day_number",
		"CASE WHEN first_day > cut_day THEN 1 WHEN day = first_day THEN 2 WHEN day <= cut_day THEN 3 ELSE 4 END AS kind",
		"COUNT(*)", "SUM(n)", q.double("SUM(total)"), "SUM(CASE WHEN day = first_day THEN 1 ELSE 0 END)"}
	return with(q.log(), q.period(), q.days(), q.purchases()) + "SELECT " + join(fields) +
		"\nFROM purchases CROSS JOIN period\nGROUP BY day, 2\nORDER BY 1, 2\n"
}

// cancellations has a row with the rows of days that are no purchase.
func (q *statement) cancellations() string {
	return with(q.log(), q.period(), "cancelled AS (\n  "+q.grouped(q.cancelled())+"\n)") +
		"SELECT COALESCE(SUM(n), 0), COALESCE(" + q.double("SUM(total)") + ", 0)\nFROM cancelled\n"
}

// rows has a row for each customer.
func (q *statement) rows() string {
	fields := []string{"customer_id", q.number("first_day"), q.number("last_day"), "frequency"}
	if q.hasAmounts() {
		fields = append(fields, q.double("spend"))
	}
	if q.holdout() {
		fields = append(fields, "holdout_frequency")
		if q.hasAmounts() {
			fields = append(fields, q.double("holdout_spend"))
		}
	}
	return q.prefix() + "SELECT " + join(fields) + "\nFROM histories\n"
}

func join(fields []string) string {
	text := ""
	for i, f := range fields {
		if i > 0 {
			text += ",\n  "
		}
		text += f
	}
	return text
}

// number is a day counted like a history.Date.
func (q *statement) number(day string) string {
	return "(" + q.between(q.date(history.Date(unixEpoch)), day) + " + " + fmt.Sprint(unixEpoch) + ")"
}
