// Package schema validates request bodies by JSON Schema and says what is wrong in the words of
// python-jsonschema 4.10, because OpenStack services put those words on the wire.
//
// A schema is written as the ordered dict it is upstream. The order is behaviour: keywords are checked as
// written, and the first complaint is the one a client sees.
//
//	var createVolume = schema.New(schema.Dict{
//		{"type", "object"},
//		{"properties", schema.Dict{
//			{"size", schema.Dict{{"type", schema.List{"integer", "string"}}, {"pattern", "^[0-9]+$"}, {"minimum", 1}}},
//			{"name", schema.Dict{{"type", "string"}, {"maxLength", 255}}},
//		}},
//		{"required", schema.List{"size"}},
//		{"additionalProperties", false},
//	})
//
// Such a variable is laid out by the compiler and costs nothing at start-up; it is compiled to a program at its
// first use. A test of the package that holds schemas calls [Schema.Check] on each, which finds misspelt keywords
// and patterns that do not compile.
//
// Bodies are read by [Decode], which keeps what encoding/json would lose and the messages show: the order of keys,
// the difference between 1 and 1.0, integers of any size, NaN. [Unmarshal] fills a handler's input from the result.
//
// Keywords: type, properties, required, additionalProperties, patternProperties, minProperties, maxProperties,
// dependentRequired, items, minItems, maxItems, uniqueItems, enum, const, minLength, maxLength, pattern, format,
// minimum, maximum, exclusiveMinimum, exclusiveMaximum, allOf, anyOf, oneOf, not, if/then/else and $ref within the
// document ("#", "#/definitions/name"), by which a schema may be recursive.
//
// Gap: lone surrogates ("\ud800") decode to U+FFFD, where Python keeps them.
// Gap: patterns run on Go's regexp, so those with look-around or back-references are refused by Check.
// Gap: characters assigned after Unicode 14 are shown as they are, where Python 3.11 escapes them.
package schema
