package forecast

import (
	"fmt"
	"math"

	"gonum.org/v1/gonum/mat"
	"gonum.org/v1/gonum/stat/distuv"

	"github.com/predictive-clv/clv/models"
)

// Changes are those of a model's parameters when it is fitted again to a newer
// log, on the log scale.
type Changes struct {
	Model  string   `json:"model"`
	Nested bool     `json:"nested"` // the newer log holds the older one
	Basis  string   `json:"basis"`  // where the covariance of the difference is from
	PValue Figure   `json:"p_value"`
	Rows   []Change `json:"params"`
}

// A Change is that of one parameter. StdErr is of ln(New/Old), and Errors is
// that logarithm in such units; both are NaN where a fit does not determine it.
type Change struct {
	Name   string `json:"name"`
	Old    Figure `json:"old"`
	New    Figure `json:"new"`
	StdErr Figure `json:"std_err"`
	Errors Figure `json:"errors"`
}

// NewChanges compares two fits of one family. Nested says that the newer one
// used all that the older one used, and more. The estimates are then far from
// independent, and the covariance of their difference is
//
//	Var(θ̂_new − θ̂_old) = Var(θ̂_old) − Var(θ̂_new)
//
// because the newer estimate, being efficient, is not correlated with the
// difference. Otherwise the sum of the two stands in its place, which is that of
// independent samples and too large for samples that share customers. The
// p-value is that of the squared length of the difference, χ² with as many
// degrees of freedom as parameters; it rests on normal estimates, and is NaN
// where a fit has no covariance or the difference none that is positive
// definite.
//
// It returns an error if the fits are of different families.
//
// Source: Hausman (1978), Specification tests in econometrics, lemma 2.1.
func NewChanges(old, new *models.Fitted, nested bool) (*Changes, error) {
	values, err := new.Params.In(old.Params.Names)
	if err != nil || old.Model != new.Model {
		return nil, fmt.Errorf("%s and %s have no parameters in common to compare", old.Model, new.Model)
	}
	same := func([]float64) struct{} { return struct{}{} }
	a, err := FromFile(old, same)
	if err != nil {
		return nil, err
	}
	b, err := FromFile(new, same)
	if err != nil {
		return nil, err
	}
	c := &Changes{Model: old.Model, Nested: nested, Basis: "Var(old) + Var(new), as of independent samples", PValue: Figure(math.NaN())}
	sign := 1.0
	if nested {
		c.Basis, sign = "Var(old) − Var(new), since the newer log holds the older one", -1
	}
	dim := len(values)
	difference := mat.NewVecDense(dim, nil)
	var cov *mat.SymDense
	if a.LogCov != nil && b.LogCov != nil {
		cov = mat.NewSymDense(dim, nil)
	}
	for i, name := range old.Params.Names {
		d := math.Log(values[i] / a.Params[i])
		difference.SetVec(i, d)
		row := Change{Name: name, Old: Figure(a.Params[i]), New: Figure(values[i]), StdErr: Figure(math.NaN()), Errors: Figure(math.NaN())}
		if cov != nil {
			for j := range dim {
				cov.SetSym(i, j, a.LogCov.At(i, j)+sign*b.LogCov.At(i, j))
			}
			if v := cov.At(i, i); v > 0 {
				row.StdErr, row.Errors = Figure(math.Sqrt(v)), Figure(d/math.Sqrt(v))
			}
		}
		c.Rows = append(c.Rows, row)
	}
	var chol mat.Cholesky
	var half mat.VecDense
	if cov != nil && chol.Factorize(cov) && chol.SolveVecTo(&half, difference) == nil {
		c.PValue = Figure(distuv.ChiSquared{K: float64(dim)}.Survival(mat.Dot(difference, &half)))
	}
	return c, nil
}

// rows returns the changes as people read them.
func (c *Changes) rows() [][]string {
	rows := [][]string{{c.Model + " fitted again", "old", "new", "change", "std. errors"}}
	for _, r := range c.Rows {
		errors := "–"
		if !math.IsNaN(float64(r.Errors)) {
			errors = fmt.Sprintf("%+.1f", r.Errors)
		}
		rows = append(rows, []string{"  " + r.Name, fmt.Sprintf("%.5g", r.Old), fmt.Sprintf("%.5g", r.New), fmt.Sprintf("%+.1f %%", 100*(r.New/r.Old-1)), errors})
	}
	text := "  errors of the difference of the logarithms: " + c.Basis
	if !math.IsNaN(float64(c.PValue)) {
		text += fmt.Sprintf("; all together p = %.2g", c.PValue)
	}
	return append(rows, []string{text + "."}, []string{"  The verdict does not rest on them."})
}
