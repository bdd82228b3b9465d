package fit

import (
	"context"
	"testing"

	"github.com/predictive-clv/clv/models"
)

// 2,357 customers like those of CDNOW, merged; the real ones have half as many
// distinct states.
func BenchmarkBGNBD(b *testing.B) {
	h := simulated(1, 2357, cdnowLike).Compress()
	var evals int
	for b.Loop() {
		evals = mustFit(b, models.BGNBD{}, h, nil).Evals
	}
	b.ReportMetric(float64(evals), "evals")
}

func BenchmarkCDNOW(b *testing.B) {
	h := cdnow(b).Compress()
	var evals int
	for b.Loop() {
		evals = mustFit(b, models.BGNBD{}, h, nil).Evals
	}
	b.ReportMetric(float64(evals), "evals")
}

// A fit at a limit, with more starts, all limits and the profile.
func BenchmarkLimit(b *testing.B) {
	h := simulated(3, 1000, models.NBD{R: 0.8, Alpha: 6}).Compress()
	for b.Loop() {
		mustFit(b, models.BGNBD{}, h, nil)
	}
}

func BenchmarkBootstrap1000(b *testing.B) {
	res := mustFit(b, models.BGNBD{}, simulated(1, 2357, cdnowLike), nil)
	for b.Loop() {
		if _, err := res.Bootstrap(context.Background(), nil); err != nil {
			b.Fatal(err)
		}
	}
}
