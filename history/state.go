package history

import (
	"errors"
	"fmt"
	"math"
)

// A State is what a service keeps of one customer, 56 bytes, from which the
// [Customer] of any later day follows. Orders are added one at a time, as a
// [Builder] with its default rule for refunds would count them: a purchase is a
// distinct day, and a day with refunds is one if more than zero is left of it.
// With [Drop], leave refunds out. The zero State is a customer without orders.
//
// The last day on which something happened stays open: what else falls on it is
// netted exactly as by a Builder. Days before it are closed and only their sums
// are kept. So a State that gets its orders in the order of their days is
// exact, as is one that gets them late where the sums suffice:
//
//   - before the first day, or between the last closed day and the open one:
//     a day of its own;
//   - on the first or last closed day: the same day.
//
// What a few numbers cannot know is guessed, and Doubts says so: [MaybeSameDay]
// and [LateRefund]. Without doubts the numbers are a Builder's.
//
// Four dates and counts, four sums and the doubts make 56 bytes. Without both
// sums of the open day a refund could not cancel a day as exactly as in a
// Builder, and without FirstMoney an order before the first day would lose that
// day's money. To keep many of them, AppendBinary takes some 25 bytes of a customer
// whose days are closed and 45 with an open day.
//
// A State made from first day, last day, number of days and money, without an
// open day, is that of a customer whose days are all closed.
type State struct {
	First Date  // first closed purchase day; zero if there is none
	Last  Date  // last closed purchase day
	Count int32 // distinct closed purchase days, the first one included
	Day   Date  // the open day, after Last; zero if there is none

	FirstMoney float64 // of the first day, which counts as soon as an earlier one is found; NaN if not known
	Money      float64 // of the closed days after the first; NaN if not known

	Total float64 // of the open day, refunds subtracted
	Gross float64 // of the open day, refunds added

	Doubts   Doubts
	Refunded bool // a refund on a day without a purchase was left out; a late order of that day would meet it
}

// Apply adds an order, or a refund if the amount is negative; NaN is an order
// whose amount is not known, after which the customer's spend is not known
// either. It returns an error, and changes nothing, if the day lies outside the
// years 1 to 9999 or the amount is infinite or beyond ±1e100.
func (s *State) Apply(day Date, amount float64) error {
	switch {
	case day < 1 || day > lastDate:
		return errors.New("the day of the order lies outside the years 1 to 9999")
	case math.Abs(amount) > MaxAmount:
		return fmt.Errorf("amount %v is not an amount of money", amount)
	}
	unknown := math.IsNaN(amount)
	if unknown {
		amount = 0
	}
	switch {
	case s.Day == day:
		s.Total += amount
		s.Gross += math.Abs(amount)
	case day > max(s.Last, s.Day):
		s.close()
		s.Day, s.Total, s.Gross = day, amount, math.Abs(amount)
	case amount < 0:
		s.refund(day, amount)
	default:
		s.late(day, amount)
	}
	if unknown {
		s.Money = math.NaN()
	}
	return nil
}

// bought reports whether the open day is a purchase.
func (s *State) bought() bool {
	return s.Day != 0 && (s.Total == s.Gross || netted(s.Total, s.Gross) > 0)
}

// close adds the open day to the closed ones if it is a purchase.
func (s *State) close() {
	if s.bought() {
		total := netted(s.Total, s.Gross)
		if s.Count == 0 {
			s.First, s.FirstMoney = s.Day, total
		} else {
			s.Money += total
		}
		s.Last, s.Count = s.Day, s.Count+1
	} else if s.Day != 0 {
		s.Refunded = true
	}
	s.Day, s.Total, s.Gross = 0, 0, 0
}

// late adds an order of a day before the open one, or of the last closed day.
func (s *State) late(day Date, amount float64) {
	switch {
	case day == s.First:
		s.FirstMoney += amount
		return
	case day == s.Last || s.First < day && day < s.Last && s.full():
		s.Money += amount
		return
	case s.Count == 0:
		s.First, s.Last, s.FirstMoney = day, day, amount
	case day < s.First:
		s.Money += s.FirstMoney
		s.First, s.FirstMoney = day, amount
	default:
		if day < s.Last && s.Count > 2 {
			s.Doubts |= MaybeSameDay
		}
		s.Last = max(s.Last, day)
		s.Money += amount
	}
	s.Count++
	if s.Refunded {
		s.Doubts |= LateRefund
	}
}

