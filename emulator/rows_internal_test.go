package emulator

import (
	"encoding/json"
	"fmt"
	"math/big"
	"reflect"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/fauxstack/fauxstack/emulator/internal/content"
	"github.com/fauxstack/fauxstack/emulator/internal/record"
	"github.com/fauxstack/fauxstack/emulator/internal/schema"
)

// filler makes values of any type, no two alike.
type filler struct {
	n     int
	empty bool // what can be there and yet empty, is
}

func (f *filler) next() int { f.n++; return f.n }

func (f *filler) fill(v reflect.Value) {
	switch v.Type() {
	case reflect.TypeFor[content.Content]():
		v.Set(reflect.ValueOf(content.Concat(content.Zeros(int64(f.next())), content.Bytes([]byte("data")), content.Zeros(1<<40))))
		return
	case reflect.TypeFor[time.Time]():
		v.Set(reflect.ValueOf(time.Date(2026, 1, 1, 0, 0, f.next(), 123_456_000, time.UTC)))
		return
	case reflect.TypeFor[json.RawMessage]():
		v.SetBytes([]byte(fmt.Sprintf(`{"b": %d, "a": 1.0}`, f.next())))
		return
	}
	switch v.Kind() {
	case reflect.String:
		v.SetString(fmt.Sprintf("\"text\" %d é \xff", f.next()))
	case reflect.Bool:
		v.SetBool(!f.empty)
	case reflect.Int, reflect.Int64:
		v.SetInt(int64(f.next()))
	case reflect.Uint8, reflect.Uint64:
		v.SetUint(uint64(f.next() & 255))
	case reflect.Float64:
		v.SetFloat(float64(f.next()))
	case reflect.Pointer:
		v.Set(reflect.New(v.Type().Elem()))
		if !f.empty {
			f.fill(v.Elem())
		}
	case reflect.Slice:
		v.Set(reflect.MakeSlice(v.Type(), 0, 0))
		for range 2 {
			if !f.empty {
				e := reflect.New(v.Type().Elem()).Elem()
				f.fill(e)
				v.Set(reflect.Append(v, e))
			}
		}
	case reflect.Map:
		v.Set(reflect.MakeMap(v.Type()))
		for range 2 {
			if !f.empty {
				key, e := reflect.New(v.Type().Key()).Elem(), reflect.New(v.Type().Elem()).Elem()
				f.fill(key)
				f.fill(e)
				v.SetMapIndex(key, e)
			}
		}
	case reflect.Array:
		for i := range v.Len() {
			f.fill(v.Index(i))
		}
	case reflect.Struct:
		for i := range v.NumField() {
			f.fill(v.Field(i))
		}
	case reflect.Interface:
		v.Set(reflect.ValueOf(f.anything()))
	default:
		panic("no values of type " + v.Type().String())
	}
}

// anything is one of the values that JSON decodes to.
func (f *filler) anything() any {
	all := []any{
		1, 1.0, "text", true,
		[]any{nil, 2},
		map[string]any{"$a": "b"},
		json.Number("1e3"), big.NewInt(5),
		schema.Dict{{Key: "b", Value: 1}, {Key: "a", Value: schema.Dict{}}},
	}
	return all[f.next()%len(all)]
}

var exactly = cmp.Options{
	cmp.Comparer(func(a, b content.Content) bool { return a.Size() == b.Size() && cmp.Equal(extents(a), extents(b)) }),
	cmp.Comparer(func(a, b *big.Int) bool { return a.Cmp(b) == 0 }),
}

func extents(c content.Content) []string {
	var list []string
	for _, e := range c.Extents() {
		small, _ := e.Small()
		list = append(list, fmt.Sprint(e.Size, small))
	}
	return list
}

// TestRowsOfEveryTableAreKeptExactly is for whoever adds a table, or a field: what is kept must be what is read.
func TestRowsOfEveryTableAreKeptExactly(t *testing.T) {
	e, err := New()
	if err != nil {
		t.Fatal(err)
	}
	defer e.Close()
	there := func(t *testing.T, row, back any) {
		t.Helper()
		text, err := record.Append(nil, row, record.NoBlobs{})
		if err != nil {
			t.Fatal(err)
		}
		if err := record.Decode(text, back, record.NoBlobs{}); err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(row, back, exactly); diff != "" {
			t.Errorf("(-kept +read)\n%s", diff)
		}
	}
	for _, table := range e.db.Tables() {
		t.Run(table.Name(), func(t *testing.T) {
			there(t, table.New(), table.New())
			for _, empty := range []bool{false, true} {
				f := filler{empty: empty}
				for range 9 { // as many as there are kinds of anything
					row := table.New()
					f.fill(reflect.ValueOf(row).Elem())
					there(t, row, table.New())
				}
			}
			for row := range table.Rows(e.db.View()) {
				there(t, row, table.New())
			}
		})
	}
	t.Run("fixture", func(t *testing.T) {
		for _, empty := range []bool{false, true} {
			var f Fixture
			filling := filler{empty: empty}
			filling.fill(reflect.ValueOf(&f).Elem())
			there(t, &f, new(Fixture))
		}
		f := DefaultFixture()
		there(t, &f, new(Fixture))
	})
}
