package schema

import (
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"
)

var boolean = Dict{{"type", List{"boolean", "string"}}, {"enum", List{true, "True", "true", "1", false, "False", "false", "0"}}}

var uploadImage = New(Dict{
	{"type", "object"},
	{"properties", Dict{
		{"os-volume_upload_image", Dict{
			{"type", "object"},
			{"properties", Dict{
				{"image_name", Dict{{"type", "string"}, {"minLength", 1}, {"maxLength", 255}}},
				{"force", boolean},
				{"disk_format", Dict{{"type", "string"}, {"enum", List{"raw", "vmdk", "vdi", "qcow2"}}}},
				{"container_format", Dict{{"type", List{"string", "null"}}, {"maxLength", 255}}},
			}},
			{"required", List{"image_name"}},
			{"additionalProperties", false},
		}},
	}},
	{"required", List{"os-volume_upload_image"}},
	{"additionalProperties", false},
})

// tree is recursive.
var tree = New(Dict{
	{"type", "object"},
	{"properties", Dict{
		{"name", Dict{{"type", "string"}}},
		{"children", Dict{{"type", "array"}, {"items", Dict{{"$ref", "#"}}}}},
	}},
	{"required", List{"name"}},
})

var draft4 = &Validator{Draft: Draft4}

func decode(t testing.TB, text string) Value {
	t.Helper()
	v, err := Decode([]byte(text))
	if err != nil {
		t.Fatal(err)
	}
	return v
}

func ExampleValidator_Validate() {
	body, _ := Decode([]byte(`{"os-volume_upload_image": {"image_name": "", "force": "maybe"}}`))
	err := draft4.Validate(uploadImage, body)
	if invalid, ok := errors.AsType[*Error](err); ok {
		last := invalid.Path[len(invalid.Path)-1]
		fmt.Printf("Invalid input for field/attribute %s. Value: %s. %s\n", Str(last), Str(invalid.Instance), invalid.Message())
	}
	// Output: Invalid input for field/attribute image_name. Value: . '' is too short
}

func ExampleError_PythonString() {
	body, _ := Decode([]byte(`{"name": "root", "children": [{"name": 1}]}`))
	var v Validator
	if invalid, ok := errors.AsType[*Error](v.ValidateBest(tree, body)); ok {
		fmt.Println(invalid.PythonString())
	}
	// Output:
	// 1 is not of type 'string'
	//
	// Failed validating 'type' in schema['properties']['children']['items']['properties']['name']:
	//     {'type': 'string'}
	//
	// On instance['children'][0]['name']:
	//     1
}

func TestCheckFindsMistakes(t *testing.T) {
	tests := []struct {
		name   string
		source Dict
		want   string // in the error
	}{
		{"unknown keyword", Dict{{"minlength", 1}}, `unknown keyword "minlength"`},
		{"keyword twice", Dict{{"type", "string"}, {"type", "null"}}, "there twice"},
		{"unknown type", Dict{{"type", "text"}}, "no type of JSON: 'text'"},
		{"not a limit", Dict{{"maxLength", "255"}}, "an int was expected"},
		{"not a bound", Dict{{"minimum", "1"}}, "a number was expected"},
		{"pattern", Dict{{"properties", Dict{{"a", Dict{{"pattern", "("}}}}}}, "schema.properties.a.pattern"},
		{"look-around", Dict{{"patternProperties", Dict{{"(?!a)", true}}}}, "schema.patternProperties"},
		{"not a schema", Dict{{"items", "string"}}, "a schema is a Dict or a bool"},
		{"required", Dict{{"required", true}}, "a list of names"},
		{"lost reference", Dict{{"$ref", "#/definitions/a"}}, "leads nowhere"},
		{"foreign reference", Dict{{"$ref", "other.json"}}, "leads nowhere"},
		{"loop", Dict{{"$ref", "#"}}, "only to itself"},
		{"long loop", Dict{{"anyOf", List{Dict{{"$ref", "#/definitions/a"}}}}, {"definitions", Dict{{"a", Dict{{"not", Dict{{"$ref", "#"}}}}}}}}, "only to itself"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			s := New(test.source)
			err := s.Check()
			if err == nil || !strings.Contains(err.Error(), test.want) {
				t.Errorf("Check: %v, want %q", err, test.want)
			}
			invalid := (*Error)(nil)
			if err := draft4.Validate(s, "x"); err == nil || errors.As(err, &invalid) {
				t.Errorf("Validate with a broken schema: %v", err)
			}
		})
	}
}

