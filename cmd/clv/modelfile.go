package main

import (
	"compress/gzip"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"math"
	"os"
	"strings"
	"time"

	"github.com/urfave/cli/v2"
	"gonum.org/v1/gonum/mat"

	"github.com/predictive-clv/clv/fit"
	"github.com/predictive-clv/clv/history"
	"github.com/predictive-clv/clv/ingest"
	"github.com/predictive-clv/clv/models"
)

// A loaded model is a model file with its models made from the parameters.
type loaded struct {
	file     *models.File
	purchase purchaseModel
	spend    *models.GammaGamma // nil without a spend model
	scorer   *models.Scorer     // nil if the file was not read but made here
}

func modelFileFlag() cli.Flag {
	return &cli.StringFlag{Name: "model-file", Usage: "`FILE` model that clv fit wrote"}
}

// loadModel reads the file that --model-file names.
func loadModel(c *cli.Context) (*loaded, error) {
	path, err := required(c, "model-file", "the model that clv fit wrote")
	if err != nil {
		return nil, err
	}
	return openModel(path)
}

func openModel(path string) (*loaded, error) {
	m, err := readModel(path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, fmt.Errorf("%s: there is no such model file", path)
	}
	if err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	return m, nil
}

func readModel(path string) (*loaded, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	if !strings.HasSuffix(path, ".gz") {
		return decodeModel(f)
	}
	unpacked, err := gzip.NewReader(f)
	if err != nil {
		return nil, err
	}
	return decodeModel(unpacked)
}

// decodeModel reads a model file, whose models must give the numbers of its
// checks.
func decodeModel(r io.Reader) (*loaded, error) {
	file, err := models.ReadFile(r)
	if err != nil {
		return nil, err
	}
	m, err := load(file)
	if err == nil {
		m.scorer, err = file.Scorer()
	}
	return m, err
}

// load makes the models of a file from its parameters.
func load(file *models.File) (*loaded, error) {
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

// calibrationEnd returns the last day of the calibration, zero if the file does
// not tell.
func (m *loaded) calibrationEnd() (time.Time, error) {
	if m.file.CalibrationEnd == "" {
		return time.Time{}, nil
	}
	day, err := time.Parse(time.DateOnly, m.file.CalibrationEnd)
	if err != nil {
		return day, fmt.Errorf("model file: calibration_end %q is not a date", m.file.CalibrationEnd)
	}
	return day, nil
}

// expectedSpend returns the value expected of a purchase: NaN without a spend
// model, infinite if the spend model has no mean.
func (m *loaded) expectedSpend(c history.Customer) float64 {
	if m.spend == nil {
		return math.NaN()
	}
	return m.spend.ExpectedSpend(c)
}

// modelInput reads the log or summary that a model is applied to, with times in
// the model's unit.
func modelInput(c *cli.Context, m *loaded, cut time.Time, w *words) (*ingest.Data, error) {
	data, err := readInput(c, m.file.Unit, cut, w)
	if err == nil {
		data.Log.Table = data.Log.Table.In(m.file.Unit)
	}
	return data, err
}

// fitted turns a result into its part of a model file.
func fitted[M any](name string, res *fit.Result[M]) *models.Fitted {
	f := &models.Fitted{Model: name, StdErr: map[string]*float64{}, LogLikelihood: res.LogLik, AIC: res.AIC, BIC: res.BIC,
		Evaluations: res.Evals, Verdict: res.Verdict, Covariance: rows(res.Cov), Warnings: []string{}}
	for _, e := range res.Params {
		f.Params.Names = append(f.Params.Names, e.Name)
		f.Params.Values = append(f.Params.Values, e.Value)
		f.StdErr[e.Name] = nil
		if se := e.StdErr; finite(se) != nil {
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
