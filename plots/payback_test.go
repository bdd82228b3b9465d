package plots

import (
	"math"
	"strings"
	"testing"
)

func (c collection) payback() {
	months, value := make([]float64, 25), make([]float64, 25)
	band := Band{Name: "95 % interval", Lo: make([]float64, 25), Hi: make([]float64, 25)}
	low := PaybackSegment{"a channel that loses money", make([]float64, 25)}
	for k := range months {
		months[k] = float64(k)
		value[k] = 9 + 40*(1-math.Exp(-float64(k)/9))
		band.Lo[k], band.Hi[k] = 0.9*value[k]-1, 1.1*value[k]+1
		low.Value[k] = 4 - float64(k)/4
	}
	c.add("payback")(NewPayback(months, value, band, 30, []PaybackSegment{{"search", value}, low}))
	c.add("payback, no cost")(NewPayback(months, value, Band{}, 0, nil))
}

func TestPaybackSaysWhenTheCostIsBack(t *testing.T) {
	f, err := NewPayback([]float64{0, 1, 2}, []float64{1, 5, 7}, Band{}, 5, nil)
	if err != nil {
		t.Fatal(err)
	}
	if got := f.Caption(); !strings.Contains(got, "by month 1") {
		t.Errorf("the caption is %q", got)
	}
	if f.CAC = 8; !strings.Contains(f.Caption(), "does not") {
		t.Errorf("the caption is %q", f.Caption())
	}
	if _, err := NewPayback([]float64{0, 1}, []float64{1, math.Inf(1)}, Band{}, 5, nil); err == nil {
		t.Error("an infinite value has a figure")
	}
}
