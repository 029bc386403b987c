package httpapi

import (
	"crypto/tls"
	"net/http"
	"net/url"
	"strings"
	"testing"
)

func TestURLsFollowWhatProxiesSay(t *testing.T) {
	for name, row := range map[string]struct {
		headers string
		want    string
	}{
		"nobody says anything": {"", "http://inside:4580/base"},
		"proto":                {"X-Forwarded-Proto: HTTPS", "https://inside:4580/base"},
		"host":                 {"X-Forwarded-Host: cloud.example.com", "http://cloud.example.com/base"},
		"host and its port":    {"X-Forwarded-Host: cloud.example.com:8443\nX-Forwarded-Port: 9", "http://cloud.example.com:8443/base"},
		"host, port apart":     {"X-Forwarded-Host: cloud.example.com\nX-Forwarded-Port: 8443", "http://cloud.example.com:8443/base"},
		"only the port":        {"X-Forwarded-Port: 8443", "http://inside:8443/base"},
		"the usual port":       {"X-Forwarded-Proto: https\nX-Forwarded-Port: 443", "https://inside/base"},
		"prefix":               {"X-Forwarded-Prefix: /openstack/", "http://inside:4580/openstack/base"},
		"several proxies":      {"X-Forwarded-Host: first.example.com, second\nX-Forwarded-Proto: https,http", "https://first.example.com/base"},
		"IPv6":                 {"X-Forwarded-Host: [::1]\nX-Forwarded-Port: 8443", "http://[::1]:8443/base"},
		"Forwarded": {
			"Forwarded: for=192.0.2.60;proto=https;by=203.0.113.43;host=cloud.example.com, for=10.0.0.1;host=x\nX-Forwarded-Host: other",
			"https://cloud.example.com/base",
		},
		"Forwarded, quoted":      {`Forwarded: Host="cloud.example.com:8443" ; Proto=HTTPS`, "https://cloud.example.com:8443/base"},
		"Forwarded and a prefix": {"Forwarded: proto=https\nX-Forwarded-Prefix: /a\nX-Forwarded-Host: other", "https://inside:4580/a/base"},
	} {
		if got := siteOf(asked(row.headers), nil, "/base").URL(""); got != row.want {
			t.Errorf("%s: %s, want %s", name, got, row.want)
		}
	}
}

func TestWhatCannotBeIsAsIfItWereNotSaid(t *testing.T) {
	for _, header := range []string{
		"X-Forwarded-Proto: javascript", "X-Forwarded-Host: evil.example.com/path", "X-Forwarded-Host: user@evil", "X-Forwarded-Host: a b",
		"X-Forwarded-Host: h:0", "X-Forwarded-Host: h:65536", "X-Forwarded-Host: h:", "X-Forwarded-Host: :80", "X-Forwarded-Host: h:8a",
		"X-Forwarded-Host: [::1", "X-Forwarded-Host: [evil]", "X-Forwarded-Host: [::1%25eth0]", "X-Forwarded-Host: h?x", `X-Forwarded-Host: h"`,
		"X-Forwarded-Host: " + strings.Repeat("a", 300), "X-Forwarded-Port: -1", "X-Forwarded-Port: 80 80", "X-Forwarded-Port: http",
		"X-Forwarded-Prefix: relative", "X-Forwarded-Prefix: //evil.example.com", "X-Forwarded-Prefix: /a?b", "X-Forwarded-Prefix: /a\"b",
		"X-Forwarded-Prefix: /" + strings.Repeat("a", 2000), "Forwarded: host=a/b;proto=ftp", "Forwarded: ;;==,", "Forwarded: host=_hidden/",
	} {
		if got := siteOf(asked(header), nil, "/base").URL(""); got != "http://inside:4580/base" {
			t.Errorf("%s: %s", header, got)
		}
	}
}

func TestAnAnnouncedAddressWins(t *testing.T) {
	announced, err := url.Parse("https://cloud.example.com/os/")
	if err != nil {
		t.Fatal(err)
	}
	r := asked("X-Forwarded-Host: other\nX-Forwarded-Prefix: /x")
	if got := siteOf(r, announced, "/base").URL("/image"); got != "https://cloud.example.com/os/image" {
		t.Error(got)
	}
	r.TLS = new(tls.ConnectionState)
	r.Header = nil
	if got := siteOf(r, nil, "").URL("/image"); got != "https://inside:4580/image" {
		t.Error(got)
	}
}

// asked is a request with headers, one a line.
func asked(headers string) *http.Request {
	r := &http.Request{Host: "inside:4580", Header: http.Header{}}
	for line := range strings.SplitSeq(headers, "\n") {
		if name, value, ok := strings.Cut(line, ": "); ok {
			r.Header.Add(name, value)
		}
	}
	return r
}

// Whatever proxies say, an address in an answer is one that a client can read.
func FuzzForwarded(f *testing.F) {
	f.Add("for=1;host=h:1;proto=https", "https", "h", "80", "/a")
	f.Add("", "http", "[::1]:8443", "443", "/a/b/")
	f.Fuzz(func(t *testing.T, standard, proto, host, port, prefix string) {
		r := asked("")
		r.Header = http.Header{
			"Forwarded": {standard}, "X-Forwarded-Proto": {proto}, "X-Forwarded-Host": {host}, "X-Forwarded-Port": {port},
			"X-Forwarded-Prefix": {prefix},
		}
		text := siteOf(r, nil, "").URL("/image")
		if strings.ContainsAny(text, " \"<>\r\n\\") {
			t.Fatalf("%q", text)
		}
		u, err := url.Parse(text)
		if err != nil {
			return // a percent sign of a prefix, which stays where it was
		}
		if u.Host == "" || u.User != nil || u.RawQuery != "" || !strings.HasSuffix(u.Path, "/image") {
			t.Fatalf("%q", text)
		}
	})
}
