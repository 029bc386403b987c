package keystone_test

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"fmt"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/fauxstack/fauxstack/emulator/internal/release"
	"github.com/fauxstack/fauxstack/emulator/keystone"
)

// bySecret is the body of a request for a token by a user's id and password.
func bySecret(id, secret string) string {
	return fmt.Sprintf(`{"auth":{"identity":{"methods":["password"],"password":{"user":{"id":%q,"password":%q}}}}}`, id, secret)
}

func (c *cloud) makeUser(attributes string) string {
	c.Helper()
	return c.want(201, c.do("POST", "/v3/users", `{"user":{"name":"u",`+attributes+`}}`, c.admin())).at("user", "id").(string)
}

func withRules(rules keystone.SecurityCompliance) keystone.Config {
	return keystone.Config{Settings: keystone.Settings{SecurityCompliance: rules}}
}

// The words of refusals are those of upstream's keystone/exception.py.
func TestLockout(t *testing.T) {
	c := start(t, withRules(keystone.SecurityCompliance{LockoutFailureAttempts: 2, LockoutDuration: 60}))
	id := c.makeUser(`"password":"p"`)
	for range 2 {
		c.want(401, c.do("POST", "/v3/auth/tokens", bySecret(id, "x")))
	}
	if r := c.want(401, c.do("POST", "/v3/auth/tokens", bySecret(id, "p"))); r.message() != "The account is locked for user: "+id+"." {
		t.Error(r.message())
	}
	c.advance(61 * time.Second)
	c.want(201, c.do("POST", "/v3/auth/tokens", bySecret(id, "p")))
	c.want(401, c.do("POST", "/v3/auth/tokens", bySecret(id, "x"))) // counted from the beginning
	c.want(201, c.do("POST", "/v3/auth/tokens", bySecret(id, "p")))
	free := c.want(201, c.do("POST", "/v3/users", `{"user":{"name":"f","password":"p","options":{"ignore_lockout_failure_attempts":true}}}`,
		c.admin())).at("user", "id").(string)
	for range 5 {
		c.want(401, c.do("POST", "/v3/auth/tokens", bySecret(free, "x")))
	}
	c.want(201, c.do("POST", "/v3/auth/tokens", bySecret(free, "p")))
}

func TestPasswordRules(t *testing.T) {
	c := start(t, withRules(keystone.SecurityCompliance{
		PasswordExpiresDays: 10, UniqueLastPasswordCount: 2, MinimumPasswordAge: 1, PasswordRegex: `[a-z]+\d$`, PasswordRegexDescription: "x",
	}))
	if r := c.want(400, c.do("POST", "/v3/users", `{"user":{"name":"u","password":"P"}}`, c.admin())); r.message() !=
		"The password does not match the requirements: x." {
		t.Error(r.message())
	}
	id := c.makeUser(`"password":"p1"`)
	change := func(from, to string) reply {
		t.Helper()
		return c.do("POST", "/v3/users/"+id+"/password", fmt.Sprintf(`{"user":{"original_password":%q,"password":%q}}`, from, to))
	}
	if r := c.want(400, change("p1", "p1")); !strings.HasPrefix(r.message(), "The new password cannot be identical to a previous password.") {
		t.Error(r.message())
	}
	old := c.want(201, c.do("POST", "/v3/auth/tokens", bySecret(id, "p1"))).Header.Get("X-Subject-Token")
	c.want(204, change("p1", "p2"))
	if c.authenticates(old) {
		t.Error("a token outlives the password that it was got by")
	}
	if fresh := c.want(201, c.do("POST", "/v3/auth/tokens", bySecret(id, "p2"))); !c.authenticates(fresh.Header.Get("X-Subject-Token")) {
		t.Error("a token of after the change ended with those of before")
	} else if at := fresh.at("token", "user", "password_expires_at"); at != "2026-12-02T15:00:00.000000" {
		t.Error(at)
	}
	if r := c.want(400, change("p2", "p3")); !strings.Contains(r.message(), "it must be used for 1 day(s)") {
		t.Error(r.message())
	}
	c.advance(25 * time.Hour)
	if r := c.want(400, change("p2", "p1")); !strings.Contains(r.message(), "must be unique is 2.") {
		t.Error(r.message())
	}
	c.advance(10 * 24 * time.Hour)
	if r := c.want(401, c.do("POST", "/v3/auth/tokens", bySecret(id, "p2"))); r.message() !=
		"The password is expired and needs to be changed for user: "+id+"." {
		t.Error(r.message())
	}
	c.want(204, change("p2", "p3")) // an expired password is good for that
	c.want(201, c.do("POST", "/v3/auth/tokens", bySecret(id, "p3")))
}

func TestFirstUseAndInactivity(t *testing.T) {
	c := start(t, withRules(keystone.SecurityCompliance{ChangePasswordUponFirstUse: true, DisableUserAccountDaysInactive: 5}))
	id := c.makeUser(`"password":"p"`)
	c.want(401, c.do("POST", "/v3/auth/tokens", bySecret(id, "p")))
	c.want(204, c.do("POST", "/v3/users/"+id+"/password", `{"user":{"original_password":"p","password":"q"}}`))
	c.want(201, c.do("POST", "/v3/auth/tokens", bySecret(id, "q")))
	c.advance(6 * 24 * time.Hour)
	c.want(401, c.do("POST", "/v3/auth/tokens", bySecret(id, "q")))
}

