package schema

import (
	"fmt"
	"math"
	"reflect"
	"strings"
)

// An Unmarshaler reads itself from a [Value]. It is called for null too, but not for a key that is absent, so it can
// tell the two apart.
type Unmarshaler interface{ UnmarshalValue(v Value) error }

// Unmarshal stores v, which a schema has accepted, in the variable that into points to. It knows strings, booleans,
// integers, floats, pointers (nil for null), slices, maps with string keys, any and [Dict], and structs, whose fields
// take the keys named by their `json` tags (those of embedded structs too). Unlike encoding/json it takes keys as they are spelt: "Name" is not
// "name". Fields without a tag and keys without a field are passed over. Null leaves the zero value. It returns an
// error, and never panics, if a value does not fit its variable.
func Unmarshal(v Value, into any) error {
	target := reflect.ValueOf(into)
	if target.Kind() != reflect.Pointer || target.IsNil() {
		return fmt.Errorf("schema: Unmarshal into %T, not a pointer", into)
	}
	return store(v, target.Elem(), "value")
}

// store puts v into target; at leads to v, for errors.
func store(v Value, target reflect.Value, at string) error {
	if u, ok := target.Addr().Interface().(Unmarshaler); ok {
		return u.UnmarshalValue(v)
	}
	if v == nil {
		target.SetZero()
		return nil
	}
	if value := reflect.ValueOf(v); target.Kind() == reflect.Interface || target.Type() == value.Type() {
		if !value.Type().AssignableTo(target.Type()) {
			return misfit(v, target, at)
		}
		target.Set(value)
		return nil
	}
	switch target.Kind() {
	case reflect.Pointer:
		p := reflect.New(target.Type().Elem())
		target.Set(p)
		return store(v, p.Elem(), at)
	case reflect.Struct:
		return storeStruct(v, target, at)
	case reflect.Map:
		return storeMap(v, target, at)
	case reflect.Slice:
		return storeSlice(v, target, at)
	}
	return storeScalar(v, target, at)
}

func misfit(v Value, target reflect.Value, at string) error {
	return fmt.Errorf("schema: %s is a %T, which does not fit a %s", at, v, target.Type())
}

func storeStruct(v Value, target reflect.Value, at string) error {
	d, ok := v.(Dict)
	if !ok {
		return misfit(v, target, at)
	}
	for i := range target.NumField() {
		field := target.Type().Field(i)
		name, _, _ := strings.Cut(field.Tag.Get("json"), ",")
		if field.Anonymous && name == "" && field.Type.Kind() == reflect.Struct && field.IsExported() {
			if err := storeStruct(v, target.Field(i), at); err != nil {
				return err
			}
		}
		if name == "" || name == "-" || !field.IsExported() {
			continue
		}
		value, ok := d.Get(name)
		if !ok {
			continue
		}
		if err := store(value, target.Field(i), at+"."+name); err != nil {
			return err
		}
	}
	return nil
}

func storeMap(v Value, target reflect.Value, at string) error {
	d, ok := v.(Dict)
	if !ok || target.Type().Key().Kind() != reflect.String {
		return misfit(v, target, at)
	}
	m := reflect.MakeMapWithSize(target.Type(), len(d))
	for _, p := range d {
		value := reflect.New(target.Type().Elem()).Elem()
		if err := store(p.Value, value, at+"."+p.Key); err != nil {
			return err
		}
		m.SetMapIndex(reflect.ValueOf(p.Key).Convert(target.Type().Key()), value)
	}
	target.Set(m)
	return nil
}

func storeSlice(v Value, target reflect.Value, at string) error {
	list, ok := v.(List)
	if !ok || target.Type() == reflect.TypeFor[Dict]() {
		return misfit(v, target, at)
	}
	s := reflect.MakeSlice(target.Type(), len(list), len(list))
	for i, item := range list {
		if err := store(item, s.Index(i), fmt.Sprintf("%s[%d]", at, i)); err != nil {
			return err
		}
	}
	target.Set(s)
	return nil
}

func storeScalar(v Value, target reflect.Value, at string) error {
	switch v := v.(type) {
	case string:
		if target.Kind() == reflect.String {
			target.SetString(v)
			return nil
		}
	case bool:
		if target.Kind() == reflect.Bool {
			target.SetBool(v)
			return nil
		}
	case int:
		switch {
		case target.CanInt() && !target.OverflowInt(int64(v)):
			target.SetInt(int64(v))
			return nil
		case target.CanUint() && v >= 0 && !target.OverflowUint(uint64(v)):
			target.SetUint(uint64(v))
			return nil
		case target.CanFloat():
			target.SetFloat(float64(v))
			return nil
		}
	case float64:
		if target.CanFloat() {
			target.SetFloat(v)
			return nil
		}
		// A whole float has passed as an integer.
		if target.CanInt() && v == math.Trunc(v) && math.Abs(v) < 1<<62 && !target.OverflowInt(int64(v)) {
			target.SetInt(int64(v))
			return nil
		}
	}
	return misfit(v, target, at)
}
