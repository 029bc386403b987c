package keystone

import (
	"maps"
	"math"
	"slices"
	"strings"

	"github.com/fauxstack/fauxstack/emulator/internal/fail"
	"github.com/fauxstack/fauxstack/emulator/internal/httpapi"
	"github.com/fauxstack/fauxstack/emulator/internal/schema"
)

// ref is what a request says of one thing: the members of an object, as they came. Those that the API does not know are
// kept with the thing, so a ref is read by name and not into a struct.
type ref struct{ members schema.Dict }

// refOf reads the thing that a body is about from under its name. What is not there has no members.
func refOf(c *httpapi.Call, member string) (ref, error) {
	body, err := c.Value()
	if err != nil {
		return ref{}, err
	}
	d, _ := dig(body, member)
	return ref{d}, finite(d)
}

// finite refuses numbers that JSON cannot give back.
// Quirk: upstream takes NaN, and answers with what no other parser reads.
func finite(v schema.Value) error {
	switch v := v.(type) {
	case float64:
		if math.IsNaN(v) || math.IsInf(v, 0) {
			return &fail.Error{Kind: fail.Invalid, Resource: httpapi.MalformedBody}
		}
	case schema.Dict:
		for _, p := range v {
			if err := finite(p.Value); err != nil {
				return err
			}
		}
	case schema.List:
		for _, item := range v {
			if err := finite(item); err != nil {
				return err
			}
		}
	}
	return nil
}

// normalized is the ref of a thing that is to be made, where colons and dashes in names are underscores.
func (r ref) normalized() ref {
	out := make(schema.Dict, 0, len(r.members))
	for _, p := range r.members {
		out = out.With(strings.NewReplacer(":", "_", "-", "_").Replace(p.Key), p.Value)
	}
	return ref{out}
}

func (r ref) has(name string) bool { return r.members.Has(name) }

func (r ref) get(name string) schema.Value {
	v, _ := r.members.Get(name)
	return v
}

// text is a member that is a string; null, and what is not there, is "".
func (r ref) text(name string) string { return text(r.members, name) }

// given is a member that is a string, nil where it is null or not there.
func (r ref) given(name string) *string {
	if s, ok := r.get(name).(string); ok {
		return &s
	}
	return nil
}

// flag is a member that is true or false, in one of the ways that schemas allow.
func (r ref) flag(name string, otherwise bool) bool {
	switch v := r.get(name).(type) {
	case bool:
		return v
	case string:
		return asBool(v, otherwise)
	}
	return otherwise
}

// number is a member that is a whole number, 0 where it is not there.
func (r ref) number(name string) int {
	switch v := r.get(name).(type) {
	case int:
		return v
	case float64:
		return int(v)
	}
	return 0
}

// wholeOrNull is a member that is a whole number, nil where it is null or not there.
func (r ref) wholeOrNull(name string) *int {
	if r.get(name) == nil {
		return nil
	}
	n := r.number(name)
	return &n
}

// list is a member that is a list of strings.
func (r ref) list(name string) []string {
	values, _ := r.get(name).(schema.List)
	out := make([]string, 0, len(values))
	for _, v := range values {
		if s, ok := v.(string); ok {
			out = append(out, s)
		}
	}
	return out
}

// extra adds to what was kept of a thing before the members that are none of its known attributes.
func (r ref) extra(kept map[string]any, known ...string) map[string]any {
	out := maps.Clone(kept)
	if out == nil {
		out = map[string]any{}
	}
	for _, p := range r.members {
		if p.Key != "extra" && !slices.Contains(known, p.Key) {
			out[p.Key] = p.Value
		}
	}
	return out
}

// options applies what a request says of a resource's options to those that it has: null takes one away.
func (r ref) options(have map[string]any) map[string]any {
	wanted, ok := r.get("options").(schema.Dict)
	if !ok {
		return have
	}
	out := maps.Clone(have)
	if out == nil {
		out = map[string]any{}
	}
	for _, p := range wanted {
		if p.Value == nil {
			delete(out, p.Key)
		} else {
			out[p.Key] = p.Value
		}
	}
	return out
}

// matches refuses a body that gives another id than the path.
func (r ref) matches(id string) error {
	if v := r.get("id"); v != nil && v != schema.Value(id) {
		return fail.New(fail.Invalid, "Cannot change ID")
	}
	return nil
}

// immutable tells whether options forbid to change their resource.
func immutable(options map[string]any) bool { return options["immutable"] == true }

// changeable refuses to change what is immutable, unless all that is asked for is to make it mutable.
func changeable(have map[string]any, r ref, kind, id string) error {
	if !immutable(have) {
		return nil
	}
	options, _ := r.get("options").(schema.Dict)
	wanted, said := options.Get("immutable")
	if len(r.members) > 1 || !said || wanted != schema.Value(false) && wanted != nil {
		return immutableError("update", kind, id)
	}
	return nil
}

func immutableError(verb, kind, id string) error {
	return fail.New(fail.Forbidden, "Unable to %s immutable %s resource: `%s. Set resource option \"immutable\" to false first.",
		verb, kind, id)
}

// conflict says that something like it is there already.
func conflict(kind, format string, args ...any) error {
	return fail.New(fail.Conflict, "Conflict occurred attempting to store "+kind+" - "+format+".", args...)
}

// duplicate words a conflict of names; the domain is told only where the request names it.
func duplicate(kind, name, domain string) error {
	if domain == "" {
		return conflict(kind, "Duplicate entry found with name %s", name)
	}
	return conflict(kind, "Duplicate entry found with name %s at domain ID %s", name, domain)
}

// homeDomain is the domain that something new belongs to: the one that is named, the one of the token, or the default.
func homeDomain(c *httpapi.Call, r ref) string {
	switch {
	case r.text("domain_id") != "":
		return r.text("domain_id")
	case c.Auth.DomainID != "":
		return c.Auth.DomainID
	}
	return defaultDomainID
}

// aboutRef is what rules may know of something that is yet to be made: what the request says of it.
func aboutRef(kind string, r ref) map[string]any {
	known := map[string]any{}
	for _, p := range r.members {
		switch v := p.Value.(type) {
		case string, bool, nil:
			known["target."+kind+"."+p.Key] = v
		}
	}
	return known
}
