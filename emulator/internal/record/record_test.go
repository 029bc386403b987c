package record_test

import (
	"encoding/json"
	"math/big"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/fauxstack/fauxstack/emulator/internal/record"
	"github.com/fauxstack/fauxstack/emulator/internal/schema"
)

type kind string

type inner struct {
	Text string `json:"-"`
	N    *int   `json:"n,omitempty"`
}

type embeds struct{ inner }

func there(t testing.TB, v *plain) *plain {
	t.Helper()
	text, err := record.Append(nil, v, record.NoBlobs{})
	if err != nil {
		t.Fatal(err)
	}
	if strings.ContainsRune(string(text), '\n') || !json.Valid(text) {
		t.Errorf("not JSON on one line: %s", text)
	}
	back := new(plain)
	if err := record.Decode(text, back, record.NoBlobs{}); err != nil {
		t.Fatalf("%s: %v", text, err)
	}
	return back
}

type plain struct {
	ID     string `json:"id,omitempty"`
	Kind   kind
	Yes    bool
	Int    int
	Small  int8
	Big    uint64
	Float  float64
	At     time.Time
	Until  *time.Time
	Name   *string
	List   []string
	Nested []inner
	Map    map[string]string
	Nulls  map[string]*string
	Any    any
	Anys   map[string]any
	Raw    json.RawMessage
	Bytes  []byte
	Sum    [4]byte
	Inner  inner
}

func TestExactly(t *testing.T) {
	at := time.Date(2026, 1, 2, 3, 4, 5, 6000, time.UTC)
	far := time.Date(12026, 1, 2, 3, 4, 5, 6, time.UTC)
	zero, empty := 0, ""
	huge, _ := new(big.Int).SetString("123456789012345678901234567890", 10)
	for name, v := range map[string]plain{
		"zero":          {},
		"scalars":       {ID: "a\"\\\n\x00\x7fé\u2028", Kind: "k", Yes: true, Int: -5, Small: -128, Big: 1<<64 - 1, Float: 0.1},
		"whole float":   {Float: 1e300, Any: 1.0, Anys: map[string]any{"zero": 0.0, "int": 0, "text": "1"}},
		"times":         {At: at, Until: &far},
		"present zeros": {Name: &empty, Until: &time.Time{}, List: []string{}, Map: map[string]string{}, Bytes: []byte{}, Raw: json.RawMessage{}, Inner: inner{N: &zero}},
		"nulls":         {Nulls: map[string]*string{"a": nil, "b": &empty}, Nested: []inner{{}, {Text: "x"}}},
		"no UTF-8":      {ID: "\xff\xfe", Map: map[string]string{"\xff": "\xfe", "\x00": "\x00"}, Any: "\xff", List: []string{"\xed\xa0\x80"}},
		"dollars":       {Anys: map[string]any{"$map": map[string]any{"$x": 1}, "b": "c"}, Any: map[string]any{"$dict": []any{}}},
		"lists":         {Any: []any{nil, true, "x", []any{}, map[string]any{}, -1, 2.5}},
		"odd":           {Any: schema.Dict{{Key: "b", Value: 1}, {Key: "a", Value: schema.Dict{}}}, Anys: map[string]any{"n": json.Number("1.0e5"), "big": huge}},
		"raw":           {Raw: json.RawMessage("{ \"b\": 1,\n\"a\": 1.0 }"), Bytes: []byte{0, 255}, Sum: [4]byte{1, 2, 3, 4}},
	} {
		t.Run(name, func(t *testing.T) {
			if diff := cmp.Diff(&v, there(t, &v), cmp.Comparer(func(a, b *big.Int) bool { return a.Cmp(b) == 0 })); diff != "" {
				t.Errorf("(-written +read)\n%s", diff)
			}
		})
	}
}

func TestTypesThatCannotBeKept(t *testing.T) {
	for _, v := range []any{
		new(struct{ hidden int }), new(struct{ C chan int }), new(struct{ F func() }), new(struct{ E error }),
		new(struct{ P **int }), new(struct{ M map[int]string }), new(embeds),
	} {
		if record.Check(v) == nil {
			t.Errorf("%T: want an error", v)
		}
	}
}

func TestReadingWhatIsNoRow(t *testing.T) {
	for _, text := range []string{
		"", "{", "null", "[]", `{"ID":1}`, `{"ID":"a"`, `{"ID":"a",}`, `{"ID":"a"}{}`, `{"Nope":1}`, `{"Int":1.5}`, `{"Small":128}`,
		`{"Big":-1}`, `{"At":"yesterday"}`, `{"Sum":"AAAA"}`, `{"Sum":"!"}`, `{"Yes":1}`, `{"List":[1]}`, `{"Any":{"$huh":1}}`,
		`{"Any":{"$dict":["a"]}}`, `{"Any":{"a":1,"$big":"1"}}`, `{"Any":{"$big":"x"}}`, `{"Any":99999999999999999999}`,
		`{"Any":` + strings.Repeat("[", 20_000), `{"ID":"\`, `{"ID":"\u12"}`, `{"ID":{"base64":"x"}}`,
	} {
		if err := record.Decode([]byte(text), new(plain), record.NoBlobs{}); err == nil {
			t.Errorf("%.60s: want an error", text)
		}
	}
}

func FuzzDecode(f *testing.F) {
	for _, s := range []string{
		`{"ID":"a","List":["\u00e9"],"Any":{"$dict":["a",{"$big":"1"}]},"Until":{"unix":1,"ns":2}}`,
		`{"Anys":{"\u0000YQ==":1.0},"Nested":[{"N":1},{}],"Raw":"{}","Bytes":"","Sum":"AAAAAA=="}`,
	} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		v := new(plain)
		if record.Decode(text, v, record.NoBlobs{}) != nil {
			return
		}
		if again := there(t, v); !cmp.Equal(v, again, cmp.Comparer(func(a, b *big.Int) bool { return a.Cmp(b) == 0 })) {
			t.Errorf("%s: %s", text, cmp.Diff(v, again))
		}
	})
}
