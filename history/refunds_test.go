package history

import "testing"

func TestRefundsText(t *testing.T) {
	for _, r := range []Refunds{Net, Drop} { // Keep is not for files
		b, err := r.MarshalText()
		if err != nil || string(b) != r.String() {
			t.Errorf("%v.MarshalText() = %q, %v", r, b, err)
		}
		var back Refunds
		if err := back.UnmarshalText(b); err != nil || back != r {
			t.Errorf("UnmarshalText(%q) = %v, %v", b, back, err)
		}
	}
	if r, err := ParseRefunds("ignore"); err == nil {
		t.Errorf("ParseRefunds(ignore) = %v, want an error", r)
	}
	if _, err := Refunds(7).MarshalText(); err == nil {
		t.Error("Refunds(7) must not be written")
	}
}
