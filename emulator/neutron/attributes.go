package neutron

import (
	"errors"
	"math/big"
	"net/netip"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/fauxstack/fauxstack/emulator/internal/httpapi"
	"github.com/fauxstack/fauxstack/emulator/internal/schema"
)

// attribute is what requests may do with one attribute of a resource (neutron_lib/api/definitions).
type attribute struct {
	name      string
	post, put bool
	required  bool // of a new resource
	filters   bool
	sorts     bool
	enforced  bool // a rule of its own decides who may set it
	read      func(v schema.Value) (schema.Value, error)
}

// reason is what a validator finds wrong with a value.
type reason string

func (r reason) Error() string { return string(r) }

// readBody reads the resource in the body of a request, as neutron/api/v2/base.py's prepare_request_body does, in its order.
// What it gives has the attributes that the client has set, converted.
func readBody(c *httpapi.Call, resource string, attrs []attribute, create bool) (schema.Dict, error) {
	raw, err := c.Raw()
	if err != nil {
		return nil, err
	}
	if len(raw) == 0 {
		return nil, badRequest("Unable to find '%s' in request body", resource)
	}
	value, err := c.Value()
	body, ok := value.(schema.Dict)
	if err != nil || !ok {
		return nil, badRequest("Body contains invalid data")
	}
	if body.Has(resource + "s") {
		if !create {
			return nil, badRequest("Bulk operation not supported")
		}
		return nil, elsewhere("Making several of " + resource + " at once")
	}
	within, ok := body.Get(resource)
	if !ok || within == nil {
		return nil, badRequest("Unable to find '%s' in request body", resource)
	}
	given, ok := within.(schema.Dict)
	if !ok {
		return nil, badRequest("Object '%s' contains invalid data", resource)
	}
	if given, err = withProject(c, given); err != nil {
		return nil, err
	}
	if err := known(given, attrs, create); err != nil {
		return nil, err
	}
	return converted(given, attrs)
}

// withProject makes project_id and tenant_id one (neutron_lib/api/attributes.py, populate_project_id).
func withProject(c *httpapi.Call, given schema.Dict) (schema.Dict, error) {
	project, named := given.Get("project_id")
	tenant, alias := given.Get("tenant_id")
	switch {
	case named && alias && schema.Str(project) != schema.Str(tenant):
		return nil, badRequest("'project_id' and 'tenant_id' do not match")
	case alias:
		project = tenant
	case !named:
		return given, nil
	}
	if schema.Str(project) != c.Auth.ProjectID && !isAdmin(c) && !slices.Contains(c.Auth.Creds.Roles, "service") {
		return nil, badRequest("Specifying 'project_id' other than the authenticated project in request is not allowed for the current user.")
	}
	given = slices.DeleteFunc(slices.Clone(given), func(p schema.Pair) bool { return p.Key == "tenant_id" })
	return given.With("project_id", project), nil
}

// known refuses attributes that there are not, or that may not be set, and the lack of those that must.
func known(given schema.Dict, attrs []attribute, create bool) error {
	var extra []string
	for _, p := range given {
		if !slices.ContainsFunc(attrs, func(a attribute) bool { return a.name == p.Key }) {
			extra = append(extra, p.Key)
		}
	}
	if len(extra) > 0 {
		return badRequest("Unrecognized attribute(s) '%s'", strings.Join(extra, ", "))
	}
	for _, a := range attrs {
		has := given.Has(a.name)
		switch {
		case create && has && !a.post:
			return badRequest("Attribute '%s' not allowed in POST", a.name)
		case create && !has && a.required:
			return badRequest("Failed to parse request. Required attribute '%s' not specified", a.name)
		case !create && has && !a.put:
			return badRequest("Cannot update read-only attribute %s", a.name)
		}
	}
	return nil
}

// converted reads the values, in the order of the attributes.
func converted(given schema.Dict, attrs []attribute) (schema.Dict, error) {
	var out schema.Dict
	for _, a := range attrs {
		value, ok := given.Get(a.name)
		if !ok {
			continue
		}
		if a.read != nil {
			read, err := a.read(value)
			var why reason
			switch {
			case errors.As(err, &why):
				return nil, badRequest("Invalid input for %s. Reason: %s.", a.name, string(why))
			case err != nil:
				return nil, err
			}
			value = read
		}
		out = append(out, schema.Pair{Key: a.name, Value: value})
	}
	return out, nil
}

