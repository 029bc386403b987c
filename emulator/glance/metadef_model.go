package glance

import (
	"math/big"
	"slices"
	"strings"

	"github.com/fauxstack/fauxstack/emulator/internal/fail"
	"github.com/fauxstack/fauxstack/emulator/internal/schema"
)

// model is a type of the library by which upstream reads and writes metadata definitions. It makes values out of what
// the schemas let through, and dies of what it does not know itself.
type model []attribute

// attribute is a member of a model, which writes its members in their order.
type attribute struct {
	name   string
	wanted bool // there is no value without it
	read   func(schema.Value) (schema.Value, error)
}

func (m model) read(value schema.Value) (schema.Value, error) {
	if value == nil {
		return nil, nil
	}
	object, ok := value.(dict)
	if !ok {
		return nil, crash()
	}
	for _, p := range object {
		if !slices.ContainsFunc(m, func(a attribute) bool { return a.name == p.Key }) {
			return nil, crash()
		}
	}
	out := make(dict, 0, len(object))
	for _, a := range m {
		value, ok := object.Get(a.name)
		if !ok && a.wanted {
			return nil, crash()
		}
		if !ok {
			continue
		}
		value, err := a.read(value)
		if err != nil {
			return nil, err
		}
		out = append(out, schema.Pair{Key: a.name, Value: value})
	}
	return out, nil
}

var itemModel = model{{"type", true, readText}, {"enum", false, readEach(readText)}}

var propertyModel = model{
	{"name", false, readText},
	{"type", true, readText},
	{"title", true, readText},
	{"description", false, readText},
	{"operators", false, readEach(readText)},
	{"default", false, readDefault},
	{"readonly", false, readBoolean},
	{"minimum", false, readInteger},
	{"maximum", false, readInteger},
	{"enum", false, readEach(readText)},
	{"pattern", false, readText},
	{"minLength", false, readInteger},
	{"maxLength", false, readInteger},
	{"confidential", false, readBoolean},
	{"items", false, itemModel.read},
	{"uniqueItems", false, readBoolean},
	{"minItems", false, readInteger},
	{"maxItems", false, readInteger},
	{"additionalItems", false, readBoolean},
}

var objectModel = model{
	{"name", true, readText},
	{"required", false, readEach(readText)},
	{"description", false, readText},
	{"properties", false, readMembers(propertyModel.read)},
	{"created_at", false, readText},
	{"updated_at", false, readText},
	{"self", false, readText},
	{"schema", false, readText},
}

var tagModel = model{{"name", true, readText}, {"created_at", false, readText}, {"updated_at", false, readText}}

var tagsModel = model{{"tags", false, readEach(tagModel.read)}}

var associationModel = model{
	{"name", true, readText},
	{"prefix", false, readText},
	{"properties_target", false, readText},
	{"created_at", false, readText},
	{"updated_at", false, readText},
}

var namespaceModel = model{
	{"namespace", true, readText},
	{"display_name", false, readText},
	{"description", false, readText},
	{"visibility", false, readText},
	{"protected", false, readBoolean},
	{"owner", false, readText},
	{"created_at", false, readText},
	{"updated_at", false, readText},
	{"resource_type_associations", false, readEach(associationModel.read)},
	{"properties", false, readMembers(propertyModel.read)},
	{"objects", false, readEach(objectModel.read)},
	{"tags", false, readEach(tagModel.read)},
	{"self", false, readText},
	{"schema", false, readText},
}

func readText(value schema.Value) (schema.Value, error) {
	switch value.(type) {
	case nil, string:
		return value, nil
	}
	return nil, crash()
}

// readInteger cuts the fraction off.
func readInteger(value schema.Value) (schema.Value, error) {
	switch n := value.(type) {
	case nil, int, *big.Int:
		return n, nil
	case float64:
		whole, _ := big.NewFloat(n).Int(nil)
		if whole.IsInt64() {
			return int(whole.Int64()), nil
		}
		return whole, nil
	}
	return nil, crash()
}

func readBoolean(value schema.Value) (schema.Value, error) {
	switch v := value.(type) {
	case nil, bool:
		return v, nil
	case int:
		return v != 0, nil
	case string:
		switch v {
		case "true", "t", "yes", "y", "on", "1":
			return true, nil
		case "false", "f", "no", "n", "off", "0":
			return false, nil
		}
	}
	return nil, crash()
}

// readDefault makes a text of whatever has one.
// Quirk: lists and objects have none, and a text is written in ASCII only (reference).
func readDefault(value schema.Value) (schema.Value, error) {
	switch value.(type) {
	case string, bool, int, float64, *big.Int:
	default:
		return nil, nil
	}
	text := schema.Str(value)
	if strings.ContainsFunc(text, func(r rune) bool { return r > 127 }) {
		return nil, fail.New(fail.Invalid, "Error decoding your request. Either the URL or the request body contained characters that "+
			"could not be decoded by Glance")
	}
	return text, nil
}

func readEach(read func(schema.Value) (schema.Value, error)) func(schema.Value) (schema.Value, error) {
	return func(value schema.Value) (schema.Value, error) {
		if value == nil {
			return nil, nil
		}
		elements, ok := value.(list)
		if !ok {
			return nil, crash()
		}
		out := make(list, len(elements))
		for i, e := range elements {
			var err error
			if out[i], err = read(e); err != nil {
				return nil, err
			}
		}
		return out, nil
	}
}

func readMembers(read func(schema.Value) (schema.Value, error)) func(schema.Value) (schema.Value, error) {
	return func(value schema.Value) (schema.Value, error) {
		if value == nil {
			return nil, nil
		}
		members, ok := value.(dict)
		if !ok {
			return nil, crash()
		}
		out := make(dict, len(members))
		for i, p := range members {
			value, err := read(p.Value)
			if err != nil {
				return nil, err
			}
			out[i] = schema.Pair{Key: p.Key, Value: value}
		}
		return out, nil
	}
}

// textIn, listIn and dictIn read members of what a model has read.
func textIn(d dict, key string) *string {
	value, _ := d.Get(key)
	if text, ok := value.(string); ok {
		return &text
	}
	return nil
}

func listIn(d dict, key string) list {
	value, _ := d.Get(key)
	elements, _ := value.(list)
	return elements
}

func dictIn(d dict, key string) dict {
	value, _ := d.Get(key)
	members, _ := value.(dict)
	return members
}
