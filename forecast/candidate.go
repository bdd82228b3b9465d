package forecast

import (
	"errors"
	"fmt"

	"github.com/predictive-clv/clv/fit"
	"github.com/predictive-clv/clv/history"
	"github.com/predictive-clv/clv/models"
)

// A Candidate is a model to be judged: how to make it from a table.
type Candidate struct {
	Name string
	Fit  func(h *history.Table) (*Fit, error)
}

// A Fit is a candidate fitted to a table.
type Fit struct {
	Model *Model `json:"-"`

	Name          string   `json:"model"`
	Params        []Param  `json:"params"`
	LogLikelihood Figure   `json:"log_likelihood"`
	AIC           Figure   `json:"aic"`
	BIC           Figure   `json:"bic"`
	Verdict       string   `json:"verdict"`
	Spend         string   `json:"spend_verdict,omitempty"`
	Warnings      []string `json:"warnings,omitempty"`
}

// A Param is a parameter of a fit.
type Param struct {
	Name   string `json:"name"`
	Value  Figure `json:"value"`
	StdErr Figure `json:"std_err"`
}

// NewCandidate returns the family of m, fitted by maximum likelihood, with
// Gamma-Gamma spend where the table has amounts that allow it. A fit that did
// not converge is judged by what it forecasts like any other; its verdict and
// warnings tell.
func NewCandidate[M interface {
	Family[G]
	fit.Model[M, *history.Table]
	Name() string
}, G Newcomer](m M, o *ModelOptions) Candidate {
	return Candidate{Name: m.Name(), Fit: func(h *history.Table) (*Fit, error) {
		res, err := fit.MLE(m, h, nil)
		var stuck *fit.ConvergenceError
		if res == nil || err != nil && !errors.As(err, &stuck) {
			return nil, fmt.Errorf("fit %s: %w", m.Name(), err)
		}
		f := &Fit{Name: m.Name(), LogLikelihood: Figure(res.LogLik), AIC: Figure(res.AIC), BIC: Figure(res.BIC), Verdict: res.Verdict}
		for _, p := range res.Params {
			f.Params = append(f.Params, Param{p.Name, Figure(p.Value), Figure(p.StdErr)})
		}
		f.warn(res.Warnings)
		spend := f.fitSpend(h)
		if f.Model, err = New(h.Unit, Purchases(FromFit(res)), spend, o); err != nil {
			return nil, fmt.Errorf("fit %s: %w", m.Name(), err)
		}
		f.Warnings = append(f.Warnings, f.Model.Warnings...)
		return f, nil
	}}
}

// fitSpend returns the estimates of the spend model, nil if there are no
// amounts or none that allow a fit.
func (f *Fit) fitSpend(h *history.Table) *Estimates[models.GammaGamma] {
	if h.Spend == nil {
		return nil
	}
	res, err := fit.MLE(models.GammaGamma{}, h.Spending(), nil)
	if res == nil {
		f.warn([]error{err})
		return nil
	}
	f.Spend = res.Verdict
	f.warn(res.Warnings)
	e := FromFit(res)
	return &e
}

func (f *Fit) warn(errs []error) {
	for _, err := range errs {
		f.Warnings = append(f.Warnings, err.Error())
	}
}
