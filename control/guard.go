package control

import (
	"crypto/sha256"
	"crypto/subtle"
	"net"
	"net/http"
	"net/url"
	"strings"

	"github.com/fauxstack/fauxstack/control/client"
)

// healthPath is open to everyone.
const healthPath = client.Root + "/health"

// serveControl answers on the control API's own listener.
func (s *Server) serveControl(w http.ResponseWriter, r *http.Request) {
	if err := s.admit(r); err != nil && r.URL.Path != healthPath {
		writeProblem(w, r, err)
		return
	}
	s.api.ServeHTTP(w, r)
}

// serveAPIBesideClouds answers on the clouds' own address, which strangers may reach.
func (s *Server) serveAPIBesideClouds(w http.ResponseWriter, r *http.Request) {
	err := s.checkToken(r)
	if s.cfg.Token == "" {
		err = forbidden("this address has the control API only when the server has a token (--control-token); see %s for its own listener", s.ownListener())
	}
	if err != nil && r.URL.Path != healthPath {
		writeProblem(w, r, err)
		return
	}
	s.api.ServeHTTP(w, r.WithContext(besideClouds(r.Context())))
}

func (s *Server) ownListener() string {
	if s.cfg.Control == "" {
		return "--control"
	}
	return s.ControlURL()
}

// admit keeps out whoever has no token or, where there is none, whoever is a page in somebody's browser.
func (s *Server) admit(r *http.Request) error {
	if s.cfg.Token != "" {
		return s.checkToken(r)
	}
	if !isLocalName(r.Host) {
		return forbidden("host %q: without a token, the control API is reached as localhost or by a loopback address", r.Host)
	}
	if fromElsewhere(r) {
		return forbidden("the control API takes no requests from other origins' pages")
	}
	return nil
}

// checkToken takes as long for a wrong token as for the right one.
func (s *Server) checkToken(r *http.Request) error {
	given, want := sha256.Sum256([]byte(r.Header.Get(client.TokenHeader))), sha256.Sum256([]byte(s.cfg.Token))
	if subtle.ConstantTimeCompare(given[:], want[:]) != 1 {
		return &problem{http.StatusUnauthorized, "unauthorized", "the control API wants its token in the header " + client.TokenHeader}
	}
	return nil
}

// isLocalName tells whether a Host header names this machine to itself. A page whose host name was made to mean 127.0.0.1
// (DNS rebinding) has its own name there.
func isLocalName(host string) bool {
	if name, _, err := net.SplitHostPort(host); err == nil {
		host = name
	}
	host = strings.ToLower(strings.Trim(host, "[]"))
	ip := net.ParseIP(host)
	return ip != nil && ip.IsLoopback() || host == "localhost" || strings.HasSuffix(host, ".localhost")
}

// fromElsewhere tells whether a browser made the request for a page of another origin.
func fromElsewhere(r *http.Request) bool {
	switch r.Header.Get("Sec-Fetch-Site") {
	case "", "same-origin", "none":
	default:
		return true
	}
	origin := r.Header.Get("Origin")
	if origin == "" {
		return false
	}
	u, err := url.Parse(origin)
	return err != nil || u.Host != r.Host
}