// of is an attribute's value, if it is there and of the type.
func of[T any](given schema.Dict, name string, otherwise T) T {
	if v, ok := given.Get(name); ok {
		if typed, ok := v.(T); ok {
			return typed
		}
	}
	return otherwise
}

// maxWords is the length of most strings, in characters.
const maxWords = 255

// words reads a string (type:string, type:name_string).
func words(v schema.Value) (schema.Value, error) {
	text, ok := v.(string)
	switch {
	case !ok:
		return nil, reason("'" + schema.Str(v) + "' is not a valid string")
	case len([]rune(text)) > maxWords:
		return nil, reason("'" + text + "' exceeds maximum length of " + strconv.Itoa(maxWords))
	}
	return text, nil
}

// boolean is converters.convert_to_boolean.
func boolean(v schema.Value) (schema.Value, error) {
	switch strings.ToLower(strings.TrimSpace(schema.Str(v))) {
	case "1", "t", "true", "on", "y", "yes":
		return true, nil
	case "0", "f", "false", "off", "n", "no":
		return false, nil
	}
	return nil, invalidInput("'%s' cannot be converted to boolean", schema.Str(v))
}

var uuidPattern = regexp.MustCompile(`^[0-9a-fA-F]{8}-([0-9a-fA-F]{4}-){3}[0-9a-fA-F]{12}$`)

func uuid(v schema.Value) (schema.Value, error) {
	if text, ok := v.(string); ok && uuidPattern.MatchString(text) {
		return text, nil
	}
	return nil, reason("'" + schema.Str(v) + "' is not a valid UUID")
}

// ipVersion is convert_to_int, then 4 or 6.
func ipVersion(v schema.Value) (schema.Value, error) {
	n := 0
	switch v := v.(type) {
	case int:
		n = v
	case float64:
		n = int(v)
	case bool, *big.Int:
	case string:
		var err error
		if n, err = strconv.Atoi(strings.TrimSpace(v)); err != nil {
			return nil, invalidInput("'%s' is not an integer", v)
		}
	default:
		return nil, invalidInput("'%s' is not an integer", schema.Str(v))
	}
	if n != 4 && n != 6 {
		return nil, reason(schema.Str(v) + " is not in valid_values")
	}
	return n, nil
}

// cidr reads "10.0.0.5/24", or an address alone. The result may have bits beyond its length set.
func cidr(v schema.Value) (schema.Value, error) {
	text, ok := v.(string)
	if ok {
		if p, err := netip.ParsePrefix(text); err == nil {
			return p, nil
		}
		if a, err := netip.ParseAddr(text); err == nil {
			return netip.PrefixFrom(a, a.BitLen()), nil
		}
	}
	return nil, invalidInput("%s is not in a CIDR format", schema.Str(v))
}

func isAddress(v schema.Value) bool {
	text, ok := v.(string)
	a, err := netip.ParseAddr(text)
	return ok && err == nil && a.Zone() == ""
}

func notAddress(v schema.Value) reason {
	return reason("'" + schema.Str(v) + "' is not a valid IP address")
}

// addressOrNone reads an address in its canonical form; null is none.
func addressOrNone(v schema.Value) (schema.Value, error) {
	if v == nil {
		return nil, nil
	}
	if !isAddress(v) {
		return nil, notAddress(v)
	}
	return netip.MustParseAddr(v.(string)).String(), nil
}

var macPattern = regexp.MustCompile(`^([0-9a-f]{2}:){5}[0-9a-f]{2}$`)

// mac reads a MAC address as it is written with colons.
func mac(v schema.Value) (schema.Value, error) {
	if text, ok := v.(string); ok {
		if canonical := strings.ReplaceAll(strings.ToLower(text), "-", ":"); macPattern.MatchString(canonical) {
			return canonical, nil
		}
	}
	return nil, reason("'" + schema.Str(v) + "' is not a valid MAC address")
}

// nothing reads an attribute that is not emulated: null alone is taken.
func nothing(name string) func(schema.Value) (schema.Value, error) {
	return func(v schema.Value) (schema.Value, error) {
		if v == nil {
			return nil, nil
		}
		return nil, elsewhere("The attribute " + name)
	}
}
