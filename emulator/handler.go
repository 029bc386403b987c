package emulator

import (
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strings"

	"github.com/fauxstack/fauxstack/emulator/internal/httpapi"
)

// Handler serves the whole cloud, under its devstack paths, without a socket.
func (e *Emulator) Handler() http.Handler { return e.front }

// HandlerUnder is Handler below a path, such as "/clouds/blue", so that several clouds share an address; URLs in answers
// have the path, too, unless an address is announced.
func (e *Emulator) HandlerUnder(path string) http.Handler {
	return e.front.Under(strings.TrimRight(path, "/"))
}

// ServiceHandler serves one service, by its path such as IdentityPath, at the root of a listener of its own. Its answers
// refer to the other services on their standard ports.
func (e *Emulator) ServiceHandler(path string) (http.Handler, error) {
	if ports := e.StandardPorts(); ports[path] == "" {
		return nil, fmt.Errorf("service path %q: want one of %v", path, slices.Sorted(maps.Keys(ports)))
	}
	return e.front.At(path), nil
}

// Transport is an http.RoundTripper that reaches this cloud, whatever the host in the URL, without a socket.
func (e *Emulator) Transport() http.RoundTripper { return httpapi.Transport{Handler: e.front} }

// ReachedAt is the address under which the client reached the server, such as "https://cloud.example.com/lab", by the
// request and by what proxies say of it. URLs in a cloud's answers begin so.
func ReachedAt(r *http.Request) string { return httpapi.Reached(r) }

// StandardPorts are the ports that deployments give the services that this cloud has, by the services' paths.
func (e *Emulator) StandardPorts() map[string]string {
	ports := maps.Clone(standardPorts)
	maps.DeleteFunc(ports, func(path, _ string) bool { return e.front.Services[path] == nil })
	return ports
}
