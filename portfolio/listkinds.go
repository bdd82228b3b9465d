package portfolio

import (
	"fmt"
	"math"
	"slices"
	"strings"

	"github.com/predictive-clv/clv/history"
)

var listKinds = map[string]listKind{
	"risk":         {since: true, money: true, score: atRisk, reason: atRiskReason},
	"winback":      {money: true, score: winback, reason: winbackReason},
	"rising":       {since: true, score: rising, reason: risingReason},
	"unprofitable": {ascending: true, score: unprofitable, reason: unprofitableReason},
	"top":          {money: true, score: top, reason: topReason},
	"reorder":      {ascending: true, score: reorder, reason: reorderReason},
}

func atRisk(l *List, i int) (float64, bool) {
	s := l.Scoring
	then := s.Then.ProbOrder[i]
	if math.IsNaN(then) || s.Gap[i] <= s.UsualGap[i] || s.Now.ProbOrder[i] >= then {
		return 0, false
	}
	score := (then - s.Now.ProbOrder[i]) * s.Then.Net[i] / then
	return score, !(score <= 0)
}

func atRiskReason(l *List, i int, score float64) string {
	s := l.Scoring
	return fmt.Sprintf("%s; P(order in %s) fell from %s to %s; %s at risk", s.gapWords(i), span(s.Horizon),
		chance(s.Then.ProbOrder[i]), chance(s.Now.ProbOrder[i]), amount(score))
}

func winback(l *List, i int) (float64, bool) {
	return l.Scoring.Now.Net[i] - l.options.ContactCost, l.Scoring.Gap[i] >= l.options.Idle
}

func winbackReason(l *List, i int, score float64) string {
	s := l.Scoring
	text := fmt.Sprintf("%s; P(order in %s) %s; expected value %s", s.gapWords(i), span(s.Horizon), chance(s.Now.ProbOrder[i]), amount(s.Now.Net[i]))
	if l.options.ContactCost > 0 {
		text += fmt.Sprintf(", %s after a contact at %s", amount(score), amount(l.options.ContactCost))
	}
	return text
}

func rising(l *List, i int) (float64, bool) {
	s := l.Scoring
	then := s.Then.Orders[i]
	if math.IsNaN(then) {
		return 0, false
	}
	score := s.Now.Orders[i] - then
	return score, score > 0
}

func risingReason(l *List, i int, _ float64) string {
	s := l.Scoring
	days := s.Purchases[i].Days
	since, found := slices.BinarySearch(days, s.Since)
	if found {
		since++
	}
	return fmt.Sprintf("%s since %v; expected orders in %s rose from %.2f to %.2f", counted(len(days)-since, "purchase"), s.Since,
		span(s.Horizon), s.Then.Orders[i], s.Now.Orders[i])
}

func unprofitable(l *List, i int) (float64, bool) {
	net := l.Scoring.Now.Net[i]
	return net, !(net >= 0)
}

func unprofitableReason(l *List, i int, score float64) string {
	s := l.Scoring
	return fmt.Sprintf("%.2f orders expected in %s bring %s and cost %s: %s", s.Now.Orders[i], span(s.Horizon),
		amount(s.Now.Gross[i]), amount(s.Now.Costs[i]), amount(score))
}

func top(l *List, i int) (float64, bool) { return l.Scoring.Now.Net[i], true }

func topReason(l *List, i int, score float64) string {
	s := l.Scoring
	return fmt.Sprintf("%.2f orders of %s expected in %s, worth %s; P(order) %s; %s", s.Now.Orders[i], amount(s.Now.Spend[i]), span(s.Horizon),
		amount(score), chance(s.Now.ProbOrder[i]), s.gapWords(i))
}

func reorder(l *List, i int) (float64, bool) {
	if l.Scoring.Table.Frequency[i] < 2 || l.Scoring.Now.Alive[i] < 0.5 {
		return 0, false
	}
	r := l.Scoring.rhythm(i, l.Regularity.Shape)
	return r.due(0.5), r.tail >= overdue
}

func reorderReason(l *List, i int, _ float64) string {
	s := l.Scoring
	item := Item{Row: i}
	return fmt.Sprintf("due %v, four times in five %v to %v; %s; P(order in %s) %s",
		l.Due(item, 0.5), l.Due(item, 0.1), l.Due(item, 0.9), s.gapWords(i), span(s.Horizon), chance(s.Now.ProbOrder[i]))
}

// gapWords says how long ago the last purchase was, and what is usual.
func (s *Scoring) gapWords(i int) string {
	return fmt.Sprintf("gap %s, usual %.0f", counted(int(s.Gap[i]), "day"), s.UsualGap[i])
}

// span is a horizon in words.
func span(h history.Horizon) string {
	if h == (history.Horizon{}) {
		return "all time"
	}
	if h.Value == 1 {
		return "1 " + h.Unit.String()
	}
	return fmt.Sprintf("%g %ss", h.Value, h.Unit)
}

// chance is a probability with two digits, never quite 0 or 1.
func chance(p float64) string {
	switch {
	case p < 0.005:
		return "<.01"
	case p >= 0.995:
		return ">.99"
	}
	return strings.TrimPrefix(fmt.Sprintf("%.2f", p), "0")
}

// amount is money as people read it: with cents only where they count.
func amount(v float64) string {
	if math.Abs(v) >= 99.5 {
		return fmt.Sprintf("%.0f", v)
	}
	return fmt.Sprintf("%.2f", v)
}

func counted(n int, noun string) string {
	if n == 1 {
		return "1 " + noun
	}
	return fmt.Sprintf("%d %ss", n, noun)
}
