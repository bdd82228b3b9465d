package main

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"math"
	"os"

	"gonum.org/v1/gonum/mat"

	"github.com/urfave/cli/v2"

	"github.com/predictive-clv/clv/fit"
	"github.com/predictive-clv/clv/models"
)

// A loaded model is a model file with its models made from the parameters.
type loaded struct {
	file     *models.File
	purchase purchaseModel
	spend    *models.GammaGamma // nil without a spend model
}

func modelFileFlag() cli.Flag {
	return &cli.StringFlag{Name: "model-file", Usage: "the model that clv fit wrote"}
}

// loadModel reads the file that --model-file names.
func loadModel(c *cli.Context) (*loaded, error) {
	path, err := required(c, "model-file", "the model that clv fit wrote")
	if err != nil {
		return nil, err
	}
	text, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	m, err := decodeModel(bytes.NewReader(text))
	if err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	return m, nil
}

func decodeModel(r io.Reader) (*loaded, error) {
	file, err := models.ReadFile(r)
	if err != nil {
		return nil, err
	}
	family, err := familyOf(file.Purchase.Model)
	if err != nil {
		return nil, err
	}
	params, err := file.Purchase.Params.In(family.params)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", family.name, err)
	}
	m := &loaded{file: file, purchase: family.with(params)}
	if file.Spend == nil {
		return m, nil
	}
	gg := models.GammaGamma{}
	if file.Spend.Model != gg.Name() {
		return nil, fmt.Errorf("there is no spend model %q; there is %s", file.Spend.Model, gg.Name())
	}
	if params, err = file.Spend.Params.In(gg.ParamNames()); err != nil {
		return nil, fmt.Errorf("%s: %w", gg.Name(), err)
	}
	gg = gg.WithParams(params)
	m.spend = &gg
	return m, nil
}

// writeModel writes the file whole or not at all.
func writeModel(ctx context.Context, path string, stdout io.Writer, f *models.File) error {
	return writeOut(ctx, path, stdout, f.Write)
}

// fitted turns a result into its part of a model file.
func fitted[M any](name string, res *fit.Result[M]) *models.Fitted {
	f := &models.Fitted{Model: name, StdErr: map[string]*float64{}, LogLikelihood: res.LogLik, AIC: res.AIC, BIC: res.BIC,
		Evaluations: res.Evals, Verdict: res.Verdict, Covariance: rows(res.Cov), Warnings: []string{}}
	for _, e := range res.Params {
		f.Params.Names = append(f.Params.Names, e.Name)
		f.Params.Values = append(f.Params.Values, e.Value)
		f.StdErr[e.Name] = nil
		if se := e.StdErr; !math.IsNaN(se) && !math.IsInf(se, 0) {
			f.StdErr[e.Name] = &se
		}
	}
	for _, w := range res.Warnings {
		f.Warnings = append(f.Warnings, w.Error())
	}
	return f
}

func rows(m *mat.SymDense) [][]float64 {
	if m == nil {
		return nil
	}
	out := make([][]float64, m.SymmetricDim())
	for i := range out {
		out[i] = mat.Row(nil, i, m)
	}
	return out
}
