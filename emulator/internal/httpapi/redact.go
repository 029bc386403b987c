package httpapi

import (
	"bytes"
	"net/http"
	"net/url"
	"regexp"
	"strings"
)

// redacted stands where a secret stood.
const redacted = "***"

// WithoutSecrets is the entry as people may see it. A secret goes wherever the exchange has it: under a name that says so,
// and where an answer repeats what the request brought, as refusals of a password do.
func (e Entry) WithoutSecrets() Entry {
	var s secrets
	s.ofHeader(e.RequestHeader)
	s.ofHeader(e.ResponseHeader)
	s.ofBody(e.RequestBody)
	s.ofBody(e.ResponseBody)
	s.prepare()

	e.RequestHeader, e.ResponseHeader = s.header(e.RequestHeader), s.header(e.ResponseHeader)
	e.RequestBody, e.ResponseBody = s.requestBody(e.RequestBody), s.responseBody(e.ResponseBody)
	e.URL = s.url(e.URL)
	return e
}

// isSecretHeader tells whether a header of that name holds a token or the like.
func isSecretHeader(name string) bool {
	name = strings.ToLower(name)
	switch name {
	case "authorization", "proxy-authorization", "cookie", "set-cookie", "openstack-auth-receipt":
		return true
	}
	return strings.HasSuffix(name, "-token") || isSecretName(name)
}

func (s *secrets) ofHeader(h http.Header) {
	for name, values := range h {
		if isSecretHeader(name) {
			for _, v := range values {
				s.add(v, true)
			}
		}
	}
}

func (s *secrets) header(h http.Header) http.Header {
	if h == nil {
		return nil
	}
	out := make(http.Header, len(h))
	for name, values := range h {
		kept := make([]string, len(values))
		for i, v := range values {
			if kept[i] = redacted; !isSecretHeader(name) {
				kept[i] = s.blank(withoutUserinfo(v), true)
			}
		}
		out[name] = kept
	}
	return out
}

// url is a path and query: parameters whose name says so are secret.
func (s *secrets) url(address string) string {
	path, query, ok := strings.Cut(address, "?")
	if !ok {
		return s.blank(withoutUserinfo(path), true)
	}
	pairs := strings.Split(query, "&")
	for i, pair := range pairs {
		name, _, has := strings.Cut(pair, "=")
		if plain, err := url.QueryUnescape(name); has && (err != nil || isSecretName(plain)) {
			pairs[i] = name + "=" + redacted
		}
	}
	return s.blank(withoutUserinfo(path+"?"+strings.Join(pairs, "&")), true)
}

// userinfo are the credentials in an address, as that of an image that is to be imported.
var userinfo = regexp.MustCompile(`://[^/?#@\s"'<>]*@`)

func withoutUserinfo(text string) string {
	if !strings.Contains(text, "://") || !strings.Contains(text, "@") {
		return text
	}
	return userinfo.ReplaceAllString(text, "://"+redacted+"@")
}

// secretWords are what a name has that says that its value is secret; letters only, and small.
var secretWords = [][]byte{
	[]byte("password"), []byte("passwd"), []byte("secret"), []byte("passphrase"), []byte("privatekey"),
	[]byte("encryptionkey"), []byte("apikey"), []byte("authkey"),
}

// isSecretName tells whether what has that name, in JSON or in a query, is secret.
func isSecretName(name string) bool {
	var room [64]byte
	letters := room[:0]
	for i := range len(name) {
		switch b := name[i]; {
		case b >= 'A' && b <= 'Z':
			letters = append(letters, b-'A'+'a')
		case b != '_' && b != '-' && b != ' ' && b != '.':
			letters = append(letters, b)
		}
	}
	switch string(letters) {
	case "passcode", "adminpass", "blob", "keyring", "signature":
		return true
	}
	if hasSuffix(letters, "token") {
		return true
	}
	if hasSuffix(letters, "id") || hasSuffix(letters, "expiresat") || hasSuffix(letters, "ref") {
		return false // it names the secret, or tells of it
	}
	for _, word := range secretWords {
		if bytes.Contains(letters, word) {
			return true
		}
	}
	return false
}

func hasSuffix(b []byte, end string) bool {
	return len(b) >= len(end) && string(b[len(b)-len(end):]) == end
}

// looksLikeJSON tells whether a body is an object or a list, whole or cut.
func looksLikeJSON(body []byte) bool {
	body = bytes.TrimLeft(body, " \t\r\n")
	return len(body) > 0 && (body[0] == '{' || body[0] == '[')
}
