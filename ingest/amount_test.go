package ingest

import (
	"math"
	"math/rand/v2"
	"strconv"
	"strings"
	"testing"
)

func TestAmounts(t *testing.T) {
	for _, tc := range []struct {
		s    string
		want float64
	}{
		{"12", 12}, {"12.50", 12.5}, {"-12.5", -12.5}, {"+3", 3}, {".5", .5}, {"5.", 5}, {" 7 ", 7}, {"1e3", 1000}, {"1.5E-2", .015}, {"0", 0}, {"007", 7},
		{"$12.50", 12.5}, {"-$12.50", -12.5}, {"$-12.50", -12.5}, {"£ 3", 3}, {"€3.10", 3.1}, {"¥1200", 1200},
		{"1,234.50", 1234.5}, {"1,234,567", 1234567}, {"12,345,678.9", 12345678.9}, {"-$1,234.50", -1234.5}, {"1,234.", 1234},
	} {
		if got, err := (amounts{}).parse(tc.s); err != nil || got != tc.want {
			t.Errorf("parse(%q) = %v, %v, want %v", tc.s, got, err, tc.want)
		}
	}
	for _, s := range []string{
		"", " ", "-", "$", ".", "x", "12x", "1 234", "1_000", "0x1p4", "Infinity", "nan", "1e999", "--1", "-$-1", "-+1", "$+1", "$\n1", "(12.50)", "12.50 USD",
		"1,234", "12,50", "1.234,50", "1,23.45", "1,2345.6", "1234,567.8", ",123.4", "1,234,56", "1,,234.5", "1,234.5.6", "1,234.5,6", "1,2e4.5", "-1,234",
	} {
		if got, err := (amounts{}).parse(s); err == nil {
			t.Errorf("parse(%q) = %v, want an error", s, got)
		}
	}
}

// Short numbers are read to the bit that ParseFloat reads, longer ones by it.
func TestShortNumbers(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 0))
	for range 100_000 {
		s := strconv.FormatUint(rng.Uint64N(uint64(math.Pow10(1+rng.IntN(17)))), 10)
		if at := rng.IntN(len(s) + 2); at <= len(s) {
			s = s[:at] + "." + s[at:]
		}
		s = []string{"", "-", "+"}[rng.IntN(3)] + s
		want, _ := strconv.ParseFloat(s, 64)
		if got, ok := plainNumber(s); !ok || math.Float64bits(got) != math.Float64bits(want) {
			t.Fatalf("%q is read as %v, want %v", s, got, want)
		}
	}
	if v, ok := plainNumber("-0.00"); !ok || !math.Signbit(v) {
		t.Errorf("-0.00 is read as %v", v)
	}
	for _, s := range []string{"", ".", "1..2", "1-2", "1234567890123456"} {
		if v, ok := shortNumber(s); ok {
			t.Errorf("%q is read as %v", s, v)
		}
	}
}

// Only what has one meaning is read: without separators it is the same number.
func FuzzAmounts(f *testing.F) {
	for _, s := range []string{"12.50", "-$1,234.50", "1,234", "£ 3", "1e3", "1.234,50"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		got, err := amounts{}.parse(s)
		if err != nil {
			return
		}
		plain := strings.NewReplacer(",", "", "$", "", "£", "", "€", "", "¥", "", " ", "").Replace(strings.TrimSpace(s))
		want, err := strconv.ParseFloat(plain, 64)
		if err != nil || got != want || math.IsInf(got, 0) {
			t.Errorf("parse(%q) = %v, want %v, %v", s, got, want, err)
		}
	})
}
