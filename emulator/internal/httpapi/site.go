package httpapi

import (
	"net/http"
	"net/url"
	"strings"
)

// Site is how the client reached us: what every URL in an answer begins with. It follows the request, so that port
// mappings, containers, tunnels and proxies work, unless an address is announced.
type Site struct {
	Scheme, Host string
	Prefix       string // "" or "/some/path", before the services' own paths
}

// siteOf reads the site from the request. Proxies tell in Forwarded (RFC 7239) or X-Forwarded-Proto, -Host and -Port what
// the client asked of them, and in X-Forwarded-Prefix where they put us; base is our own path behind that.
func siteOf(r *http.Request, announced *url.URL, base string) Site {
	if announced != nil {
		return Site{announced.Scheme, announced.Host, strings.TrimRight(announced.Path, "/")}
	}
	s := Site{Scheme: "http", Host: r.Host, Prefix: base}
	if r.TLS != nil {
		s.Scheme = "https"
	}
	s.follow(forwardedIn(r.Header))
	return s
}

// URL is the absolute address of a path that begins with a slash.
func (s Site) URL(path string) string { return s.Scheme + "://" + s.Host + s.Prefix + path }

// hostname is a Host header without its port.
func hostname(host string) string { return (&url.URL{Host: host}).Hostname() }

// Reached is the address under which the client reached the server, by the request and by what proxies say of it.
func Reached(r *http.Request) string { return siteOf(r, nil, "").URL("") }
