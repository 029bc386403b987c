package cinder

import (
	"encoding/json"
	"strings"
)

// maybe is a field of a body that may be left out, null, or a value.
type maybe[T any] struct {
	Given bool
	Value *T // nil for null
}

// UnmarshalJSON is called only when the field is there.
func (m *maybe[T]) UnmarshalJSON(raw []byte) error {
	m.Given = true
	return json.Unmarshal(raw, &m.Value)
}

// unquoted is a JSON scalar without the quotes of a string.
func unquoted(raw []byte) string { return strings.Trim(string(raw), `"`) }
