package record

import (
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"math/big"
	"reflect"
	"slices"
	"strconv"
	"strings"

	"github.com/fauxstack/fauxstack/emulator/internal/schema"
)

// What JSON has no word for is written as an object of one key, which no other object begins with.
const (
	anyMap    = "$map"    // a map with a key that begins with a dollar
	anyDict   = "$dict"   // a schema.Dict, as an array of keys and values in turn
	anyBig    = "$big"    // a *big.Int
	anyNumber = "$number" // a json.Number
	anyBytes  = "$string" // a string that is no UTF-8
)

// writeAny writes what JSON decodes to, by this project's decoder or the standard one.
func writeAny(w *writer, v reflect.Value) error { return w.any(v.Interface()) }

func readAny(r *reader, v reflect.Value) error {
	value, err := r.any()
	if value != nil {
		v.Set(reflect.ValueOf(value))
	}
	return err
}

func (w *writer) any(v any) error {
	switch v := v.(type) {
	case nil:
		w.raw("null")
	case bool:
		w.bool(v)
	case string:
		w.anyString(v)
	case int:
		w.buf = strconv.AppendInt(w.buf, int64(v), 10)
	case float64:
		return w.float(v)
	case *big.Int:
		return w.special(anyBig, v.String())
	case json.Number:
		return w.special(anyNumber, v.String())
	case []any:
		return w.anyList(v)
	case map[string]any:
		return w.anyMap(v)
	case schema.Dict:
		list := make([]any, 0, 2*len(v))
		for _, p := range v {
			list = append(list, p.Key, p.Value)
		}
		return w.special(anyDict, list)
	default:
		return fmt.Errorf("a %T within an interface cannot be kept", v)
	}
	return nil
}

func (w *writer) anyString(s string) {
	before := len(w.buf)
	if w.string(s); w.buf[before] == '{' {
		w.buf = w.buf[:before]
		w.raw(`{"` + anyBytes + `":`)
		w.base64([]byte(s))
		w.raw("}")
	}
}

func (w *writer) special(key string, v any) error {
	w.raw(`{"` + key + `":`)
	if err := w.any(v); err != nil {
		return err
	}
	w.raw("}")
	return nil
}

func (w *writer) anyList(list []any) error {
	if list == nil {
		return errors.New("a nil list within an interface cannot be kept")
	}
	w.raw("[")
	for i, e := range list {
		w.comma(i)
		if err := w.any(e); err != nil {
			return err
		}
	}
	w.raw("]")
	return nil
}

func (w *writer) anyMap(m map[string]any) error {
	if m == nil {
		return errors.New("a nil map within an interface cannot be kept")
	}
	keys := slices.Sorted(maps.Keys(m))
	wrap := slices.ContainsFunc(keys, func(k string) bool { return strings.HasPrefix(k, "$") })
	if wrap {
		w.raw(`{"` + anyMap + `":`)
	}
	w.raw("{")
	for i, k := range keys {
		w.comma(i)
		w.key(k)
		if err := w.any(m[k]); err != nil {
			return err
		}
	}
	w.raw("}")
	if wrap {
		w.raw("}")
	}
	return nil
}

func (r *reader) any() (any, error) {
	switch r.peek() {
	case 'n':
		if !r.null() {
			return nil, errors.New("want null")
		}
		return nil, nil
	case 't', 'f':
		return r.bool()
	case '"':
		return r.quoted()
	case '[':
		return r.anyList()
	case '{':
		return r.anyObject(true)
	}
	return r.anyNumber()
}

func (r *reader) anyNumber() (any, error) {
	text, err := r.number()
	if err != nil {
		return nil, err
	}
	if strings.ContainsAny(text, ".eE") {
		return strconv.ParseFloat(text, 64)
	}
	return strconv.Atoi(text)
}

func (r *reader) anyList() (any, error) {
	list := []any{}
	err := r.array(func() error {
		e, err := r.any()
		list = append(list, e)
		return err
	})
	return list, err
}

// anyObject reads a map, or, where they may stand, one of the special objects.
func (r *reader) anyObject(special bool) (any, error) {
	m := map[string]any{}
	var other any
	err := r.object(func(key string) (err error) {
		if !special || !strings.HasPrefix(key, "$") {
			m[key], err = r.any()
			return err
		}
		if other != nil || len(m) > 0 {
			return fmt.Errorf("%.100q beside another field", key)
		}
		other, err = r.special(key)
		return err
	})
	switch {
	case err != nil:
		return nil, err
	case other != nil && len(m) > 0:
		return nil, errors.New("a special object with further fields")
	case other != nil:
		return other, nil
	}
	return m, nil
}

func (r *reader) special(key string) (any, error) {
	switch key {
	case anyMap:
		return r.anyObject(false)
	case anyBytes:
		b, err := r.base64Text()
		return string(b), err
	case anyNumber:
		s, err := r.quoted()
		return json.Number(s), err
	case anyBig:
		s, err := r.quoted()
		if err != nil {
			return nil, err
		}
		n, ok := new(big.Int).SetString(s, 10)
		if !ok || len(s) > maxBig {
			return nil, fmt.Errorf("%.40q: want an integer", s)
		}
		return n, nil
	case anyDict:
		return r.dict()
	}
	return nil, fmt.Errorf("unknown special object %.100q", key)
}

// maxBig bounds the digits of an integer: reading them takes the square of their number.
const maxBig = 100_000

func (r *reader) dict() (any, error) {
	d := schema.Dict{}
	key, isKey := "", true
	err := r.array(func() (err error) {
		if isKey = !isKey; !isKey {
			key, err = r.string()
			return err
		}
		v, err := r.any()
		d = append(d, schema.Pair{Key: key, Value: v})
		return err
	})
	if err == nil && !isKey {
		err = errors.New("a key without a value")
	}
	return d, err
}
