package httpapi

import (
	"context"

	"github.com/fauxstack/fauxstack/emulator/internal/fail"
)

// restricter knows what tokens with access rules are good for.
type restricter interface {
	Permits(ctx context.Context, id *Identity, types []string, method string, paths ...string) bool
}

// restricted refuses a token whose access rules do not allow the request, as upstream's middleware does in front of every
// service. A rule's path is the one that the service sees, or the one that the client asked for. What a service passes on is
// no request of the client's: rules do not hold for it.
func (f *Front) restricted(c *Call, service string) error {
	if len(c.Auth.AccessRules) == 0 || c.Request.Header.Get(serviceTokenHeader) != "" {
		return nil
	}
	if by, ok := f.Tokens.(restricter); ok &&
		by.Permits(c.Context(), c.Auth, serviceTypes(service), c.Request.Method, c.Path, c.mount+c.Path) {
		return nil
	}
	c.Auth = nil
	return fail.New(fail.Unauthenticated, "")
}

// serviceTypes are the types that catalogs have for a service.
func serviceTypes(service string) []string {
	switch service {
	case "keystone":
		return []string{"identity"}
	case "glance":
		return []string{"image"}
	case "cinder":
		return []string{"block-storage", "block-store", "volumev3", "volume"}
	case "nova":
		return []string{"compute"}
	case "neutron":
		return []string{"network"}
	}
	return nil
}
