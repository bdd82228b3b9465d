package models_test

import (
	"bytes"
	"reflect"
	"strings"
	"testing"

	"github.com/predictive-clv/clv/history"
	"github.com/predictive-clv/clv/models"
)

// A model file comes back as it was written, with its parameters in their
// order, and every family is restored by its type.
func TestFileRoundTrip(t *testing.T) {
	m, gg := models.ParetoNBD{R: 0.1, Alpha: 1.0 / 3, S: 2e-7, Beta: 12345.678901234567}, models.GammaGamma{P: 6, Q: 4, V: 16}
	f := models.File{Format: models.FileFormat, Version: models.FileVersion, Unit: history.Day,
		Purchase: models.Fitted{Model: m.Name(), Params: models.Params{Names: m.ParamNames(), Values: m.Params()},
			Replicates: &models.Replicates{Method: models.ByBootstrap, Params: []models.Tuple{{0.1, 0.5, 2e-7, 1e4}, {0.25, 1. / 3, 3, 4}}}},
		Spend: &models.Fitted{Model: gg.Name(), Params: models.Params{Names: []string{"v", "p", "q"}, Values: []float64{16, 6, 4}}}}
	var text bytes.Buffer
	if err := f.Write(&text); err != nil {
		t.Fatal(err)
	}
	back, err := models.ReadFile(&text)
	if err != nil {
		t.Fatal(err)
	}
	if got, err := models.Restore[models.ParetoNBD](&back.Purchase); err != nil || got != m {
		t.Errorf("restored %+v, %v; want %+v", got, err, m)
	}
	if got := back.Purchase.Replicates; got == nil || got.Method != models.ByBootstrap || !reflect.DeepEqual(got.Params, []models.Tuple{{0.1, 0.5, 2e-7, 1e4}, {0.25, 0.33333, 3, 4}}) {
		t.Errorf("the replicates come back as %+v", got)
	}
	if got, err := models.Restore[models.GammaGamma](back.Spend); err != nil || got != gg {
		t.Errorf("restored %+v, %v; want %+v", got, err, gg)
	}
	if _, err := models.Restore[models.BGNBD](&back.Purchase); err == nil || !strings.Contains(err.Error(), "is a pareto-nbd, not a bg-nbd") {
		t.Errorf("another family is restored: %v", err)
	}
	if _, err := models.Restore[models.GammaGamma](nil); err == nil {
		t.Error("a model that is not there is restored")
	}
}

func TestReadFileRefuses(t *testing.T) {
	for want, text := range map[string]string{
		"not a model file":             `{"format":"other","version":1}`,
		"use a newer clv":              `{"format":"clv-model","version":3}`,
		"does not exist":               `{"format":"clv-model","version":0}`,
		"unknown field":                `{"format":"clv-model","version":1,"extra":1}`,
		`"x" is no number`:             `{"format":"clv-model","version":1,"purchase":{"replicates":{"params":["1 x"]}}}`,
		"unexpected end of JSON input": `{"format":"clv-model",`,
	} {
		if _, err := models.ReadFile(strings.NewReader(text)); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("ReadFile(%s) = %v, want %q", text, err, want)
		}
	}
}
