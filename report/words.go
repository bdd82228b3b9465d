package report

import (
	"fmt"
	"html/template"
	"math"
	"regexp"
	"strconv"
	"strings"

	"github.com/predictive-clv/clv/forecast"
	"github.com/predictive-clv/clv/history"
	"github.com/predictive-clv/clv/plots"
)

// none stands where there is no number.
const none = "–"

// Count writes a number without decimals, with a comma between thousands.
func Count(v float64) string { return fixed(v, 0) }

// Amount writes money: without decimals from 100 on, else with two.
func Amount(v float64) string {
	if math.Abs(v) >= 99.995 {
		return fixed(v, 0)
	}
	return fixed(v, 2)
}

// Percent writes a share like "12.3 %"; 0 % and 100 % are exact.
func Percent(share float64) string {
	if !finite(share) {
		return none
	}
	text := strings.TrimSuffix(strconv.FormatFloat(100*share, 'f', 1, 64), ".0")
	switch {
	case text == "100" && share < 1:
		text = ">\u00a099.9"
	case text == "0" && share > 0:
		text = "<\u00a00.1"
	}
	return text + "\u00a0%"
}

// Change writes a relative difference like "+1.6 %".
func Change(share float64) string {
	if !finite(share) {
		return none
	}
	sign := "+"
	if share < 0 {
		sign = "−"
	}
	return fmt.Sprintf("%s%.1f\u00a0%%", sign, 100*math.Abs(share))
}

// Significant writes a number with four significant digits.
func Significant(v float64) string {
	switch a := math.Abs(v); {
	case !finite(v):
		return none
	case a == 0:
		return "0"
	case a >= 1e6 || a < 1e-4:
		return strconv.FormatFloat(v, 'g', 4, 64)
	default:
		return fixed(v, max(0, 3-int(math.Floor(math.Log10(a)))))
	}
}

// Ratio writes a number between −1 and 1 with three decimals.
func Ratio(v float64) string { return fixed(v, 3) }

// Exact writes a number with two decimals.
func Exact(v float64) string { return fixed(v, 2) }

var (
	unbroken = regexp.MustCompile(`\d{4}-\d\d-\d\d`)
	negative = regexp.MustCompile(`(^|[ (])-(\d)`)
)

// prose keeps dates, and numbers with their percent sign, in one line, and gives
// negative numbers a minus.
func prose(s string) template.HTML {
	s = strings.ReplaceAll(template.HTMLEscapeString(s), " %", "\u00a0%")
	s = negative.ReplaceAllString(s, "$1−$2")
	return template.HTML(unbroken.ReplaceAllString(s, `<span class="nobr">$0</span>`))
}

// Range writes the ends of a band of counts.
func Range(b forecast.Band) string { return Count(b.Lo) + "\u00a0–\u00a0" + Count(b.Hi) }

// AmountRange writes the ends of a band of money.
func AmountRange(b forecast.Band) string { return Amount(b.Lo) + "\u00a0–\u00a0" + Amount(b.Hi) }

// Spelled writes a horizon like "12m" in words.
func Spelled(text string) string {
	h, err := history.ParseHorizon(text)
	if err != nil {
		return text
	}
	words := fmt.Sprintf("%g\u00a0%s", h.Value, h.Unit)
	if h.Value != 1 {
		words += "s"
	}
	return words
}

func fixed(v float64, decimals int) string {
	if !finite(v) {
		return none
	}
	return strings.Replace(plots.Separated(v, decimals), "-", "−", 1)
}

func finite(v float64) bool { return !math.IsNaN(v) && !math.IsInf(v, 0) }

// title begins a sentence.
func title(s string) string { return strings.ToUpper(s[:1]) + s[1:] }
