package httpapi

import (
	"net/http"
	"net/url"
	"strings"
)

// Site is how the client reached us: what every URL in an answer begins with. It follows the request (Host,
// X-Forwarded-Proto, -Host and -Prefix), so that port mappings, containers and tunnels work, unless an address is announced.
type Site struct {
	Scheme, Host string
	Prefix       string // "" or "/some/path", before the services' own paths
}

func siteOf(r *http.Request, announced *url.URL) Site {
	if announced != nil {
		return Site{announced.Scheme, announced.Host, strings.TrimRight(announced.Path, "/")}
	}
	s := Site{Scheme: "http", Host: r.Host}
	if r.TLS != nil {
		s.Scheme = "https"
	}
	if proto := firstOf(r.Header.Get("X-Forwarded-Proto")); proto == "http" || proto == "https" {
		s.Scheme = proto
	}
	if host := firstOf(r.Header.Get("X-Forwarded-Host")); host != "" {
		s.Host = host
	}
	if prefix := firstOf(r.Header.Get("X-Forwarded-Prefix")); strings.HasPrefix(prefix, "/") {
		s.Prefix = strings.TrimRight(prefix, "/")
	}
	return s
}

// firstOf is the first of a comma-separated list: proxies append, and the first entry is the one the client used.
func firstOf(list string) string {
	first, _, _ := strings.Cut(list, ",")
	return strings.TrimSpace(first)
}

// URL is the absolute address of a path that begins with a slash.
func (s Site) URL(path string) string { return s.Scheme + "://" + s.Host + s.Prefix + path }

// hostname is a Host header without its port.
func hostname(host string) string { return (&url.URL{Host: host}).Hostname() }
