package schema

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// optional tells an absent key from null.
type optional struct {
	Set   bool
	Value Value
}

func (o *optional) UnmarshalValue(v Value) error {
	*o = optional{true, v}
	return nil
}

type common struct {
	Name string `json:"name"`
}

type input struct {
	common
	Common   struct{ X int }
	Size     *int              `json:"size"`
	Bootable bool              `json:"bootable,omitempty"`
	Ratio    float64           `json:"ratio"`
	Metadata map[string]string `json:"metadata"`
	Nested   []struct {
		ID string `json:"id"`
	} `json:"nested"`
	Any         any      `json:"any"`
	Dict        Dict     `json:"dict"`
	Description optional `json:"description"`
	Absent      optional `json:"absent"`
	Whole       int64    `json:"whole"`
	Untagged    string
}

// Embedded is exported, so its fields are reached.
type Embedded struct {
	Name string `json:"name"`
}

func TestUnmarshal(t *testing.T) {
	var got input
	v := decode(t, `{"Size": 9, "size": 3, "bootable": true, "ratio": 2, "metadata": {"a": "b"}, "nested": [{"id": "x"}, {}],
		"any": [1, null], "dict": {"z": 1, "a": 2}, "description": null, "whole": 4.0, "Untagged": "u"}`)
	if err := Unmarshal(v, &got); err != nil {
		t.Fatal(err)
	}
	three := 3
	want := input{
		Size: &three, Bootable: true, Ratio: 2, Metadata: map[string]string{"a": "b"}, Any: List{1, nil},
		Dict: Dict{{"z", 1}, {"a", 2}}, Description: optional{Set: true}, Whole: 4,
	}
	want.Nested = append(want.Nested, struct {
		ID string `json:"id"`
	}{"x"}, struct {
		ID string `json:"id"`
	}{})
	if diff := cmp.Diff(want, got, cmp.AllowUnexported(input{}, common{})); diff != "" {
		t.Error(diff)
	}
	var embedding struct{ Embedded }
	if err := Unmarshal(decode(t, `{"name": "n"}`), &embedding); err != nil || embedding.Name != "n" {
		t.Errorf("embedded: %+v, %v", embedding, err)
	}
}

func TestUnmarshalMisfits(t *testing.T) {
	for _, text := range []string{
		`1`, `{"size": "3"}`, `{"bootable": 1}`, `{"metadata": {"a": 1}}`, `{"metadata": []}`, `{"nested": {}}`,
		`{"nested": ["x"]}`, `{"whole": 4.5}`, `{"whole": 1e300}`, `{"whole": 99999999999999999999}`, `{"whole": NaN}`, `{"dict": []}`,
	} {
		var got input
		if err := Unmarshal(decode(t, text), &got); err == nil || !strings.Contains(err.Error(), "does not fit") {
			t.Errorf("%s: %v", text, err)
		}
	}
	var n int
	if Unmarshal(1, n) == nil || Unmarshal(1, nil) == nil || Unmarshal(1, (*int)(nil)) == nil {
		t.Error("no pointer: no error")
	}
}
