package httpapi

import (
	"net"
	"net/http"
	"net/netip"
	"strconv"
	"strings"
)

// forwarded is what proxies say of the request that the first of them got; empty fields are not said.
type forwarded struct{ proto, host, port, prefix string }

// forwardedIn reads the headers as oslo.middleware does (http_proxy_to_wsgi.py): Forwarded puts the older headers out of
// force, all but the prefix. X-Forwarded-Port, which oslo.middleware does not know, counts for a host without a port.
func forwardedIn(h http.Header) forwarded {
	f := forwarded{prefix: firstOf(h.Get("X-Forwarded-Prefix"))}
	if standard := h.Get("Forwarded"); standard != "" {
		f.proto, f.host = forwardedPairs(standard)
		return f
	}
	f.proto, f.host, f.port = firstOf(h.Get("X-Forwarded-Proto")), firstOf(h.Get("X-Forwarded-Host")), firstOf(h.Get("X-Forwarded-Port"))
	return f
}

// follow changes the site to what proxies say. What cannot be is as if it were not said, for it would end up in every URL.
func (s *Site) follow(f forwarded) {
	switch proto := strings.ToLower(f.proto); proto {
	case "http", "https":
		s.Scheme = proto
	}
	told := validHost(f.host)
	if told {
		s.Host = f.host
	}
	if name, port := splitHost(s.Host); validPort(f.port) && (!told || port == "") {
		s.Host = withPort(s.Scheme, name, f.port)
	}
	if validPrefix(f.prefix) {
		s.Prefix = strings.TrimRight(f.prefix, "/") + s.Prefix
	}
}

// firstOf is the first of a comma-separated list: proxies append, and the first entry is the one the client used.
func firstOf(list string) string {
	first, _, _ := strings.Cut(list, ",")
	return strings.TrimSpace(first)
}

// forwardedPairs reads proto and host from the first element of a Forwarded header.
func forwardedPairs(header string) (proto, host string) {
	for pair := range strings.SplitSeq(firstOf(header), ";") {
		key, value, _ := strings.Cut(pair, "=")
		value = strings.Trim(strings.TrimSpace(value), `"`)
		switch strings.ToLower(strings.TrimSpace(key)) {
		case "proto":
			proto = value
		case "host":
			host = value
		}
	}
	return proto, host
}

// validHost takes a DNS name or an IP address, each with or without a port.
func validHost(host string) bool {
	name, port := splitHost(host)
	if port != "" && !validPort(port) || strings.HasSuffix(host, ":") {
		return false
	}
	if strings.HasPrefix(name, "[") {
		addr, err := netip.ParseAddr(strings.Trim(name, "[]"))
		return err == nil && addr.Is6() && addr.Zone() == "" && strings.HasSuffix(name, "]")
	}
	return name != "" && len(name) <= 253 && strings.Trim(name, letters+digits+"-._") == ""
}

// splitHost parts the name, with the brackets of an IPv6 address, from the port, which may be missing.
func splitHost(host string) (name, port string) {
	i := strings.LastIndexByte(host, ':')
	if i < 0 || strings.HasSuffix(host, "]") {
		return host, ""
	}
	return host[:i], host[i+1:]
}

func validPort(port string) bool {
	n, err := strconv.ParseUint(port, 10, 16)
	return err == nil && n > 0
}

// withPort leaves out the port that the scheme implies.
func withPort(scheme, name, port string) string {
	if scheme == "http" && port == "80" || scheme == "https" && port == "443" {
		return name
	}
	return net.JoinHostPort(strings.Trim(name, "[]"), port)
}

// validPrefix takes a path of whole segments; it is not decoded, and "//" would begin a host.
func validPrefix(prefix string) bool {
	return strings.HasPrefix(prefix, "/") && !strings.Contains(prefix, "//") && len(prefix) <= 1024 &&
		strings.Trim(prefix, letters+digits+"-._~/%!$&'()*+,;=:@") == ""
}

const (
	letters = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
	digits  = "0123456789"
)