func TestSettingsChecked(t *testing.T) {
	err := keystone.Config{Settings: keystone.Settings{
		AuthMethods: []string{"magic"}, MaxProjectTreeDepth: 1000,
		SecurityCompliance: keystone.SecurityCompliance{PasswordRegex: "(", LockoutDuration: -1, UniqueLastPasswordCount: -1},
	}}.Validate()
	for _, path := range []string{"auth_methods[0]", "max_project_tree_depth", "password_regex", "lockout_duration", "unique_last"} {
		if err == nil || !strings.Contains(err.Error(), "settings.") || !strings.Contains(err.Error(), path) {
			t.Errorf("no word of %s: %v", path, err)
		}
	}
}

// TestReceipts walks through two methods in two requests. The passcode is RFC 6238's for the test's time.
func TestReceipts(t *testing.T) {
	c := start(t, keystone.Config{Settings: keystone.Settings{AuthMethods: []string{"password", "token", "totp"}}})
	id := c.makeUser(`"password":"p","options":{"multi_factor_auth_rules":[["password","totp"]]}`)
	c.want(201, c.do("POST", "/v3/credentials", fmt.Sprintf(
		`{"credential":{"type":"totp","blob":"GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ","user_id":%q}}`, id), c.admin()))
	r := c.want(401, c.do("POST", "/v3/auth/tokens", bySecret(id, "p")))
	receipt := r.Header.Get("Openstack-Auth-Receipt")
	if receipt == "" || r.at("receipt", "methods", 0) != "password" || r.at("required_auth_methods", 0, 1) != "totp" {
		t.Fatal(r.body)
	}
	code := keystone.Passcode("GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ", time.Date(2026, 11, 22, 15, 0, 0, 0, time.UTC))
	second := fmt.Sprintf(`{"auth":{"identity":{"methods":["totp"],"totp":{"user":{"id":%q,"passcode":%q}}}}}`, id, code)
	c.want(401, c.do("POST", "/v3/auth/tokens", second))
	c.want(401, c.do("POST", "/v3/auth/tokens", second, "Openstack-Auth-Receipt: bogus"))
	r = c.want(201, c.do("POST", "/v3/auth/tokens", second, "Openstack-Auth-Receipt: "+receipt))
	if fmt.Sprint(r.at("token", "methods")) != "[password totp]" {
		t.Error(r.body)
	}
	c.want(404, c.do("GET", "/v3/auth/tokens", "", c.admin(), "X-Subject-Token: "+receipt))
	c.advance(301 * time.Second)
	c.want(401, c.do("POST", "/v3/auth/tokens", second, "Openstack-Auth-Receipt: "+receipt))
	// RFC 6238, appendix B.
	if got := keystone.Passcode("GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ", time.Unix(1111111109, 0)); got != "081804" {
		t.Error(got)
	}
}

// TestAccessRulesEnforced holds keystonemiddleware's rules for paths.
func TestAccessRulesEnforced(t *testing.T) {
	c := start(t, keystone.Config{})
	demo, user := c.demo(), c.id("users", "demo")
	project := c.id("projects", "demo")
	made := c.want(201, c.do("POST", "/v3/users/"+user+"/application_credentials", `{"application_credential":{"name":"a","secret":"s",`+
		`"access_rules":[{"path":"/v3/projects/{project_id}","method":"GET","service":"identity"},`+
		`{"path":"/v3/users/*/groups","method":"GET","service":"identity"}]}}`, demo))
	token := c.want(201, c.do("POST", "/v3/auth/tokens", byCredential(made.at("application_credential", "id").(string), "s"))).Header.Get("X-Subject-Token")
	c.want(200, c.get("/v3/projects/"+project, token))
	c.want(200, c.get("/v3/users/"+user+"/groups", token))
	c.want(401, c.get("/v3/projects/"+project+"/tags", token))
	c.want(401, c.get("/v3/users/"+user, token))
	c.want(401, c.do("DELETE", "/v3/projects/"+project, "", token))
}

// Zed's Identity lets tokens with access rules do what those do not list (observed).
func TestAccessRulesOfZed(t *testing.T) {
	c := startAs(t, release.Zed, keystone.Config{})
	demo, user := c.demo(), c.id("users", "demo")
	made := c.want(201, c.do("POST", "/v3/users/"+user+"/application_credentials", `{"application_credential":{"name":"a","secret":"s",`+
		`"access_rules":[{"path":"/v2/images","method":"GET","service":"image"}]}}`, demo))
	token := c.want(201, c.do("POST", "/v3/auth/tokens", byCredential(made.at("application_credential", "id").(string), "s"))).Header.Get("X-Subject-Token")
	c.want(200, c.get("/v3/users/"+user, token))
}

