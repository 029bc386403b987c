package nova

import (
	"strconv"

	"github.com/fauxstack/fauxstack/emulator/internal/schema"
)

// member is an object inside an object; nil when it is not there.
func member(v schema.Value, key string) schema.Dict {
	inside, _ := field(v, key).(schema.Dict)
	return inside
}

func field(v schema.Value, key string) schema.Value {
	object, _ := v.(schema.Dict)
	for _, p := range object {
		if p.Key == key {
			return p.Value
		}
	}
	return nil
}

// text is a field as Python's str has it; "" when it is not there or null.
func text(object schema.Dict, key string) string {
	v := field(object, key)
	if v == nil {
		return ""
	}
	return schema.Str(v)
}

// number is a field that a schema has found to be a whole number; 0 when it is not there.
func number(object schema.Dict, key string) int {
	n, _ := strconv.Atoi(text(object, key))
	return n
}

func textsOf(object schema.Dict) map[string]string {
	texts := map[string]string{}
	for _, p := range object {
		texts[p.Key] = schema.Str(p.Value)
	}
	return texts
}

// truth is a field of a boolean, as JSON has it or in a string.
func truth(object schema.Dict, key string) bool {
	switch text(object, key) {
	case "True", "true", "1":
		return true
	}
	return false
}
