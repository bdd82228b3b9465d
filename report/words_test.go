package report

import (
	"math"
	"testing"
)

func TestNumbers(t *testing.T) {
	for _, tt := range []struct{ got, want string }{
		{Count(1234567.4), "1,234,567"},
		{Count(-0.4), "0"},
		{Count(-1234), "−1,234"},
		{Amount(99.994), "99.99"},
		{Amount(99.996), "100"},
		{Amount(1234.5), "1,234"}, // to even
		{Percent(0.1234), "12.3\u00a0%"},
		{Percent(0.5), "50\u00a0%"},
		{Percent(1), "100\u00a0%"},
		{Percent(0.9999), ">\u00a099.9\u00a0%"},
		{Percent(0.0001), "<\u00a00.1\u00a0%"},
		{Percent(0), "0\u00a0%"},
		{Percent(math.NaN()), "–"},
		{Change(0.0161), "+1.6\u00a0%"},
		{Change(-0.121), "−12.1\u00a0%"},
		{Significant(0.2425945), "0.2426"},
		{Significant(4.4136017), "4.414"},
		{Significant(12345.6), "12,346"},
		{Significant(4.19464e9), "4.195e+09"},
		{Significant(0), "0"},
		{Significant(math.Inf(1)), "–"},
		{Ratio(0.66555), "0.666"},
		{Spelled("12m"), "12\u00a0months"},
		{Spelled("1w"), "1\u00a0week"},
		{Spelled("182d"), "182\u00a0days"},
		{string(prose("5 % by 1997-09-30 <b>")), "5\u00a0% by <span class=\"nobr\">1997-09-30</span> &lt;b&gt;"},
		{string(prose("off by (-1.5) and -2, 3-4")), "off by (−1.5) and −2, 3-4"},
	} {
		if tt.got != tt.want {
			t.Errorf("%q, want %q", tt.got, tt.want)
		}
	}
}

func TestCells(t *testing.T) {
	for text, want := range map[Cell]string{
		"": "null", "12.5": "12.5", "-1e-07": "-1e-07", "1997-01-01": `"1997-01-01"`, "7+": `"7+"`, "yes": `"yes"`, "0001": `"0001"`, "true": `"true"`, `a"b`: `"a\"b"`,
	} {
		got, err := text.MarshalJSON()
		if err != nil || string(got) != want {
			t.Errorf("%q becomes %s (%v), want %s", text, got, err, want)
		}
		if back := Cell("x"); back.UnmarshalJSON(got) != nil || back != text {
			t.Errorf("%q comes back as %q", text, back)
		}
	}
}
