package schema

import (
	"bytes"
	"encoding/json"
	"math/big"
)

// Value is what [Decode] yields and what schemas are written in: nil, bool, int, *big.Int (beyond int),
// float64, string, [List] or [Dict].
type Value = any

// List is a JSON array.
type List = []any

// Pair is one entry of a [Dict].
type Pair = struct {
	Key   string
	Value any
}

// Dict is a JSON object that keeps its keys in order, each at most once. Lookup is linear, which suits request
// bodies: they are read once.
type Dict []Pair

// Get returns the value under key, and whether there is one (it may be nil, JSON's null).
func (d Dict) Get(key string) (Value, bool) {
	for i := range d {
		if d[i].Key == key {
			return d[i].Value, true
		}
	}
	return nil, false
}

// Has tells whether key is present.
func (d Dict) Has(key string) bool {
	_, ok := d.Get(key)
	return ok
}

// With returns a copy of d in which key has the value v: in key's place if it was there, else at the end.
func (d Dict) With(key string, v Value) Dict {
	out := make(Dict, len(d), len(d)+1)
	copy(out, d)
	for i := range out {
		if out[i].Key == key {
			out[i].Value = v
			return out
		}
	}
	return append(out, Pair{key, v})
}

// MarshalJSON writes the object with its keys in order.
func (d Dict) MarshalJSON() ([]byte, error) {
	var b bytes.Buffer
	b.WriteByte('{')
	for i, p := range d {
		if i > 0 {
			b.WriteByte(',')
		}
		key, err := json.Marshal(p.Key)
		if err != nil {
			return nil, err
		}
		value, err := json.Marshal(p.Value)
		if err != nil {
			return nil, err
		}
		b.Write(key)
		b.WriteByte(':')
		b.Write(value)
	}
	b.WriteByte('}')
	return b.Bytes(), nil
}

func isNumber(v Value) bool {
	switch v.(type) {
	case int, float64, *big.Int:
		return true
	}
	return false
}
