package history

// Merge returns the state of a customer whose orders were split between s and
// o, each order being in one of them: identifiers that turned out to be one
// customer, or parts of a log. It is exact where their days do not interleave,
// except for the order in which amounts are added; else days that both are
// known to have count once, the others are taken to differ, and Doubts says so.
// The order of the two makes no difference.
func (s State) Merge(o State) State {
	doubts := s.Doubts | o.Doubts
	day := max(s.Day, o.Day)
	if day <= max(s.Last, o.Last) {
		day = lastDate + 1 // no day stays open
	}
	doubts |= s.closeBefore(day, &o) | o.closeBefore(day, &s)
	out := s.mergeClosed(&o, &doubts)
	if s.Day != 0 || o.Day != 0 {
		out.Day, out.Total, out.Gross = day, s.Total+o.Total, s.Gross+o.Gross
	}
	out.Doubts, out.Refunded = doubts, s.Refunded || o.Refunded
	if s.Refunded && o.Purchases() > 0 || o.Refunded && s.Purchases() > 0 {
		out.Doubts |= LateRefund
	}
	return out
}

// closeBefore closes the open day if it is before the given one. What is not a
// purchase by itself might net with a purchase of the other state.
func (s *State) closeBefore(day Date, other *State) (d Doubts) {
	if s.Day == 0 || s.Day >= day {
		return 0
	}
	if s.Total < s.Gross && s.Day >= other.First && s.Day <= max(other.Last, other.Day) {
		d = LateRefund
	}
	s.close()
	return d
}

// mergeClosed merges the closed days of two states.
func (s *State) mergeClosed(o *State, doubts *Doubts) State {
	switch {
	case s.Count == 0:
		return State{First: o.First, Last: o.Last, Count: o.Count, FirstMoney: o.FirstMoney, Money: s.Money + o.Money}
	case o.Count == 0:
		return State{First: s.First, Last: s.Last, Count: s.Count, FirstMoney: s.FirstMoney, Money: s.Money + o.Money}
	case o.First < s.First:
		s, o = o, s
	}
	out := State{First: s.First, Last: max(s.Last, o.Last), Count: s.Count + o.Count, FirstMoney: s.FirstMoney, Money: s.Money + o.Money}
	if o.First == s.First {
		out.FirstMoney += o.FirstMoney
	} else {
		out.Money += o.FirstMoney
	}
	shared := s.shared(o)
	out.Count = min(out.Count-shared, int32(out.Last-out.First)+1)
	if o.First < s.Last && (s.Count > 2 || o.Count > 2) && shared < min(s.Count, o.Count) {
		*doubts |= MaybeSameDay
	}
	return out
}

// shared returns how many of the first and last days are known to be in both
// states.
func (s *State) shared(o *State) (n int32) {
	days := [4]Date{s.First, s.Last, o.First, o.Last}
	for _, mine := range days[:min(s.Count, 2)] {
		for _, other := range days[2 : 2+min(o.Count, 2)] {
			if mine == other {
				n++
			}
		}
	}
	return n
}
