package keystone

import (
	"cmp"
	"crypto/sha1" //nolint:gosec // RFC 5849 has no other
	"crypto/sha256"
	"crypto/sha512"
	"hash"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/fauxstack/fauxstack/emulator/internal/fail"
	"github.com/fauxstack/fauxstack/emulator/internal/httpapi"
)

// oauthPair is a parameter of a signed request.
type oauthPair struct{ name, value string }

// oauthRequest is what a request's Authorization header says, after RFC 5849.
type oauthRequest struct {
	call  *httpapi.Call
	pairs []oauthPair // all but the realm
}

// oauthTimeLife is how far off the clock of who signs may be: oauthlib's default.
const oauthTimeLife = 600 * time.Second

// oauthOf reads the header.
// Quirk: upstream fails with 500 where there is none, or one that is malformed; this emulator does not copy that.
func oauthOf(c *httpapi.Call) (oauthRequest, error) {
	o := oauthRequest{call: c}
	header := c.Request.Header.Get("Authorization")
	if header == "" {
		return o, fail.New(fail.Invalid, "No Authorization headers found, cannot proceed with OAuth related calls. If running under "+
			"HTTPd or Apache, ensure WSGIPassAuthorization is set to On.")
	}
	if len(header) < 6 || !strings.EqualFold(header[:6], "OAuth ") {
		return o, fail.New(fail.Invalid, "Malformed authorization header")
	}
	for _, item := range strings.Split(header[6:], ",") {
		name, value, ok := strings.Cut(strings.TrimSpace(item), "=")
		if !ok {
			return o, fail.New(fail.Invalid, "Malformed authorization header")
		}
		value = strings.TrimSuffix(strings.TrimPrefix(value, `"`), `"`)
		if plain, err := url.PathUnescape(value); err == nil && strings.HasPrefix(name, "oauth_") {
			value = plain
		}
		if name != "realm" {
			o.pairs = append(o.pairs, oauthPair{name, value})
		}
	}
	return o, nil
}

func (o oauthRequest) get(name string) string {
	for _, p := range o.pairs {
		if p.name == name {
			return p.value
		}
	}
	return ""
}

// need wants parameters to be there.
func (o oauthRequest) need(names ...string) error {
	for _, name := range names {
		if o.get(name) == "" {
			return expecting(name, "request")
		}
	}
	return nil
}

// wellFormed finds what oauthlib calls an invalid request.
func (o oauthRequest) wellFormed() error {
	seen := map[string]bool{}
	for _, p := range o.pairs {
		if strings.HasPrefix(p.name, "oauth_") && seen[p.name] {
			return invalidOAuth("Duplicate OAuth1 entries.")
		}
		seen[p.name] = true
	}
	at := o.get("oauth_timestamp")
	seconds, notANumber := strconv.ParseInt(at, 10, 64)
	switch version := o.get("oauth_version"); {
	case o.need("oauth_signature", "oauth_consumer_key", "oauth_nonce", "oauth_timestamp", "oauth_signature_method") != nil:
		return invalidOAuth("Missing mandatory OAuth parameters.")
	case version != "" && version != "1.0":
		return invalidOAuth("Invalid OAuth version.")
	case len(at) != 10:
		return invalidOAuth("Invalid timestamp size")
	case notANumber != nil:
		return invalidOAuth("Timestamp must be an integer.")
	case o.call.Now.Sub(time.Unix(seconds, 0)).Abs() > oauthTimeLife:
		return invalidOAuth("Timestamp given is invalid, differ from allowed by over 600 seconds.")
	case !isOAuthKey(o.get("oauth_consumer_key")):
		return invalidOAuth("Invalid client key format.")
	case !isLowerHex(o.get("oauth_nonce")):
		return invalidOAuth("Invalid nonce format.")
	}
	return nil
}

func invalidOAuth(problem string) error {
	return fail.New(fail.Invalid, "Validation failed with errors: invalid_request, detail message is: %s.", problem)
}

// isOAuthKey tells whether a key or a token looks as those that are given out.
func isOAuthKey(s string) bool { return len(s) == 32 && isLowerHex(s) }

// signedWith tells whether the signature was made with two secrets: the consumer's, and that of the token if there is one.
func (o oauthRequest) signedWith(consumer, token string) bool {
	key := oauthEscape(consumer) + "&" + oauthEscape(token)
	signature, want := o.get("oauth_signature"), ""
	var h func() hash.Hash
	switch o.get("oauth_signature_method") {
	case "PLAINTEXT":
		return sameSignature(signature, key)
	case "HMAC-SHA1":
		h = sha1.New
	case "HMAC-SHA256":
		h = sha256.New
	case "HMAC-SHA512":
		h = sha512.New
	default: // upstream has no RSA keys
		return false
	}
	want = mac(h, key, o.base())
	return sameSignature(signature, want)
}

// base is the text that is signed, RFC 5849, section 3.4.1.
func (o oauthRequest) base() string {
	pairs := slices.DeleteFunc(slices.Clone(o.pairs), func(p oauthPair) bool { return p.name == "oauth_signature" })
	for name, values := range o.call.Query() {
		for _, value := range values {
			pairs = append(pairs, oauthPair{name, value})
		}
	}
	for i, p := range pairs {
		pairs[i] = oauthPair{oauthEscape(p.name), oauthEscape(p.value)}
	}
	slices.SortFunc(pairs, func(a, b oauthPair) int {
		return cmp.Or(strings.Compare(a.name, b.name), strings.Compare(a.value, b.value))
	})
	params := make([]string, len(pairs))
	for i, p := range pairs {
		params[i] = p.name + "=" + p.value
	}
	return "POST&" + oauthEscape(oauthAddress(o.call)) + "&" + oauthEscape(strings.Join(params, "&"))
}

// oauthAddress is what the client has called, less the query and a port that goes without saying.
func oauthAddress(c *httpapi.Call) string {
	address := c.URL(c.Path)
	u, err := url.Parse(address)
	if err != nil {
		return address
	}
	host := strings.ToLower(u.Host)
	if port := u.Port(); u.Scheme == "http" && port == "80" || u.Scheme == "https" && port == "443" {
		host = strings.TrimSuffix(host, ":"+port)
	}
	return strings.ToLower(u.Scheme) + "://" + host + u.EscapedPath()
}

// oauthEscape is RFC 5849's percent encoding.
func oauthEscape(s string) string {
	return strings.ReplaceAll(url.QueryEscape(s), "+", "%20")
}
