package httpapi_test

import (
	"testing"

	"github.com/fauxstack/fauxstack/emulator/internal/httpapi"
)

// The accepted form is that of Cinder's APIVersionRequest: ^([1-9]\d*)\.([1-9]\d*|0)$.
func TestParseMicroversion(t *testing.T) {
	for in, want := range map[string]httpapi.Microversion{
		"3.0": {Major: 3}, "3.71": {Major: 3, Minor: 71}, "30.100": {Major: 30, Minor: 100},
	} {
		if got, err := httpapi.ParseMicroversion(in); err != nil || got != want {
			t.Errorf("%q: %v, %v", in, got, err)
		}
	}
	for _, in := range []string{
		"", "3", "3.", ".3", "0.3", "3.01", "03.1", "3.-1", "+3.1", "3.1.1", "3 .1", "latest",
		"3.99999999999999999999", "３.1",
	} {
		if got, err := httpapi.ParseMicroversion(in); err == nil {
			t.Errorf("%q was read as %v", in, got)
		}
	}
}

func TestMicroversionBounds(t *testing.T) {
	v := httpapi.V
	for _, row := range []struct {
		v, since, until string
		want            bool
	}{
		{"3.5", "", "", true},
		{"3.5", "3.5", "3.5", true},
		{"3.5", "3.6", "", false},
		{"3.5", "", "3.4", false},
		{"3.10", "3.9", "", true},
		{"4.0", "3.9", "3.99", false},
	} {
		if got := v(row.v).Within(v(row.since), v(row.until)); got != row.want {
			t.Errorf("%+v: %v", row, got)
		}
	}
}

func FuzzParseMicroversion(f *testing.F) {
	f.Add("3.71")
	f.Add("99999999999.1")
	f.Fuzz(func(t *testing.T, in string) {
		if v, err := httpapi.ParseMicroversion(in); err == nil && v.String() != in {
			t.Errorf("%q came back as %q", in, v)
		}
	})
}
