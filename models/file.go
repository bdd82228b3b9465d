package models

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"

	"github.com/predictive-clv/clv/history"
)

// A File is a fitted model as it is kept: one plain JSON document without
// customers, of the format "clv-model".
type File struct {
	Format         string       `json:"format"`
	Version        int          `json:"version"`
	Unit           history.Unit `json:"unit"`            // of every parameter that is a time
	CalibrationEnd string       `json:"calibration_end"` // ISO date; empty if the input did not tell
	Customers      int          `json:"customers"`       // in the calibration
	Transactions   int          `json:"transactions"`    // their purchases there, the first ones included
	Purchase       Fitted       `json:"purchase"`
	Spend          *Fitted      `json:"spend"`           // null without amounts
	Range          *FileRange   `json:"range,omitempty"` // from version 2 on, as the checks
	Checks         []FileCheck  `json:"checks,omitempty"`
	Input          Input        `json:"input"`
	Tool           Tool         `json:"tool"`
}

// The format and the newest version of model files that this package knows.
const (
	FileFormat  = "clv-model"
	FileVersion = 2
)

// Fitted is one model of a File with what the fit said about it.
type Fitted struct {
	Model         string              `json:"model"`
	Params        Params              `json:"params"`
	StdErr        map[string]*float64 `json:"std_err"`    // null where not identified
	Covariance    [][]float64         `json:"covariance"` // in the order of params; null if the information is singular
	LogLikelihood float64             `json:"log_likelihood"`
	AIC           float64             `json:"aic"`
	BIC           float64             `json:"bic"`
	Evaluations   int                 `json:"evaluations"`
	Verdict       string              `json:"verdict"`
	Warnings      []string            `json:"warnings"`
	Priors        []Prior             `json:"priors,omitempty"`     // none if the fit is by maximum likelihood
	Replicates    *Replicates         `json:"replicates,omitempty"` // none if the covariance says all that is known
}

// Replicates are parameters as they might have been, given the data. They
// stand in a file where the covariance is too rough a description of that.
type Replicates struct {
	Method string  `json:"method"`
	Params []Tuple `json:"params"` // in the order of the estimates
}

// The methods by which replicates are made.
const (
	ByLikelihood = "likelihood" // as far from the estimates as the likelihood allows
	ByBootstrap  = "bootstrap"  // refitted to samples of the customers
	ByDetermined = "determined" // in what the data determine alone, where there is no covariance
)

// A Tuple is values that stand in one line of a file, with five digits.
type Tuple []float64

// MarshalText writes the values with spaces between them.
func (t Tuple) MarshalText() ([]byte, error) {
	var b []byte
	for i, v := range t {
		if i > 0 {
			b = append(b, ' ')
		}
		b = strconv.AppendFloat(b, v, 'g', 5, 64)
	}
	return b, nil
}

// UnmarshalText reads what MarshalText writes.
func (t *Tuple) UnmarshalText(text []byte) error {
	*t = nil
	for _, word := range strings.Fields(string(text)) {
		v, err := strconv.ParseFloat(word, 64)
		if err != nil {
			return fmt.Errorf("%q is no number", word)
		}
		*t = append(*t, v)
	}
	return nil
}

// A Prior is a log-normal prior under which a parameter was estimated, ln θ ~
// Normal(ln Median, Spread²).
type Prior struct {
	Param  string  `json:"param"`
	Median float64 `json:"median"`
	Spread float64 `json:"spread"`
}

// Input identifies what the model was fitted to.
type Input struct {
	SHA256         string                  `json:"sha256"`
	Reconciliation *history.Reconciliation `json:"reconciliation"`
}

// Tool names the program that wrote the file.
type Tool struct {
	Name    string `json:"name"`
	Version string `json:"version"`
}

// Params are named values in a fixed order; their JSON object keeps it.
type Params struct {
	Names  []string
	Values []float64
}

