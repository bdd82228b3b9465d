package history

import (
	"math"
	"strings"
	"testing"
)

func TestCustomerCheck(t *testing.T) {
	nan, inf := math.NaN(), math.Inf(1)
	for _, tc := range []struct {
		c    Customer
		want string // "" if the history is possible
	}{
		{Customer{0, 0, 38, nan}, ""},
		{Customer{0, 0, 0, nan}, ""}, // bought on the last day
		{Customer{2, 30.43, 38.86, 12}, ""},
		{Customer{2, 38.86, 38.86, nan}, ""}, // bought on the last day, no money known
		{Customer{2, 30.43, 38.86, -5}, ""},  // the sign is the spend model's business
		{Customer{1, 5e-324, 1, 0}, ""},

		{Customer{-1, 0, 38, nan}, "frequency is -1"},
		{Customer{1, nan, 38, nan}, "both must be finite"},
		{Customer{1, 1, nan, nan}, "both must be finite"},
		{Customer{1, 1, inf, nan}, "both must be finite"},
		{Customer{1, -inf, 1, nan}, "both must be finite"},
		{Customer{0, 0, -1, nan}, "T is -1"},
		{Customer{1, -1, 38, nan}, "recency is -1"},
		{Customer{1, 39, 38, nan}, "recency 39 is greater than T 38"},
		{Customer{0, 1, 38, nan}, "recency is 1 with frequency 0"},
		{Customer{1, 0, 38, nan}, "recency is 0 with frequency 1"},
		{Customer{1, 1, 38, inf}, "spend is infinite"},
		{Customer{1, 1, 38, -inf}, "spend is infinite"},
	} {
		err := tc.c.Check()
		if tc.want == "" && err != nil || tc.want != "" && (err == nil || !strings.Contains(err.Error(), tc.want)) {
			t.Errorf("%+v.Check() = %v, want %q", tc.c, err, tc.want)
		}
		var tab Table
		tab.Append(Customer{T: 1}, tc.c)
		if got := tab.Check(); err == nil && got != nil || err != nil && (got == nil || got.Error() != "row 2: "+err.Error()) {
			t.Errorf("Check() of a table with %+v = %v, want %v of row 2", tc.c, got, err)
		}
	}
}
