package forecast

import (
	"fmt"
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
	rate := history.Rate(0.1)
	for _, family := range strings.Split(full, ",") {
		held := map[string]float64{}
		for k := range worlds {
			w, m, _ := worldOf(t, family, 5000+uint64(k), 6000)
			m.picks = fewPicks
			for _, weeks := range []float64{4, 26, 104} {
				var sum [3]float64
				for i := range w.h.Len() {
					y, v := w.within(i, weeks, rate.Per(history.Week))
					sum[0] += float64(y)
					sum[1] += float64(min(y, 1))
					sum[2] += v
				}
				opts, err := (&TotalOptions{Horizons: []history.Horizon{{Value: weeks, Unit: history.Week}}, Rate: rate, Seed: 1}).withDefaults()
				if err != nil {
					t.Fatal(err)
				}
				totals, err := m.totals(w.h, opts, coverageLevels)
				if err != nil {
					t.Fatal(err)
				}
				for l, level := range coverageLevels {
					row := totals[l].Rows[0]
					for j, b := range []Band{row.Orders, row.Active, *row.CLV} {
						held[fmt.Sprintf("%v weeks, %v, %s", weeks, level, []string{"orders", "active customers", "CLV"}[j])] += inside(b.Lo, sum[j], b.Hi) / worlds
					}
				}
			}
		}
		for _, weeks := range []float64{4, 26, 104} {
			for _, level := range coverageLevels {
				share := math.Sqrt(level * (1 - level) / worlds)
				for _, name := range []string{"orders", "active customers", "CLV"} {
					got := held[fmt.Sprintf("%v weeks, %v, %s", weeks, level, name)]
					t.Logf("%s, %v weeks, %v: total %s %.3f ± %.3f", family, weeks, level, name, got, share)
					if math.Abs(got-level) > 3.5*share {
						t.Errorf("%s, %v weeks: %.3f of the totals of %s inside, want %v ± %.3f", family, weeks, got, name, level, share)
					}
				}
			}
		}
	}
}
