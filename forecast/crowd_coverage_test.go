package forecast

import (
	"math"
	"os"
	"strings"
	"testing"

	"github.com/predictive-clv/clv/history"
)

// Bands for the totals of crowds must hold as often as they say: 200 worlds of
// 6,000 customers, of which 64 are picked for a future as of each of many groups.
// The standard error is that of a share, as in [TestCoverage], which names the
// families.
func TestCrowdCoverage(t *testing.T) {
	full := os.Getenv("CLV_COVERAGE")
	if full == "" {
		t.Skip("200 worlds take some minutes; make coverage runs them")
	}
	const worlds = 200
	type cell struct {
		weeks, level float64
		name         string
	}
	horizons := []float64{4, 26, 104}
	rate := history.Rate(0.1)
	for _, family := range strings.Split(full, ",") {
		held := map[cell]float64{}
		for k := range worlds {
			w, m := worldOf(t, family, 5000+uint64(k), 6000)
			m.picks = fewPicks
			o := TotalOptions{Rate: rate, Seed: 1}
			for _, weeks := range horizons {
				o.Horizons = append(o.Horizons, history.Horizon{Value: weeks, Unit: history.Week})
			}
			opts, err := o.withDefaults()
			if err != nil {
				t.Fatal(err)
			}
			totals, err := m.totals(w.h, opts, coverageLevels)
			if err != nil {
				t.Fatal(err)
			}
			for i, weeks := range horizons {
				sum := w.sums(weeks, rate.Per(history.Week))
				for l, level := range coverageLevels {
					row := totals[l].Rows[i]
					for j, b := range []Band{row.Orders, row.Active, *row.CLV} {
						held[cell{weeks, level, totalNames[j]}] += inside(b.Lo, sum[j], b.Hi) / worlds
					}
				}
			}
		}
		for c, got := range held {
			share := math.Sqrt(c.level * (1 - c.level) / worlds)
			t.Logf("%s, %v weeks, %v: total %s %.3f ± %.3f", family, c.weeks, c.level, c.name, got, share)
			if math.Abs(got-c.level) > 3.5*share {
				t.Errorf("%s, %v weeks: %.3f of the totals of %s inside, want %v ± %.3f", family, c.weeks, got, c.name, c.level, share)
			}
		}
	}
}
