package keystone

import (
	"errors"
	"strings"

	"github.com/fauxstack/fauxstack/emulator/internal/fail"
	"github.com/fauxstack/fauxstack/emulator/internal/schema"
)

func stringType() schema.Dict { return schema.Dict{{Key: "type", Value: "string"}} }

// idAndName is an object that names something; that one of the two must be there is checked later.
func idAndName(more ...schema.Pair) schema.Dict {
	return schema.Dict{
		{Key: "type", Value: "object"},
		{Key: "properties", Value: append(schema.Dict{{Key: "id", Value: stringType()}, {Key: "name", Value: stringType()}}, more...)},
	}
}

// tokenIssue is what the value of "auth" must look like.
var tokenIssue = schema.New(schema.Dict{
	{Key: "type", Value: "object"},
	{Key: "properties", Value: schema.Dict{
		{Key: "identity", Value: schema.Dict{
			{Key: "type", Value: "object"},
			{Key: "properties", Value: schema.Dict{
				{Key: "methods", Value: schema.Dict{{Key: "type", Value: "array"}, {Key: "items", Value: stringType()}}},
				{Key: "password", Value: schema.Dict{
					{Key: "type", Value: "object"},
					{Key: "properties", Value: schema.Dict{
						{Key: "user", Value: idAndName(
							schema.Pair{Key: "password", Value: stringType()},
							schema.Pair{Key: "domain", Value: idAndName()},
						)},
					}},
				}},
				{Key: "token", Value: schema.Dict{
					{Key: "type", Value: "object"},
					{Key: "properties", Value: schema.Dict{{Key: "id", Value: stringType()}}},
					{Key: "required", Value: schema.List{"id"}},
				}},
			}},
			{Key: "required", Value: schema.List{"methods"}},
		}},
		{Key: "scope", Value: schema.Dict{
			{Key: "type", Value: schema.List{"object", "string"}},
			{Key: "properties", Value: schema.Dict{
				{Key: "project", Value: idAndName(schema.Pair{Key: "domain", Value: idAndName()})},
				{Key: "domain", Value: idAndName()},
				{Key: "OS-TRUST:trust", Value: schema.Dict{
					{Key: "type", Value: "object"},
					{Key: "properties", Value: schema.Dict{{Key: "id", Value: stringType()}}},
				}},
				{Key: "system", Value: schema.Dict{
					{Key: "type", Value: "object"},
					{Key: "properties", Value: schema.Dict{
						// Quirk: null is in the list because upstream adds it to a list that all its booleans share.
						{Key: "all", Value: schema.Dict{{Key: "type", Value: "boolean"}, {Key: "enum", Value: schema.List{true, false, nil}}}},
					}},
				}},
			}},
		}},
	}},
	{Key: "required", Value: schema.List{"identity"}},
})

// checkAuth holds the value of "auth" against its schema. The words are those of a validator of its own: the mistake as
// Python prints it whole, after the path from the top.
func checkAuth(auth schema.Value) error {
	if err := checkWhole(tokenIssue, auth); err != nil {
		return err
	}
	user, given := dig(auth, "identity", "password", "user")
	if err := checkNamed(user, given, "identity/password/user"); err != nil {
		return err
	}
	project, given := dig(auth, "scope", "project")
	if err := checkNamed(project, given, "scope/project"); err != nil {
		return err
	}
	domain, given := dig(auth, "scope", "domain")
	if !given {
		return nil
	}
	return needIDOrName(domain, "scope/domain")
}

// checkWhole words a mistake whole, after the path from the top.
func checkWhole(s *schema.Schema, v schema.Value) error {
	validator := schema.Validator{Draft: schema.Draft202012}
	var mistake *schema.Error
	if err := validator.Validate(s, v); errors.As(err, &mistake) {
		if len(mistake.Path) == 0 {
			return fail.New(fail.Invalid, "%s", mistake.PythonString())
		}
		steps := make([]string, len(mistake.Path))
		for i, step := range mistake.Path {
			steps[i] = schema.Str(step)
		}
		return fail.New(fail.Invalid, "Invalid input for field '%s': %s", strings.Join(steps, "/"), mistake.PythonString())
	}
	return nil
}

// checkNamed wants something that belongs to a domain to be named, and the domain as well if it is there.
func checkNamed(thing schema.Dict, given bool, field string) error {
	if !given {
		return nil
	}
	if err := needIDOrName(thing, field); err != nil {
		return err
	}
	domain, given := dig(thing, "domain")
	if !given {
		return nil
	}
	return needIDOrName(domain, field+"/domain")
}

func needIDOrName(d schema.Dict, field string) error {
	if d.Has("id") || d.Has("name") {
		return nil
	}
	return fail.New(fail.Invalid, "Invalid input for field %s: id or name must be present.", field)
}

// dig follows keys down to an object.
func dig(v schema.Value, path ...string) (schema.Dict, bool) {
	d, ok := v.(schema.Dict)
	for _, key := range path {
		if !ok {
			return nil, false
		}
		next, _ := d.Get(key)
		d, ok = next.(schema.Dict)
	}
	return d, ok
}

// text is a member of an object that is a string; anything else counts as not there.
func text(d schema.Dict, key string) string {
	v, _ := d.Get(key)
	s, _ := v.(string)
	return s
}