// TestEC2Tokens signs as AWS's signature version 2 wants it.
func TestEC2Tokens(t *testing.T) {
	c := start(t, keystone.Config{})
	demo, user := c.demo(), c.id("users", "demo")
	made := c.want(201, c.do("POST", "/v3/users/"+user+"/credentials/OS-EC2", fmt.Sprintf(`{"tenant_id":%q}`, c.id("projects", "demo")), demo))
	access, secret := made.at("credential", "access").(string), made.at("credential", "secret").(string)
	query := "AWSAccessKeyId=" + access + "&Action=Test&SignatureMethod=HmacSHA256&SignatureVersion=2&Timestamp=2026-11-22T14%3A59%3A00Z"
	m := hmac.New(sha256.New, []byte(secret))
	m.Write([]byte("GET\nec2.test\n/\n" + query))
	signed := func(signature, stamp string) string {
		return fmt.Sprintf(`{"credentials":{"access":%q,"signature":%q,"host":"ec2.test:8773","verb":"GET","path":"/","params":`+
			`{"SignatureVersion":"2","Action":"Test","Timestamp":%q,"AWSAccessKeyId":%q}}}`, access, signature, stamp, access)
	}
	good := base64.StdEncoding.EncodeToString(m.Sum(nil))
	glance := c.login("glance", inProject("service"))
	r := c.want(200, c.do("POST", "/v3/ec2tokens", signed(good, "2026-11-22T14:59:00Z"), glance))
	if r.at("token", "project", "name") != "demo" || r.at("token", "methods", 0) != "ec2credential" || !c.authenticates(r.Header.Get("X-Subject-Token")) {
		t.Error(r.body)
	}
	c.want(401, c.do("POST", "/v3/ec2tokens", signed("x"+good, "2026-11-22T14:59:00Z"), glance))
	c.want(401, c.do("POST", "/v3/ec2tokens", signed(good, "2026-11-22T14:00:00Z"), glance))
	c.want(403, c.do("POST", "/v3/ec2tokens", signed(good, "2026-11-22T14:59:00Z"), demo))
	c.want(401, c.do("POST", "/v3/ec2tokens", signed(good, "2026-11-22T14:59:00Z")))
}

func TestTrustUses(t *testing.T) {
	c := start(t, keystone.Config{})
	demo, trustor, trustee := c.demo(), c.id("users", "demo"), c.id("users", "alt_demo")
	made := c.want(201, c.do("POST", "/v3/OS-TRUST/trusts", fmt.Sprintf(`{"trust":{"trustor_user_id":%q,"trustee_user_id":%q,"project_id":%q,`+
		`"impersonation":true,"roles":[{"name":"member"}],"remaining_uses":1}}`, trustor, trustee, c.id("projects", "demo")), demo))
	scope := fmt.Sprintf(`{"OS-TRUST:trust":{"id":%q}}`, made.at("trust", "id"))
	r := c.want(201, c.do("POST", "/v3/auth/tokens", passwordOf("alt_demo", scope)))
	if r.at("token", "user", "name") != "demo" || r.at("token", "OS-TRUST:trust", "trustee_user", "id") != trustee {
		t.Error(r.body)
	}
	token := r.Header.Get("X-Subject-Token")
	c.want(401, c.do("POST", "/v3/auth/tokens", passwordOf("alt_demo", scope)))
	c.want(403, c.do("POST", "/v3/users/"+trustor+"/application_credentials", `{"application_credential":{"name":"x"}}`, token))
	if !c.authenticates(token) {
		t.Error("the last token of a trust is worth nothing")
	}
	c.want(200, c.do("PATCH", "/v3/users/"+trustor, `{"user":{"enabled":false}}`, c.admin()))
	if c.authenticates(token) {
		t.Error("the token of a disabled trustor is good")
	}
}

func TestHome(t *testing.T) {
	c := start(t, keystone.Config{})
	r := c.want(200, c.do("GET", "/v3", "", "Accept: application/json-home"))
	if r.Header.Get("Content-Type") != "application/json-home" ||
		r.at("resources", "https://docs.openstack.org/api/openstack-identity/3/rel/users", "href") != "/users" {
		t.Errorf("%.200s", r.body)
	}
	if r := c.want(200, c.do("GET", "/", "", "Accept: application/json-home")); r.at("resources",
		"https://docs.openstack.org/api/openstack-identity/3/rel/user", "href-template") != "/v3/users/{user_id}" {
		t.Errorf("%.200s", r.body)
	}
	if r := c.want(200, c.do("GET", "/v3", "", "Accept: application/json, application/json-home;q=0.5")); r.at("version", "id") != "v3.14" {
		t.Error(r.body)
	}
}

func FuzzPathPattern(f *testing.F) {
	f.Add("/v3/{x}/*/**", "/v3/a/b/c/d")
	f.Add("\x8e", "\x8e")
	f.Fuzz(func(t *testing.T, rule, path string) {
		if matches := keystone.PathMatches(rule, path); matches && rule != path && utf8.ValidString(rule) && utf8.ValidString(path) && !strings.ContainsAny(rule, "*{") {
			t.Errorf("%q matches %q", rule, path)
		}
	})
}
