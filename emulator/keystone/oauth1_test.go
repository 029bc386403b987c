package keystone_test

import (
	"crypto/hmac"
	"crypto/sha1" //nolint:gosec // RFC 5849 has no other
	"encoding/base64"
	"fmt"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/fauxstack/fauxstack/emulator/keystone"
)

// signer signs requests by OAuth 1, written after RFC 5849 and apart from what checks them.
type signer struct {
	consumer, secret string
	token, tokenKey  string
	verifier         string
	method           string
	at               time.Time
}

func (s signer) header(path string) string {
	params := map[string]string{
		"oauth_consumer_key": s.consumer, "oauth_nonce": "0123456789", "oauth_timestamp": fmt.Sprint(s.at.Unix()),
		"oauth_signature_method": s.method, "oauth_version": "1.0",
	}
	if s.token != "" {
		params["oauth_token"] = s.token
	}
	if s.verifier != "" {
		params["oauth_verifier"] = s.verifier
	}
	escape := url.QueryEscape // nothing here has a blank
	var pairs, shown []string
	for name, value := range params {
		pairs = append(pairs, escape(name)+"="+escape(value))
		shown = append(shown, fmt.Sprintf("%s=%q", name, escape(value)))
	}
	slices.Sort(pairs)
	key := s.secret + "&" + s.tokenKey
	signature := key
	if s.method == "HMAC-SHA1" {
		m := hmac.New(sha1.New, []byte(key))
		m.Write([]byte("POST&" + escape("http://cloud.test/identity"+path) + "&" + escape(strings.Join(pairs, "&"))))
		signature = base64.StdEncoding.EncodeToString(m.Sum(nil))
	}
	return `Authorization: OAuth realm="",` + strings.Join(append(shown, fmt.Sprintf("oauth_signature=%q", escape(signature))), ", ")
}

func (c *cloud) form(status int, r reply) url.Values {
	c.Helper()
	form, err := url.ParseQuery(c.want(status, r).body)
	if err != nil || r.Header.Get("Content-Type") != "application/x-www-form-urlencoded" {
		c.Fatalf("%v %v %s", err, r.Header, r.body)
	}
	return form
}

// What is expected here is in keystone/api/os_oauth1.py and keystone/auth/plugins/oauth1.py (2026.1), and was seen to pass on a
// real Keystone with the same steps: keystone_tempest_plugin's test_oauth1_tokens.
func TestOAuth1(t *testing.T) {
	for _, method := range []string{"HMAC-SHA1", "PLAINTEXT"} {
		t.Run(method, func(t *testing.T) {
			c := start(t, keystone.Config{})
			admin := c.admin()
			project, user := c.id("projects", "admin"), c.id("users", "admin")
			consumer := c.want(201, c.do("POST", "/v3/OS-OAUTH1/consumers", `{"consumer":{"description":"x"}}`, admin))
			s := signer{method: method, at: time.Date(2026, 11, 22, 15, 0, 0, 0, time.UTC)}
			s.consumer, _ = consumer.at("consumer", "id").(string)
			s.secret, _ = consumer.at("consumer", "secret").(string)
			wanting := "Requested-Project-Id: " + project

			wrong := s
			wrong.secret = "nope"
			late := s
			late.at = s.at.Add(-time.Hour)
			for name, test := range map[string]struct {
				status  int
				headers []string
			}{
				"no signature":   {400, []string{wanting}},
				"no project":     {400, []string{s.header("/v3/OS-OAUTH1/request_token")}},
				"wrong secret":   {401, []string{wanting, wrong.header("/v3/OS-OAUTH1/request_token")}},
				"too old":        {400, []string{wanting, late.header("/v3/OS-OAUTH1/request_token")}},
				"nobody":         {404, []string{wanting, signer{consumer: "nope", method: method, at: s.at}.header("/v3/OS-OAUTH1/request_token")}},
				"unknown scheme": {400, []string{wanting, "Authorization: Basic eDp5"}},
			} {
				if r := c.do("POST", "/v3/OS-OAUTH1/request_token", "", test.headers...); r.StatusCode != test.status {
					t.Errorf("%s: %d %s", name, r.StatusCode, r.body)
				}
			}
			wish := c.form(201, c.do("POST", "/v3/OS-OAUTH1/request_token", "", wanting, s.header("/v3/OS-OAUTH1/request_token")))
			s.token, s.tokenKey = wish.Get("oauth_token"), wish.Get("oauth_token_secret")
			if wish.Get("oauth_expires_at") != "2026-11-22T23:00:00.000000Z" {
				t.Error(wish)
			}

			authorize := "/v3/OS-OAUTH1/authorize/" + s.token
			c.want(403, c.do("PUT", authorize, `{"roles":[{"name":"reader"}]}`, c.demo()))
			c.want(404, c.do("PUT", authorize, `{"roles":[{"name":"nope"}]}`, admin))
			c.want(401, c.do("PUT", authorize, fmt.Sprintf(`{"roles":[{"id":%q}]}`, c.id("roles", "service")), admin))
			granted := c.want(200, c.do("PUT", authorize, `{"roles":[{"name":"member"}]}`, admin))
			s.verifier = "wrong"
			c.want(401, c.do("POST", "/v3/OS-OAUTH1/access_token", "", s.header("/v3/OS-OAUTH1/access_token")))
			s.verifier, _ = granted.at("token", "oauth_verifier").(string)
			access := c.form(201, c.do("POST", "/v3/OS-OAUTH1/access_token", "", s.header("/v3/OS-OAUTH1/access_token")))
			c.want(404, c.do("POST", "/v3/OS-OAUTH1/access_token", "", s.header("/v3/OS-OAUTH1/access_token")))

			s.token, s.tokenKey, s.verifier = access.Get("oauth_token"), access.Get("oauth_token_secret"), ""
			mine := "/v3/users/" + user + "/OS-OAUTH1/access_tokens"
			if r := c.want(200, c.get(mine, admin)); r.at("access_tokens", 0, "id") != s.token || strings.Contains(r.body, s.tokenKey) {
				t.Error(r.body)
			}
			if r := c.want(200, c.get(mine+"/"+s.token+"/roles", admin)); r.at("roles", 0, "name") != "member" {
				t.Error(r.body)
			}
			c.want(404, c.get("/v3/users/nope/OS-OAUTH1/access_tokens/"+s.token, admin))

			const login = `{"auth":{"identity":{"methods":["oauth1"],"oauth1":{}}}}`
			c.want(401, c.do("POST", "/v3/auth/tokens", login, signer{
				consumer: s.consumer, secret: s.secret, token: s.token, tokenKey: "nope", method: method, at: s.at,
			}.header("/v3/auth/tokens")))
			r := c.want(201, c.do("POST", "/v3/auth/tokens", login, s.header("/v3/auth/tokens")))
			token := r.Header.Get("X-Subject-Token")
			if r.at("token", "OS-OAUTH1", "access_token_id") != s.token || r.at("token", "OS-OAUTH1", "consumer_id") != s.consumer ||
				r.at("token", "project", "id") != project || strings.Contains(r.body, `"admin"}]`) {
				t.Error(r.body)
			}
			c.want(403, c.do("POST", "/v3/auth/tokens", tokenFrom(token, "")))
			c.want(403, c.get("/v3/users", token)) // a member's roles only
			c.want(204, c.do("DELETE", mine+"/"+s.token, "", admin))
			c.want(404, c.get("/v3/auth/projects", token))
		})
	}
}
