package contract

import (
	"cmp"
	"errors"
	"regexp"
	"strings"

	"github.com/santhosh-tekuri/jsonschema/v6"
	"github.com/santhosh-tekuri/jsonschema/v6/kind"
	"golang.org/x/text/language"
	"golang.org/x/text/message"
)

// Difference is one thing that answers do and the contract does not say, however often it happens.
type Difference struct {
	Service   string `json:"service"`
	Operation string `json:"operation"` // operationId of the contract
	Status    int    `json:"status"`
	Pointer   string `json:"pointer"` // in the body, "*" for an array's elements; "" for the whole answer
	Message   string `json:"message"`
	Request   string `json:"request"` // one that was answered so: method and path
	Count     int    `json:"count"`
}

// key tells differences apart. Messages quote values, so that what they quote does not count.
func (d Difference) key() [4]string {
	return [4]string{d.Service + " " + d.Operation, string(rune(d.Status)), d.Pointer, quoted.ReplaceAllString(d.Message, "''")}
}

var quoted = regexp.MustCompile(`'[^']*'`)

func (d Difference) compare(other Difference) int {
	return cmp.Or(
		cmp.Compare(d.Service, other.Service), cmp.Compare(d.Operation, other.Operation), cmp.Compare(d.Status, other.Status),
		cmp.Compare(d.Pointer, other.Pointer), cmp.Compare(d.Message, other.Message),
	)
}

var english = message.NewPrinter(language.English)

// found is what a validation has against a body: pointer and message.
func found(err error) [][2]string {
	var invalid *jsonschema.ValidationError
	if !errors.As(err, &invalid) {
		return [][2]string{{"", err.Error()}}
	}
	return leaves(invalid)
}

// leaves are the reasons at the bottom. Of alternatives, all reasons are told at the place where they part.
func leaves(e *jsonschema.ValidationError) [][2]string {
	switch k := e.ErrorKind.(type) {
	case *kind.AdditionalProperties:
		var out [][2]string
		for _, name := range k.Properties {
			out = append(out, [2]string{pointer(append(e.InstanceLocation, name)), "is not in the schema"})
		}
		return out
	case *kind.Required:
		var out [][2]string
		for _, name := range k.Missing {
			out = append(out, [2]string{pointer(append(e.InstanceLocation, name)), "is missing"})
		}
		return out
	case *kind.AnyOf, *kind.OneOf:
		var reasons []string
		for _, cause := range e.Causes {
			for _, leaf := range leaves(cause) {
				reasons = append(reasons, strings.TrimSpace(strings.TrimPrefix(leaf[0], pointer(e.InstanceLocation))+" "+leaf[1]))
			}
		}
		return [][2]string{{pointer(e.InstanceLocation), "fits no alternative: " + strings.Join(reasons, "; ")}}
	}
	if len(e.Causes) == 0 {
		return [][2]string{{pointer(e.InstanceLocation), e.ErrorKind.LocalizedString(english)}}
	}
	var out [][2]string
	for _, cause := range e.Causes {
		out = append(out, leaves(cause)...)
	}
	return out
}

var index = regexp.MustCompile(`^[0-9]+$`)

// pointer is a JSON pointer with "*" for the places in arrays and for keys that are ids.
func pointer(location []string) string {
	var b strings.Builder
	for _, step := range location {
		if index.MatchString(step) || identifier.MatchString(step) {
			step = "*"
		}
		b.WriteString("/" + strings.NewReplacer("~", "~0", "/", "~1").Replace(step))
	}
	return b.String()
}
