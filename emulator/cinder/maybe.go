package cinder

import "github.com/fauxstack/fauxstack/emulator/internal/schema"

// maybe is a field of a body that may be left out, null, or a value.
type maybe[T any] struct {
	Given bool
	Value *T // nil for null
}

// UnmarshalValue is called only when the field is there.
func (m *maybe[T]) UnmarshalValue(v schema.Value) error {
	m.Given = true
	return schema.Unmarshal(v, &m.Value)
}