// MarshalJSON writes the parameters in their order.
func (p Params) MarshalJSON() ([]byte, error) {
	var b bytes.Buffer
	b.WriteByte('{')
	for i, name := range p.Names {
		if i > 0 {
			b.WriteByte(',')
		}
		key, _ := json.Marshal(name)
		value, err := json.Marshal(p.Values[i])
		if err != nil {
			return nil, fmt.Errorf("parameter %s: %w", name, err)
		}
		b.Write(key)
		b.WriteByte(':')
		b.Write(value)
	}
	b.WriteByte('}')
	return b.Bytes(), nil
}

// UnmarshalJSON reads the parameters in the order they stand in.
func (p *Params) UnmarshalJSON(b []byte) error {
	*p = Params{}
	dec := json.NewDecoder(bytes.NewReader(b))
	if t, err := dec.Token(); err != nil || t != json.Delim('{') {
		return errors.New("params must be an object of names and numbers")
	}
	for dec.More() {
		name, err := dec.Token()
		if err != nil {
			return err
		}
		var v float64
		if err := dec.Decode(&v); err != nil {
			return fmt.Errorf("parameter %v: %w", name, err)
		}
		p.Names = append(p.Names, name.(string))
		p.Values = append(p.Values, v)
	}
	return nil
}

// In returns the values in the order of the names. It is an error if a name is
// missing, or if there are others, or if a value is not positive.
func (p Params) In(names []string) ([]float64, error) {
	out := make([]float64, len(names))
	for i, name := range names {
		k := indexOf(p.Names, name)
		if k < 0 || len(p.Names) != len(names) {
			return nil, fmt.Errorf("the parameters are %v, not %v", p.Names, names)
		}
		if out[i] = p.Values[k]; !(out[i] > 0) {
			return nil, fmt.Errorf("parameter %s is %v: it must be positive", name, out[i])
		}
	}
	return out, nil
}

func indexOf(names []string, name string) int {
	for i, n := range names {
		if n == name {
			return i
		}
	}
	return -1
}

// Write writes the file as indented JSON. Numbers have as many digits as it
// takes to read back the same bits.
func (f *File) Write(w io.Writer) error {
	enc := json.NewEncoder(w)
	enc.SetIndent("", "  ")
	return enc.Encode(f)
}

// ReadFile reads a model file. It refuses another format, a newer version,
// keys it does not know and anything after the document.
func ReadFile(r io.Reader) (*File, error) {
	text, err := io.ReadAll(r)
	if err != nil {
		return nil, err
	}
	var head struct {
		Format  string
		Version int
	}
	if err := json.Unmarshal(text, &head); err != nil {
		return nil, fmt.Errorf("not a model file: %w", err)
	}
	switch {
	case head.Format != FileFormat:
		return nil, fmt.Errorf("not a model file: its format is %q and not %q", head.Format, FileFormat)
	case head.Version > FileVersion:
		return nil, fmt.Errorf("the model file has version %d and this program reads up to version %d: use a newer clv", head.Version, FileVersion)
	case head.Version < 1:
		return nil, fmt.Errorf("the model file has version %d, which does not exist", head.Version)
	}
	dec := json.NewDecoder(bytes.NewReader(text))
	dec.DisallowUnknownFields()
	f := &File{}
	if err := dec.Decode(f); err != nil {
		return nil, fmt.Errorf("model file: %w", err)
	}
	return f, nil
}

// Restore returns the fitted model as a value of the family M, which must be
// the one that was fitted.
//
//	m, err := models.Restore[models.BGNBD](&file.Purchase)
func Restore[M interface {
	Name() string
	ParamNames() []string
	WithParams(p []float64) M
}](f *Fitted) (m M, err error) {
	if f == nil {
		return m, fmt.Errorf("there is no fitted model where a %s is expected", m.Name())
	}
	if f.Model != m.Name() {
		return m, fmt.Errorf("the fitted model is a %s, not a %s", f.Model, m.Name())
	}
	params, err := f.Params.In(m.ParamNames())
	if err != nil {
		return m, fmt.Errorf("%s: %w", f.Model, err)
	}
	return m.WithParams(params), nil
}
