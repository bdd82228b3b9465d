package forecast

import (
	"math"
	"math/rand/v2"
	"testing"

	"gonum.org/v1/gonum/stat/distuv"

	"github.com/predictive-clv/clv/fit"
	"github.com/predictive-clv/clv/history"
	"github.com/predictive-clv/clv/models"
)

// The errors of a change, by hand: of nested samples from the difference of the
// variances, of others from the sum.
func TestChanges(t *testing.T) {
	fitted := func(r, alpha, vr, va float64) *models.Fitted {
		return &models.Fitted{Model: "nbd", Params: models.Params{Names: []string{"r", "alpha"}, Values: []float64{r, alpha}},
			Covariance: [][]float64{{vr * r * r, 0}, {0, va * alpha * alpha}}}
	}
	old, new := fitted(1, 10, 0.05, 0.02), fitted(1.2, 9, 0.01, 0.01)
	for nested, want := range map[bool][2]float64{true: {math.Sqrt(0.04), math.Sqrt(0.01)}, false: {math.Sqrt(0.06), math.Sqrt(0.03)}} {
		c, err := NewChanges(old, new, nested)
		if err != nil {
			t.Fatal(err)
		}
		zr, za := math.Log(1.2)/want[0], math.Log(0.9)/want[1]
		p := distuv.ChiSquared{K: 2}.Survival(zr*zr + za*za)
		if !close(float64(c.Rows[0].StdErr), want[0], 1e-12) || !close(float64(c.Rows[0].Errors), zr, 1e-12) || !close(float64(c.Rows[1].Errors), za, 1e-12) || !close(float64(c.PValue), p, 1e-12) {
			t.Errorf("nested %v: %+v, want the errors %v, %v and p %v", nested, c, zr, za, p)
		}
	}
	if c, err := NewChanges(new, old, true); err != nil || !math.IsNaN(float64(c.PValue)) || !math.IsNaN(float64(c.Rows[0].StdErr)) {
		t.Errorf("a difference with a negative variance: %+v, %v", c, err)
	}
	if _, err := NewChanges(old, &models.Fitted{Model: "bg-nbd"}, true); err == nil {
		t.Error("two families are compared")
	}
}

// Of nested samples the errors of the difference are right: the change from
// 1,000 customers to these and 1,000 more, in such errors, has a variance of 1.
// 60 worlds give it within 3.5 standard errors, √(2/60); that of independent
// samples, which is three times as large, would not.
func TestChangesNested(t *testing.T) {
	const worlds = 60
	var sum float64
	for k := range worlds {
		rng := rand.New(rand.NewPCG(20260303, uint64(k)))
		h := newWorld(rng, models.NBD{R: 1, Alpha: 10}, 2000, 0).h
		half := &history.Table{Unit: h.Unit, Frequency: h.Frequency[:1000], Recency: h.Recency[:1000], T: h.T[:1000]}
		var fits [2]*models.Fitted
		for i, h := range []*history.Table{half, h} {
			res, err := fit.MLE(models.NBD{}, h, nil)
			if err != nil {
				t.Fatal(err)
			}
			p := res.Model.Params()
			fits[i] = &models.Fitted{Model: "nbd", Params: models.Params{Names: res.Model.ParamNames(), Values: p},
				Covariance: [][]float64{{res.Cov.At(0, 0), res.Cov.At(0, 1)}, {res.Cov.At(1, 0), res.Cov.At(1, 1)}}}
		}
		c, err := NewChanges(fits[0], fits[1], true)
		if err != nil {
			t.Fatal(err)
		}
		sum += float64(c.Rows[0].Errors * c.Rows[0].Errors)
	}
	if v := sum / worlds; math.Abs(v-1) > 3.5*math.Sqrt(2./worlds) {
		t.Errorf("the change of r has a mean square of %.3f of its errors, want 1", v)
	}
}