func TestFormats(t *testing.T) {
	errName, errStatus := errors.New("the name is empty"), errors.New("no such status")
	v := &Validator{Formats: map[string]Format{
		"name":   func(Value) error { return errName },
		"status": func(Value) error { return Raise(errStatus) },
	}}
	invalid, ok := errors.AsType[*Error](v.Validate(New(Dict{{"format", "name"}}), "x"))
	if !ok || !errors.Is(invalid.Cause, errName) || invalid.Message() != "'x' is not a 'name'" {
		t.Errorf("format that refuses: %v", invalid)
	}
	for name, source := range map[string]Dict{
		"plain":  {{"format", "status"}},
		"anyOf":  {{"anyOf", List{Dict{{"format", "status"}}, true}}},
		"oneOf":  {{"oneOf", List{true, Dict{{"format", "status"}}}}},
		"not":    {{"not", Dict{{"format", "status"}}}},
		"if":     {{"if", Dict{{"format", "status"}}}, {"else", false}},
		"before": {{"allOf", List{Dict{{"format", "status"}}, false}}},
	} {
		if err := v.Validate(New(source), "x"); err != errStatus {
			t.Errorf("%s: format that raises: %v", name, err)
		}
	}
}

func TestRecursionIsBounded(t *testing.T) {
	// Both alternatives descend, so each level doubles the work.
	s := New(Dict{{"anyOf", List{
		Dict{{"type", "array"}, {"items", Dict{{"$ref", "#"}}}},
		Dict{{"type", "array"}, {"items", Dict{{"$ref", "#"}}}},
	}}})
	v := decode(t, strings.Repeat("[", 100)+"1"+strings.Repeat("]", 100))
	var invalid *Error
	if err := draft4.Validate(s, v); err == nil || errors.As(err, &invalid) {
		t.Errorf("exponential schema: %v, want an error of its own", err)
	}
}

func TestManyFaultsCostLittle(t *testing.T) {
	s := New(Dict{{"items", Dict{{"type", "string"}, {"minLength", 3}}}})
	v := decode(t, "["+strings.Repeat(`1,`, 100_000)+`"x"]`)
	invalid, ok := errors.AsType[*Error]((&Validator{}).ValidateBest(s, v))
	if !ok || invalid.Message() != "1 is not of type 'string'" || invalid.Path[0] != 0 {
		t.Errorf("best of many: %v", invalid)
	}
}

func TestDecodeIsBounded(t *testing.T) {
	for _, text := range []string{
		strings.Repeat("[", 10_000_000),
		strings.Repeat(`{"a":`, 600) + "1" + strings.Repeat("}", 600),
		"\"\xff\"",
	} {
		if v, err := Decode([]byte(text)); err == nil {
			t.Errorf("%.20q: decoded to a %T", text, v)
		}
	}
	decode(t, strings.Repeat("[", maxDepth)+strings.Repeat("]", maxDepth))
}

func TestPprintIsBounded(t *testing.T) {
	deep := decode(t, strings.Repeat("[", 500)+strings.Repeat("1,", 50_000)+"1"+strings.Repeat("]", 500))
	if n := len(pprint(deep)); n > maxPprint+1<<16 {
		t.Errorf("pprint wrote %d bytes", n)
	}
}

func TestDictKeepsOrder(t *testing.T) {
	const text = `{"z":1,"a":[true,null,{"k":"é"}],"b":1.5}`
	out, err := json.Marshal(decode(t, text))
	if err != nil || string(out) != text {
		t.Errorf("%s, %v", out, err)
	}
	d := Dict{{"a", 1}, {"b", 2}}
	if got := Repr(d.With("a", 3).With("c", 4)); got != "{'a': 3, 'b': 2, 'c': 4}" || Repr(d) != "{'a': 1, 'b': 2}" {
		t.Errorf("With: %s from %s", got, Repr(d))
	}
	many := decode(t, `{"0":0,"1":1,"2":2,"3":3,"4":4,"5":5,"6":6,"7":7,"8":8,"9":9,"3":"x","8":"y","0":"z"}`)
	if got := Repr(many); got != "{'0': 'z', '1': 1, '2': 2, '3': 'x', '4': 4, '5': 5, '6': 6, '7': 7, '8': 'y', '9': 9}" {
		t.Errorf("duplicates: %s", got)
	}
}

func TestConcurrentUse(t *testing.T) {
	s := New(uploadImage.Dict())
	v := decode(t, `{"os-volume_upload_image": {"image_name": "x", "force": 7}}`)
	var wg sync.WaitGroup
	for range 8 {
		wg.Go(func() {
			if err := draft4.Validate(s, v); err == nil || !strings.HasPrefix(err.Error(), "7 is not of type 'boolean', 'string'") {
				t.Error(err)
			}
		})
	}
	wg.Wait()
}

func BenchmarkDecode(b *testing.B) {
	body := []byte(`{"os-volume_upload_image": {"image_name": "golden", "force": true, "disk_format": "raw", "container_format": "bare"}}`)
	b.ReportAllocs()
	for b.Loop() {
		if _, err := Decode(body); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkValidate(b *testing.B) {
	v := decode(b, `{"os-volume_upload_image": {"image_name": "golden", "force": true, "disk_format": "raw", "container_format": "bare"}}`)
	b.ReportAllocs()
	for b.Loop() {
		if err := draft4.Validate(uploadImage, v); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkCompile(b *testing.B) {
	b.ReportAllocs()
	for b.Loop() {
		if err := New(uploadImage.Dict()).Check(); err != nil {
			b.Fatal(err)
		}
	}
}
