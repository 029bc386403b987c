package control

import (
	"net"
	"net/http"
	"strings"

	"github.com/fauxstack/fauxstack/control/client"
)

// ServeHTTP answers on the server's main address: for the clouds and, where there is a token, for the control API.
func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	switch path := r.URL.Path; {
	case path == client.Root || strings.HasPrefix(path, client.Root+"/"):
		s.serveAPIBesideClouds(w, r)
	case strings.HasPrefix(path, cloudsPath):
		name, _, _ := strings.Cut(path[len(cloudsPath):], "/")
		if c, err := s.clouds.find(name); err != nil {
			s.refuse(w, r, err)
		} else {
			c.below.ServeHTTP(w, r)
		}
	default:
		if c, err := s.clouds.find(s.cloudOfHost(r.Host)); err != nil {
			s.refuse(w, r, err)
		} else {
			c.emu.Handler().ServeHTTP(w, r)
		}
	}
}

// cloudOfHost is the name of the cloud that a Host header asks for: the first label before a base host, or else First.
func (s *Server) cloudOfHost(host string) string {
	if name, _, err := net.SplitHostPort(host); err == nil {
		host = name
	}
	label, base, _ := strings.Cut(strings.TrimSuffix(host, "."), ".")
	for _, known := range s.baseHosts {
		if strings.EqualFold(base, known) {
			return strings.ToLower(label)
		}
	}
	return First
}

// refuse answers a request for a cloud that is not there, or not there yet.
func (s *Server) refuse(w http.ResponseWriter, r *http.Request, err error) {
	if !s.ready.Load() {
		w.Header().Set("Retry-After", "1")
		err = &problem{http.StatusServiceUnavailable, "seeding", "the server is still seeding its clouds"}
	}
	writeProblem(w, r, err)
}
