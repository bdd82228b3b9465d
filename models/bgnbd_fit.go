package models

import "github.com/predictive-clv/clv/history"

// Name returns "bg-nbd".
func (BGNBD) Name() string { return "bg-nbd" }

// ParamNames returns r, alpha, a, b.
func (BGNBD) ParamNames() []string { return []string{"r", "alpha", "a", "b"} }

// Params returns the parameters in the order of ParamNames.
func (m BGNBD) Params() []float64 { return []float64{m.R, m.Alpha, m.A, m.B} }

// WithParams returns the model with the given parameters.
func (BGNBD) WithParams(p []float64) BGNBD { return BGNBD{p[0], p[1], p[2], p[3]} }

// LogLik returns the log-likelihood of the table, Σ N·ℓ over its rows; see
// [BGNBD.LogLikOf]. It is fastest on a table that Compress made.
func (m BGNBD) LogLik(h *history.Table) float64 { return m.family().logLik(h) }

// Score returns the log-likelihood and stores its gradient in r, α, a, b. It
// panics if grad does not have 4 elements.
func (m BGNBD) Score(grad []float64, h *history.Table) float64 { return m.family().score(grad, h) }

// Hessian returns the log-likelihood and stores its gradient and, row by row,
// its second derivatives. It panics if they do not have 4 and 16 elements.
func (m BGNBD) Hessian(hess, grad []float64, h *history.Table) float64 {
	return m.family().hessian(hess, grad, h)
}

// Starts returns two starting points for a fit, made from the data.
func (m BGNBD) Starts(h *history.Table) (ms []BGNBD) {
	for _, s := range m.family().starts(h) {
		ms = append(ms, BGNBD{s.r, s.alpha, s.a, s.b})
	}
	return ms
}

// Check refuses tables on which the likelihood has no maximum: impossible
// histories, or fewer than two customers who bought again.
func (BGNBD) Check(h *history.Table) error { return checkPurchases(h) }

// Review compares a fitted model with the table it was fitted to.
func (m BGNBD) Review(h *history.Table) []Finding { return reviewPurchases(m, h) }

// Limits returns the ways in which the model degenerates; see the fields of
// [Limit].
func (BGNBD) Limits() []Limit { return bgLimits() }

// Name returns "mbg-nbd".
func (MBGNBD) Name() string { return "mbg-nbd" }

// ParamNames returns r, alpha, a, b.
func (MBGNBD) ParamNames() []string { return []string{"r", "alpha", "a", "b"} }

// Params returns the parameters in the order of ParamNames.
func (m MBGNBD) Params() []float64 { return []float64{m.R, m.Alpha, m.A, m.B} }

// WithParams returns the model with the given parameters.
func (MBGNBD) WithParams(p []float64) MBGNBD { return MBGNBD{p[0], p[1], p[2], p[3]} }

// LogLik returns the log-likelihood of the table, Σ N·ℓ over its rows; see
// [MBGNBD.LogLikOf]. It is fastest on a table that Compress made.
func (m MBGNBD) LogLik(h *history.Table) float64 { return m.family().logLik(h) }

// Score returns the log-likelihood and stores its gradient in r, α, a, b. It
// panics if grad does not have 4 elements.
func (m MBGNBD) Score(grad []float64, h *history.Table) float64 { return m.family().score(grad, h) }

// Hessian returns the log-likelihood and stores its gradient and, row by row,
// its second derivatives. It panics if they do not have 4 and 16 elements.
func (m MBGNBD) Hessian(hess, grad []float64, h *history.Table) float64 {
	return m.family().hessian(hess, grad, h)
}

// Starts returns three starting points for a fit, made from the data.
func (m MBGNBD) Starts(h *history.Table) (ms []MBGNBD) {
	for _, s := range m.family().starts(h) {
		ms = append(ms, MBGNBD{s.r, s.alpha, s.a, s.b})
	}
	return ms
}

// Check refuses tables on which the likelihood has no maximum: impossible
// histories, or fewer than two customers who bought again.
func (MBGNBD) Check(h *history.Table) error { return checkPurchases(h) }

// Review compares a fitted model with the table it was fitted to.
func (m MBGNBD) Review(h *history.Table) []Finding { return reviewPurchases(m, h) }

// Limits returns the ways in which the model degenerates; see the fields of
// [Limit].
func (MBGNBD) Limits() []Limit { return bgLimits() }
