package plots

import (
	"slices"
	"testing"
)

func TestKeyBreaksIntoLines(t *testing.T) {
	names := func(k key) (lines []int) {
		for _, l := range k.lines() {
			lines = append(lines, len(l))
		}
		return lines
	}
	entries := []keyEntry{{"actual", swatch{blue}}, {"expected by the model", swatch{orange}}, {"80 % interval", swatch{orange}}}
	for _, c := range []struct {
		k    key
		want []int
	}{
		{key{entries: entries}, []int{2, 1}},
		{key{entries: entries[:2]}, []int{2}},
		{key{entries: entries, width: 1000}, []int{3}},
		{key{entries: entries, width: 10}, []int{1, 1, 1}},
		{key{}, nil},
	} {
		if got := names(c.k); !slices.Equal(got, c.want) {
			t.Errorf("lines of %v entries, want %v", got, c.want)
		}
	}
}

func TestPercentSignsStayWithTheirNumber(t *testing.T) {
	style := textStyle(textSize, ink)
	width := style.Width("it is 12.5") + 1
	if got, want := wrapText("it is 12.5 % in all", style, width), []string{"it is", "12.5 %", "in all"}; !slices.Equal(got, want) {
		t.Errorf("lines are %q, want %q", got, want)
	}
}
