package nova

import (
	"encoding/base64"
	"errors"
	"net/http"
	"net/netip"
	"strings"
	"sync"
	"unicode"

	"github.com/fauxstack/fauxstack/emulator/internal/fail"
	"github.com/fauxstack/fauxstack/emulator/internal/httpapi"
	"github.com/fauxstack/fauxstack/emulator/internal/policy"
	"github.com/fauxstack/fauxstack/emulator/internal/schema"
	"github.com/fauxstack/fauxstack/emulator/internal/webob"
)

// maxBody is oslo.middleware's default max_request_body_size.
const maxBody = 114688

const (
	jsonMedia       = "application/json"
	computeIDHeader = "X-Compute-Request-Id"
)

var dialect = sync.OnceValue(func() *httpapi.Dialect[*Service] {
	return &httpapi.Dialect[*Service]{
		Name:        "nova",
		MaxBody:     maxBody,
		IDHeaders:   []string{"X-Openstack-Request-Id"},
		Public:      func(path string) bool { return !strings.HasPrefix(path, "/v2.1/") },
		NoRoute:     noRoute,
		Before:      (*Service).before,
		SchemaError: schemaError,
		Validator:   &schema.Validator{Draft: schema.Draft4, NumericStrings: true, Formats: formats()},
		Error:       reply,
		Rules:       func(s *Service) *policy.Rules { return s.rules },
	}
})

// noRoute answers what no row has. Most of Compute has none, so that nobody can tell whether upstream would know the path.
func noRoute(c *httpapi.Call, allowed []string) httpapi.Reply {
	if strings.HasPrefix(c.Path, "/v2.1/") && len(allowed) == 0 {
		return reply(c, fail.New(fail.NotImplemented, "%s %s is not emulated; `fauxstack operations --service nova` lists what is.",
			c.Request.Method, c.Path))
	}
	return webob.Page(c, http.StatusNotFound, webob.Explanation(http.StatusNotFound))
}

// before is what nova.api.openstack.wsgi.Resource does ahead of every operation.
func (s *Service) before(c *httpapi.Call) error {
	c.Header()[computeIDHeader] = []string{c.RequestID}
	c.Header()["Content-Type"] = []string{jsonMedia}
	if err := s.negotiate(c); err != nil {
		return err
	}
	if strings.HasSuffix(c.Path, "/action") && c.Request.Method == http.MethodPost {
		if body, err := c.Value(); err != nil || body == nil {
			return fail.New(fail.Invalid, "Malformed request body")
		}
	}
	return nil
}

// schemaError words a mistake: the field, its value, and what jsonschema says.
func schemaError(_ *httpapi.Call, err *schema.Error) error {
	if badName := new(nameError); errors.As(err.Cause, badName) {
		return fail.New(fail.Invalid, "%s", badName)
	}
	if len(err.Path) > 0 {
		return fail.New(fail.Invalid, "Invalid input for field/attribute %s. Value: %s. %s",
			schema.Str(err.Path[len(err.Path)-1]), schema.Str(err.Instance), err.Message())
	}
	return fail.New(fail.Invalid, "%s", err.Message())
}

func formats() map[string]schema.Format {
	return map[string]schema.Format{
		"uuid": func(v schema.Value) error {
			if text, ok := v.(string); !ok || !isUUIDLike(text) {
				return schema.ErrFormat
			}
			return nil
		},
		"ipv4": func(v schema.Value) error {
			return formed(v, func(text string) bool { a, err := netip.ParseAddr(text); return err == nil && a.Is4() })
		},
		"ipv6": func(v schema.Value) error {
			return formed(v, func(text string) bool { a, err := netip.ParseAddr(text); return err == nil && a.Is6() })
		},
		"base64": func(v schema.Value) error {
			return formed(v, func(text string) bool { _, err := base64.StdEncoding.DecodeString(text); return err == nil })
		},
		"name": func(v schema.Value) error {
			if text, ok := v.(string); !ok || !isName(text) {
				return nameError{}
			}
			return nil
		},
	}
}

func formed(v schema.Value, holds func(text string) bool) error {
	if text, ok := v.(string); !ok || !holds(text) {
		return schema.ErrFormat
	}
	return nil
}

// nameError is nova.exception.InvalidName, which is told without the field that it is about.
type nameError struct{}

func (nameError) Error() string {
	return "An invalid 'name' value was provided. The name must be: printable characters. Can not start or end with whitespace."
}

// isName tells whether a name is printable, and neither begins nor ends with a space (nova/api/validation/parameter_types.py,
// valid_name_regex, which knows no characters past the first 65,535).
func isName(name string) bool {
	letters := []rune(name)
	for i, r := range letters {
		space := unicode.Is(unicode.Zs, r)
		if r >= 0xFFFF || unicode.In(r, unicode.C, unicode.Zl, unicode.Zp) || !space && !unicode.In(r, unicode.L, unicode.M, unicode.N, unicode.P, unicode.S) {
			return false
		}
		if space && (i == 0 || i == len(letters)-1) {
			return false
		}
	}
	return true
}

// isUUIDLike is oslo.utils' uuidutils.is_uuid_like.
func isUUIDLike(s string) bool {
	bare := strings.NewReplacer("urn:", "", "uuid:", "", "-", "").Replace(s)
	bare = strings.ToLower(strings.Trim(bare, "{}"))
	return len(bare) == 32 && strings.Trim(bare, "0123456789abcdef") == ""
}
