package emulator

import (
	"strings"

	"github.com/fauxstack/fauxstack/emulator/cinder"
	"github.com/fauxstack/fauxstack/emulator/glance"
	"github.com/fauxstack/fauxstack/emulator/internal/httpapi"
	"github.com/fauxstack/fauxstack/emulator/keystone"
	"github.com/fauxstack/fauxstack/emulator/neutron"
	"github.com/fauxstack/fauxstack/emulator/nova"
)

// Operation is one operation of an upstream API.
type Operation struct {
	ID      string `json:"id"` // service.resource.operation
	Service string `json:"service"`
	Method  string `json:"method"`
	Path    string `json:"path"`             // under the service's address
	Action  string `json:"action,omitempty"` // key of the body, where operations share a path
	Since   string `json:"since,omitempty"`  // first microversion
	Until   string `json:"until,omitempty"`  // last microversion
	Policy  string `json:"policy,omitempty"` // rule that the caller must pass

	Emulated bool `json:"emulated"` // false: answers 501
}

// Microversions is the range of microversions that have the operation, such as "3.1-" or "" for all.
func (o Operation) Microversions() string {
	if o.Since == "" && o.Until == "" {
		return ""
	}
	return o.Since + "-" + o.Until
}

// Operations lists the operations of Keystone, Glance, Cinder, Nova and Neutron, emulated or not.
func Operations() []Operation {
	var out []Operation
	for _, rows := range [][]httpapi.Row{keystone.Operations(), glance.Operations(), cinder.Operations(), nova.Operations(), neutron.Operations()} {
		for _, r := range rows {
			service, _, _ := strings.Cut(r.Op, ".")
			out = append(out, Operation{
				ID: r.Op, Service: service, Method: r.Method, Path: r.Path, Action: r.Action,
				Since: r.Since, Until: r.Until, Policy: r.Policy, Emulated: r.Emulated,
			})
		}
	}
	return out
}
