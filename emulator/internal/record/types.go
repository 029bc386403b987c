package record

import (
	"encoding/json"
	"fmt"
	"reflect"
	"slices"
	"time"

	"github.com/fauxstack/fauxstack/emulator/internal/content"
)

func newCoder(t reflect.Type) (*coder, error) {
	switch t {
	case reflect.TypeFor[content.Content]():
		return &coder{writeContent, readContent}, nil
	case reflect.TypeFor[time.Time]():
		return &coder{writeTime, readTime}, nil
	case reflect.TypeFor[json.RawMessage]():
		return &coder{writeText, readText}, nil
	}
	switch t.Kind() {
	case reflect.String:
		return &coder{
			func(w *writer, v reflect.Value) error { w.string(v.String()); return nil },
			func(r *reader, v reflect.Value) error { s, err := r.string(); v.SetString(s); return err },
		}, nil
	case reflect.Bool:
		return &coder{
			func(w *writer, v reflect.Value) error { w.bool(v.Bool()); return nil },
			func(r *reader, v reflect.Value) error { b, err := r.bool(); v.SetBool(b); return err },
		}, nil
	case reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64:
		return &coder{writeInt, readInt}, nil
	case reflect.Uint, reflect.Uint8, reflect.Uint16, reflect.Uint32, reflect.Uint64:
		return &coder{writeUint, readUint}, nil
	case reflect.Float32, reflect.Float64:
		return &coder{writeFloat, readFloat}, nil
	case reflect.Interface:
		if t.NumMethod() == 0 {
			return &coder{writeAny, readAny}, nil
		}
	case reflect.Pointer:
		return pointerCoder(t)
	case reflect.Array:
		if t.Elem().Kind() == reflect.Uint8 {
			return &coder{writeArray, readArray}, nil
		}
	case reflect.Slice:
		if t.Elem().Kind() == reflect.Uint8 {
			return &coder{writeBytes, readBytes}, nil
		}
		return sliceCoder(t)
	case reflect.Map:
		if t.Key().Kind() == reflect.String {
			return mapCoder(t)
		}
	case reflect.Struct:
		return structCoder(t)
	}
	return nil, fmt.Errorf("values of type %s cannot be kept", t)
}

func pointerCoder(t reflect.Type) (*coder, error) {
	switch t.Elem().Kind() {
	case reflect.Pointer, reflect.Slice, reflect.Map, reflect.Interface:
		return nil, fmt.Errorf("values of type %s cannot be kept: null would mean two things", t)
	}
	to, err := newCoder(t.Elem())
	if err != nil {
		return nil, err
	}
	write := func(w *writer, v reflect.Value) error {
		if v.IsNil() {
			w.raw("null")
			return nil
		}
		return to.write(w, v.Elem())
	}
	read := func(r *reader, v reflect.Value) error {
		if r.null() {
			return nil
		}
		v.Set(reflect.New(t.Elem()))
		return to.read(r, v.Elem())
	}
	return &coder{write, read}, nil
}

func sliceCoder(t reflect.Type) (*coder, error) {
	of, err := newCoder(t.Elem())
	if err != nil {
		return nil, err
	}
	write := func(w *writer, v reflect.Value) error {
		if v.IsNil() {
			w.raw("null")
			return nil
		}
		w.raw("[")
		for i := range v.Len() {
			w.comma(i)
			if err := of.write(w, v.Index(i)); err != nil {
				return err
			}
		}
		w.raw("]")
		return nil
	}
	read := func(r *reader, v reflect.Value) error {
		if r.null() {
			return nil
		}
		list := reflect.MakeSlice(t, 0, 0)
		zero := reflect.Zero(t.Elem())
		err := r.array(func() error {
			list = reflect.Append(list, zero)
			return of.read(r, list.Index(list.Len()-1))
		})
		v.Set(list)
		return err
	}
	return &coder{write, read}, nil
}

func mapCoder(t reflect.Type) (*coder, error) {
	of, err := newCoder(t.Elem())
	if err != nil {
		return nil, err
	}
	write := func(w *writer, v reflect.Value) error {
		if v.IsNil() {
			w.raw("null")
			return nil
		}
		keys := v.MapKeys()
		slices.SortFunc(keys, func(a, b reflect.Value) int { return compare(a.String(), b.String()) })
		w.raw("{")
		for i, key := range keys {
			w.comma(i)
			w.key(key.String())
			if err := of.write(w, v.MapIndex(key)); err != nil {
				return err
			}
		}
		w.raw("}")
		return nil
	}
	read := func(r *reader, v reflect.Value) error {
		if r.null() {
			return nil
		}
		m := reflect.MakeMap(t)
		err := r.object(func(key string) error {
			value := reflect.New(t.Elem()).Elem()
			err := of.read(r, value)
			m.SetMapIndex(reflect.ValueOf(key).Convert(t.Key()), value)
			return err
		})
		v.Set(m)
		return err
	}
	return &coder{write, read}, nil
}

// field is one field of a struct.
type field struct {
	name  string
	index int
	named bool
	*coder
}

func structCoder(t reflect.Type) (*coder, error) {
	var fields []field
	byName := map[string]int{}
	for i := range t.NumField() {
		f := t.Field(i)
		if !f.IsExported() {
			return nil, fmt.Errorf("%s.%s is not exported, and would be lost", t, f.Name)
		}
		c, err := newCoder(f.Type)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", f.Name, err)
		}
		byName[f.Name] = len(fields)
		fields = append(fields, field{f.Name, i, f.Tag.Get("row") == named, c})
	}
	write := func(w *writer, v reflect.Value) error {
		w.raw("{")
		n := 0
		for _, f := range fields {
			value := v.Field(f.index)
			if value.IsZero() {
				continue
			}
			w.comma(n)
			n++
			w.key(f.name)
			outer := w.named
			w.named = outer || f.named
			if err := f.write(w, value); err != nil {
				return fmt.Errorf("%s: %w", f.name, err)
			}
			w.named = outer
		}
		w.raw("}")
		return nil
	}
	read := func(r *reader, v reflect.Value) error {
		next := 0
		return r.object(func(key string) error {
			for next < len(fields) && fields[next].name != key {
				next++
			}
			if next == len(fields) {
				var ok bool
				if next, ok = byName[key]; !ok {
					next = 0
					return fmt.Errorf("unknown field %.100q", key)
				}
			}
			f := fields[next]
			if err := f.read(r, v.Field(f.index)); err != nil {
				return fmt.Errorf("%s: %w", f.name, err)
			}
			return nil
		})
	}
	return &coder{write, read}, nil
}

func compare(a, b string) int {
	switch {
	case a < b:
		return -1
	case a > b:
		return 1
	}
	return 0
}