// full reports whether every day from the first to the last is a purchase.
func (s *State) full() bool { return s.Count == int32(s.Last-s.First)+1 }

// refund subtracts a refund from a closed day, and leaves it out where no day
// is known to be a purchase.
func (s *State) refund(day Date, amount float64) {
	switch {
	case day < s.First || day > s.Last || s.Count == 2 && day != s.First && day != s.Last:
		s.Refunded = true
		return
	case day == s.First:
		s.FirstMoney += amount
	case day == s.Last || s.full():
		s.Money += amount
	}
	s.Doubts |= LateRefund
}

// Purchases returns the number of purchase days.
func (s *State) Purchases() int {
	if s.bought() {
		return int(s.Count) + 1
	}
	return int(s.Count)
}

// LastPurchase returns the last purchase day, zero if there is none.
func (s *State) LastPurchase() Date {
	if s.bought() {
		return s.Day
	}
	return s.Last
}

// Customer returns the history at the end of a day, in units u. It is that of
// the last purchase day if that lies after the given one, and the zero Customer
// with unknown spend without a purchase.
func (s *State) Customer(at Date, u Unit) Customer {
	first, last, x, money := s.First, s.Last, s.Count-1, s.Money
	if s.bought() {
		last, x = s.Day, x+1
		if x == 0 {
			first = s.Day
		} else {
			money += netted(s.Total, s.Gross)
		}
	}
	if x < 0 {
		return Customer{Spend: math.NaN()}
	}
	days := u.Days()
	c := Customer{Frequency: int(x), Recency: float64(last-first) / days, T: float64(max(at, last)-first) / days, Spend: math.NaN()}
	if x > 0 {
		c.Spend = money / float64(x)
	}
	return c
}

// maxSum is the greatest sum of amounts: no number of orders can reach it, and
// sums of such sums are finite.
const maxSum = 1e150

// Check returns an error that says what makes the state impossible, or nil.
func (s *State) Check() error {
	switch {
	case s.Count < 0:
		return fmt.Errorf("count is %d: the number of purchase days cannot be negative", s.Count)
	case s.Count == 0 && (s.First != 0 || s.Last != 0):
		return fmt.Errorf("first is %v and last is %v with count 0: without purchases they are left out", s.First, s.Last)
	case s.Count > 0 && (s.First < 1 || s.Last > lastDate):
		return fmt.Errorf("first is %v and last is %v: customers with purchases have both", s.First, s.Last)
	case s.Last < s.First:
		return fmt.Errorf("the last purchase, %v, is before the first, %v", s.Last, s.First)
	case s.Count == 1 && s.First != s.Last:
		return fmt.Errorf("first is %v and last is %v with count 1: they are the same day", s.First, s.Last)
	case s.Count > 0 && s.Count-1 > int32(s.Last-s.First), s.Count > 1 && s.First == s.Last:
		return fmt.Errorf("count is %d, and from %v to %v there are %d days: count distinct days", s.Count, s.First, s.Last, s.Last-s.First+1)
	case s.Day < 0 || s.Day > lastDate || s.Day != 0 && s.Day <= s.Last:
		return fmt.Errorf("the open day, %v, is not after the last closed purchase, %v", s.Day, s.Last)
	case !(math.Abs(s.Total) <= s.Gross) || s.Day == 0 && s.Gross != 0:
		return fmt.Errorf("the open day %v has the total %v and the gross %v, which cannot be", s.Day, s.Total, s.Gross)
	case math.Abs(s.Money) > maxSum || math.Abs(s.FirstMoney) > maxSum || s.Gross > maxSum:
		return fmt.Errorf("money %v, first money %v, open gross %v: these are no amounts of money", s.Money, s.FirstMoney, s.Gross)
	}
	return nil
}
