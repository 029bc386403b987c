package schema

import (
	"encoding/json"
	"errors"
	"strings"
	"testing"
	"unicode/utf8"
)

func FuzzDecode(f *testing.F) {
	for _, seed := range []string{`{"a": [1, 1.5, -0, 1e999, NaN, "\ud83d\ude00\n", null, true]}`, `[[[[`, `{"a":1,"a":2}`, `"\ud800"`, `9999999999999999999`} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		v, err := Decode(data)
		if err != nil {
			// What encoding/json accepts is refused for its size only.
			problem, ok := errors.AsType[*SyntaxError](err)
			if utf8.Valid(data) && json.Valid(data) && (!ok || !strings.Contains(problem.Problem, "too ")) {
				t.Error(err)
			}
			return
		}
		if got := len(Repr(v)); got > 24*(len(data)+1) {
			t.Errorf("%d bytes became %d", len(data), got)
		}
		pprint(v)
		var into any
		if err := Unmarshal(v, &into); err != nil {
			t.Error(err)
		}
	})
}

// FuzzValidate reads both the schema and the value: neither may make a validator panic, and the ways of asking agree
// on whether there is an error.
func FuzzValidate(f *testing.F) {
	var recording struct {
		Schemas Dict           `json:"schemas"`
		Cases   []recordedCase `json:"cases"`
	}
	load(f, "testdata/jsonschema-4.10.3.json", &recording)
	for _, c := range recording.Cases {
		source, _ := recording.Schemas.Get(c.Schema)
		if text, err := json.Marshal(source); err == nil && len(text) < 2000 {
			f.Add(text, []byte(c.Instance))
		}
	}
	validators := recordedValidators()
	f.Fuzz(func(t *testing.T, schema, instance []byte) {
		source, err := Decode(schema)
		if err != nil {
			return
		}
		v, err := Decode(instance)
		if err != nil {
			return
		}
		d, ok := source.(Dict)
		if !ok {
			return
		}
		s := New(d)
		for _, validator := range validators {
			first, best := validator.Validate(s, v), validator.ValidateBest(s, v)
			if (first == nil) != (best == nil) {
				t.Errorf("first %v, best %v", first, best)
			}
			for _, err := range []error{first, best} {
				if e, ok := errors.AsType[*Error](err); ok {
					e.PythonString()
				}
			}
		}
	})
}
